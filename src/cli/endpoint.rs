//! `telltale endpoint`: where results are sent.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::connection::secret;
use super::{DEFAULT_DATABASE, Failure, SOME_REFUSED};
use crate::app::App;
use crate::config::{self, Database, Judging};
use crate::error::Error;
use crate::outlets::endpoints::{self, Kind, New};
use crate::outlets::message;
use crate::store::endpoints as store;

#[derive(Args, Debug)]
pub(super) struct Endpoint {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    judging: Judging,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add an endpoint and print its id, and the secret that its messages are signed with, as JSON
    Add {
        /// Where: https://…, or for ocsf also the absolute path of a file
        url: String,
        /// What is sent
        #[arg(long, default_value = "webhook")]
        kind: Kind,
        /// What it is told of; may be given several times. By default a webhook is told of everything,
        /// a SIEM and a chat of next steps raised and of alarms
        #[arg(long = "event")]
        events: Vec<message::Kind>,
        /// What to call it
        #[arg(long, default_value = "")]
        name: String,
        /// The secret, if there is one already; - reads it from standard input
        #[arg(long)]
        secret: Option<String>,
        /// It stands in your own network: allow a private address, and http://
        #[arg(long)]
        private: bool,
    },
    /// List endpoints as NDJSON, without their secrets
    List,
    /// Send a test message, and say what came of it; status 1 if it did not arrive
    Test {
        /// Its id
        id: String,
    },
    /// Give a webhook a new secret and print it; messages are signed with the old one too
    Rotate {
        /// Its id
        id: String,
    },
    /// Switch an endpoint on again; what was held for it is sent
    Enable {
        /// Its id
        id: String,
    },
    /// Remove an endpoint
    Remove {
        /// Its id
        id: String,
    },
}

impl Endpoint {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open(&self.database, &self.judging, DEFAULT_DATABASE).await?;
        let done = act(&app, self.action).await;
        app.db.close().await;
        done
    }
}

async fn act(app: &App, action: Action) -> Result<ExitCode, Failure> {
    match action {
        Action::Add {
            url,
            kind,
            events,
            name,
            secret: given,
            private,
        } => {
            let new = New {
                kind,
                name,
                url,
                secret: secret(given)?,
                events,
                private,
            };
            let (row, secret) = endpoints::add(app, new).await?;
            let mut told = json!({"id": row.id});
            if let Some(secret) = secret {
                told["secret"] = json!(secret);
            }
            println!("{told}");
        }
        Action::List => {
            for row in store::all(&app.db).await.map_err(Error::from)? {
                println!(
                    "{}",
                    json!({
                        "id": row.id,
                        "kind": row.kind,
                        "name": row.name,
                        "url": row.url,
                        "events": row.events.split(' ').collect::<Vec<_>>(),
                        "private": row.private,
                        "disabled": row.disabled_why,
                        "failure": row.failure,
                    })
                );
            }
        }
        Action::Test { id } => {
            let told = endpoints::test(app, &id).await?;
            println!("{told}");
            if !told.starts_with("done") {
                return Ok(ExitCode::from(SOME_REFUSED));
            }
        }
        Action::Rotate { id } => {
            let secret = endpoints::rotate(app, &id).await?;
            println!("{}", json!({"id": id, "secret": secret}));
        }
        Action::Enable { id } => endpoints::enable(app, &id).await?,
        Action::Remove { id } => endpoints::remove(app, &id).await?,
    }
    Ok(ExitCode::SUCCESS)
}
