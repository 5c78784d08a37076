//! `telltale user`: who may sign in. Links are printed once, alone, on standard output.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{DEFAULT_DATABASE, Failure};
use crate::access::{self, Role, changes, link};
use crate::app::App;
use crate::audit::Actor;
use crate::config::{self, Database, Judging};
use crate::error::Error;
use crate::store::users::{self, Row};

#[derive(Args, Debug)]
pub(super) struct User {
    #[command(subcommand)]
    action: Do,
    /// Where the service is reached, for the link
    #[arg(long, env = "TELLTALE_PUBLIC_URL", default_value = "http://127.0.0.1:8080", value_parser = super::serve::public_url, global = true)]
    public_url: String,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    judging: Judging,
}

#[derive(Debug, Subcommand)]
enum Do {
    /// Add somebody and print a link that signs them in once
    Add {
        /// Their mailbox
        email: String,
        /// What they are here for
        #[arg(long)]
        role: Role,
        /// What they are called
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Print a link that signs somebody in once, as when a password is lost
    Link {
        /// Their mailbox
        email: String,
    },
    /// Who may sign in, and with what
    List,
    /// Give somebody another role, which ends their sign-ins
    Role {
        /// Their mailbox
        email: String,
        /// What they are here for
        role: Role,
    },
    /// Keep somebody from signing in, and end their sign-ins
    Disable {
        /// Their mailbox
        email: String,
    },
    /// Let somebody sign in again
    Enable {
        /// Their mailbox
        email: String,
    },
    /// Take somebody's second factor away, as when it is lost
    RemoveFactor {
        /// Their mailbox
        email: String,
    },
}

/// Somebody by their mailbox.
async fn find(app: &App, email: &str) -> Result<Row, Error> {
    let email = access::email(email)?;
    let row = users::by_email(&app.db, &email).await?;
    row.ok_or(Error::NotFound(
        "user; `telltale user list` names those who are",
    ))
}

impl User {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open(&self.database, &self.judging, DEFAULT_DATABASE).await?;
        let by = Actor::system("command line");
        let path = match self.action {
            Do::Add { email, role, name } => {
                let user = access::add(&app, &by, &email, &name, role).await?;
                Some(link::create(&app, &by, Some(&user)).await?)
            }
            Do::Link { email } => {
                let row = find(&app, &email).await?;
                if row.disabled_at.is_some() {
                    return Err(Failure::Environment(format!(
                        "{} is disabled; `telltale user enable` lets them in again",
                        row.email
                    )));
                }
                let user = row.user();
                Some(link::create(&app, &by, Some(&user)).await?)
            }
            Do::Role { email, role } => {
                let row = find(&app, &email).await?;
                changes::role(&app, &by, &row.id, role).await?;
                None
            }
            Do::Disable { email } => {
                let row = find(&app, &email).await?;
                changes::disable(&app, &by, &row.id).await?;
                None
            }
            Do::Enable { email } => {
                let row = find(&app, &email).await?;
                changes::enable(&app, &by, &row.id).await?;
                None
            }
            Do::RemoveFactor { email } => {
                let row = find(&app, &email).await?;
                changes::remove_factor(&app, &by, &row.id, None).await?;
                None
            }
            Do::List => {
                for row in users::all(&app.db).await.map_err(Error::from)? {
                    let state = if row.disabled_at.is_some() {
                        "disabled"
                    } else {
                        "may sign in"
                    };
                    let factor = match (row.totp.is_some(), row.subject.is_some()) {
                        (true, _) => "second factor",
                        (false, true) => "single sign-on",
                        (false, false) => "no second factor",
                    };
                    println!(
                        "{}\t{}\t{}\t{state}\t{factor}",
                        row.email, row.role, row.name
                    );
                }
                None
            }
        };
        if let Some(path) = path {
            println!("{}{path}", self.public_url);
        }
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
