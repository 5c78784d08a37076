//! `telltale user`: who may sign in. Links are printed once, alone, on standard output.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{DEFAULT_DATABASE, Failure};
use crate::access::{self, Role, link};
use crate::audit::{self, Action, Actor};
use crate::config::{self, Database, Judging};
use crate::error::Error;
use crate::store::users;

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
    /// Who may sign in
    List,
}

impl User {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open(&self.database, &self.judging, DEFAULT_DATABASE).await?;
        let by = Actor::system("command line");
        let path = match self.action {
            Do::Add { email, role, name } => {
                let user = access::add(&app, &by, &email, &name, role).await?;
                Some(link::create(&app, Some(&user)).await?)
            }
            Do::Link { email } => {
                let email = access::email(&email)?;
                let row = users::by_email(&app.db, &email)
                    .await
                    .map_err(Error::from)?;
                let row = row.filter(|row| row.disabled_at.is_none());
                let user = row
                    .ok_or(Error::NotFound(
                        "user; `telltale user list` names those who are",
                    ))?
                    .user();
                let path = link::create(&app, Some(&user)).await?;
                let object = format!("user:{}", user.id);
                audit::note(
                    &app,
                    &by,
                    Action::LinkMade,
                    &object,
                    &serde_json::Value::Null,
                )
                .await?;
                Some(path)
            }
            Do::List => {
                for row in users::all(&app.db).await.map_err(Error::from)? {
                    let state = if row.disabled_at.is_some() {
                        "disabled"
                    } else {
                        "may sign in"
                    };
                    println!("{}\t{}\t{}\t{state}", row.email, row.role, row.name);
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
