//! `telltale user`: who may sign in. Links are printed once, alone, on standard output.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::out::{say, visible};
use super::{DEFAULT_DATABASE, Failure};
use crate::access::{self, Role, changes, link};
use crate::app::App;
use crate::audit::Actor;
use crate::config::{self, Database};
use crate::error::Error;
use crate::store::api_keys;
use crate::store::users::{self, Row};

#[derive(Args, Debug)]
pub(super) struct User {
    #[command(subcommand)]
    action: Do,
    /// Where the service is reached, such as `https://telltale.example`, for the link; without it the path alone is printed
    #[arg(long, env = "TELLTALE_PUBLIC_URL", value_parser = super::serve::public_url, global = true)]
    public_url: Option<String>,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Subcommand)]
enum Do {
    /// Add somebody and print a link that signs them in once
    Add {
        /// Their mailbox
        email: String,
        #[command(flatten)]
        role: Wanted,
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
        #[command(flatten)]
        role: Wanted,
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

/// A role, by itself or as `--role ROLE`.
#[derive(Args, Debug)]
struct Wanted {
    /// What they are here for
    #[arg(value_name = "ROLE", required_unless_present = "named")]
    role: Option<Role>,
    /// The same
    #[arg(
        long = "role",
        id = "named",
        value_name = "ROLE",
        conflicts_with = "role"
    )]
    named: Option<Role>,
}

impl Wanted {
    fn role(&self) -> Result<Role, Failure> {
        let given = self.role.or(self.named);
        given.ok_or_else(|| Failure::Environment("a role is missing".to_owned()))
    }
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
        let app = config::open_unjudged(&self.database, DEFAULT_DATABASE).await?;
        let done = self.act(&app).await;
        app.db.close().await;
        done.map(|()| ExitCode::SUCCESS)
    }

    async fn act(&self, app: &App) -> Result<(), Failure> {
        let by = Actor::system("command line");
        match &self.action {
            Do::Add { email, role, name } => {
                let user = access::add(app, &by, email, name, role.role()?).await?;
                self.print(&link::create(app, &by, Some(&user)).await?);
            }
            Do::Link { email } => {
                let row = find(app, email).await?;
                if row.disabled_at.is_some() {
                    return Err(Failure::Environment(format!(
                        "{} is disabled; `telltale user enable` lets them in again",
                        row.email
                    )));
                }
                self.print(&link::create(app, &by, Some(&row.user())).await?);
            }
            Do::Role { email, role } => {
                let (row, role) = (find(app, email).await?, role.role()?);
                changes::role(app, &by, &row.id, role).await?;
                if row.role == role.word() {
                    say!("{} is {} already", row.email, role.word());
                } else {
                    say!(
                        "{} is {} now, and their sign-ins have ended",
                        row.email,
                        role.word()
                    );
                }
            }
            Do::Disable { email } => {
                let row = find(app, email).await?;
                changes::disable(app, &by, &row.id).await?;
                match row.disabled_at {
                    Some(_) => say!("{} is disabled already", row.email),
                    None => say!("{} cannot sign in any more", row.email),
                }
                for key in api_keys::live_of(&app.db, &row.id)
                    .await
                    .map_err(Error::from)?
                {
                    let name = visible(&key.name);
                    say!(
                        "a key that they made still works: {} ({}, {name})",
                        key.id,
                        key.scope
                    );
                }
            }
            Do::Enable { email } => {
                let row = find(app, email).await?;
                changes::enable(app, &by, &row.id).await?;
                match row.disabled_at {
                    Some(_) => say!("{} may sign in again", row.email),
                    None => say!("{} may sign in already", row.email),
                }
            }
            Do::RemoveFactor { email } => {
                let row = find(app, email).await?;
                changes::remove_factor(app, &by, &row.id, None).await?;
                match row.totp {
                    Some(_) => say!(
                        "the second factor of {} is gone, and their sign-ins have ended",
                        row.email
                    ),
                    None => say!("{} has no second factor", row.email),
                }
            }
            Do::List => {
                for row in users::all(&app.db).await.map_err(Error::from)? {
                    list(&row);
                }
            }
        }
        Ok(())
    }

    /// Prints a link, or its path where nobody said which address people reach the service at.
    fn print(&self, path: &str) {
        if self.public_url.is_none() {
            eprintln!(
                "put the address of your server in front, such as https://telltale.example; with --public-url the whole link is printed"
            );
        }
        say!("{}{path}", self.public_url.as_deref().unwrap_or_default());
    }
}

fn list(row: &Row) {
    let state = match row.disabled_at {
        Some(_) => "disabled",
        None => "may sign in",
    };
    let factor = match (row.totp.is_some(), row.subject.is_some()) {
        (true, _) => "second factor",
        (false, true) => "single sign-on",
        (false, false) => "no second factor",
    };
    let (email, name) = (visible(&row.email), visible(&row.name));
    say!("{email}\t{}\t{name}\t{state}\t{factor}", row.role);
}
