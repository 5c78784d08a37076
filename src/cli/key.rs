//! `telltale key`: a key is printed once and only its hash is kept.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::out::{say, visible};
use super::{DEFAULT_DATABASE, Failure};
use crate::audit::Actor;
use crate::config::{self, Database};
use crate::error::Error;
use crate::store::api_keys;
use crate::web::auth::{self, Scope};

#[derive(Args, Debug)]
pub(super) struct Key {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: Database,
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
    /// Every key: id, scope, when it was made and by whom, last used and revoked, and its name
    List,
    /// Revoke a key, so that it opens nothing any more
    Revoke {
        /// Its id, as `telltale key list` prints it
        id: String,
    },
}

impl Key {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open_unjudged(&self.database, DEFAULT_DATABASE).await?;
        let by = Actor::system("command line");
        match self.action {
            Action::Create { scope, name } => {
                say!("{}", auth::make(&app, &by, scope, &name).await?);
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
                    let by = visible(match key.made_by_name.as_str() {
                        "" => "not known",
                        name => name,
                    });
                    say!(
                        "{}\t{}\tmade {made} by {by}\tused {used}\trevoked {revoked}\t{}",
                        key.id,
                        key.scope,
                        visible(&key.name)
                    );
                }
            }
            Action::Revoke { id } => {
                auth::revoke(&app, &by, &id).await?;
                say!("{}: revoked", visible(&id));
            }
        }
        app.db.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
