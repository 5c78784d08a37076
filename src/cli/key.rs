//! `telltale key`: a key is printed once and only its hash is kept.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{DEFAULT_DATABASE, Failure};
use crate::audit::Actor;
use crate::config::{self, Database, Judging};
use crate::error::Error;
use crate::store::api_keys;
use crate::web::auth::{self, Scope};

#[derive(Args, Debug)]
pub(super) struct Key {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    judging: Judging,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a key and print it, alone, on standard output
    Create {
        /// What it may be used for
        #[arg(long)]
        scope: Scope,
        /// What to call it in logs
        #[arg(long, default_value = "")]
        name: String,
    },
    /// Every key: id, scope, when it was made, last used and revoked, and its name
    List,
    /// Revoke a key, so that it opens nothing any more
    Revoke {
        /// Its id, as `telltale key list` prints it
        id: String,
    },
}

impl Key {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open(&self.database, &self.judging, DEFAULT_DATABASE).await?;
        let by = Actor::system("command line");
        match self.action {
            Action::Create { scope, name } => {
                println!("{}", auth::make(&app, &by, scope, &name).await?);
            }
            Action::List => {
                let day = |at: Option<crate::db::Millis>| {
                    at.map_or("never".to_owned(), |at| {
                        jiff::Timestamp::from(at).to_string()
                    })
                };
                for key in api_keys::all(&app.db).await.map_err(Error::from)? {
                    let made = day(Some(key.created_at));
                    let (used, revoked) = (day(key.last_used_at), day(key.revoked_at));
                    println!(
                        "{}\t{}\tmade {made}\tused {used}\trevoked {revoked}\t{}",
                        key.id, key.scope, key.name
                    );
                }
            }
            Action::Revoke { id } => auth::revoke(&app, &by, &id).await?,
        }
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
