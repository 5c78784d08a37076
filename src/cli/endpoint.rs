//! `telltale endpoint`: where results are sent.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::connection::secret;
use super::out::say;
use super::{DEFAULT_DATABASE, Failure, SOME_REFUSED};
use crate::app::App;
use crate::audit::Actor;
use crate::config::{self, Database};
use crate::error::Error;
use crate::outlets::endpoints::{self, Kind, New};
use crate::outlets::{message, ssf};
use crate::store::endpoints as store;

#[derive(Args, Debug)]
pub(super) struct Endpoint {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: Database,
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
        /// a SIEM and a chat of next steps raised and of alarms, an identity provider of alarms
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
        #[command(flatten)]
        provider: Provider,
    },
    /// List endpoints as NDJSON, without their secrets
    List,
    /// Send a test message, and say what came of it; status 1 if it did not arrive
    Test {
        /// Its id
        id: String,
    },
    /// Give a webhook a new secret and print it; messages are signed with the old one too. For ssf, sign
    /// with another key; the old one stays among the public keys
    Rotate {
        /// Its id
        id: String,
        /// The next key of ssf, a PEM file; needed where the present one is an RSA key
        #[arg(long)]
        signing_key: Option<PathBuf>,
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

/// What ssf alone has.
#[derive(Args, Debug)]
struct Provider {
    /// ssf: whom tokens are for, as the identity provider calls itself
    #[arg(long)]
    audience: Option<String>,
    /// ssf: who says it, an address; where this service is reached from outside
    #[arg(long, env = "TELLTALE_PUBLIC_URL")]
    issuer: Option<String>,
    /// ssf: how a worker is named: `opaque`, `email:{worker_id}@firm.example`, or `iss_sub:https://…`
    #[arg(long)]
    subject: Option<String>,
    /// ssf: whose levels they are, as agreed with the provider; by default the issuer's /assurance
    #[arg(long)]
    namespace: Option<String>,
    /// ssf: the bearer token that the provider gave; - reads it from standard input
    #[arg(long)]
    token: Option<String>,
    /// ssf: the key that signs, a PEM file: RSA (RS256) or P-256 (ES256). Without it one over P-256 is made
    #[arg(long)]
    signing_key: Option<PathBuf>,
}

impl Provider {
    fn options(self, kind: Kind) -> Result<ssf::Options, Failure> {
        Ok(ssf::Options {
            audience: self.audience,
            // It may come from the environment, where it says nothing of this endpoint.
            issuer: self.issuer.filter(|_| kind == Kind::Ssf),
            subject: self.subject,
            namespace: self.namespace,
            token: secret(self.token)?,
            signing_key: self.signing_key.as_deref().map(pem).transpose()?,
        })
    }
}

fn pem(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::Environment(format!("{}: {error}", path.display())))
}

impl Endpoint {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open_unjudged(&self.database, DEFAULT_DATABASE).await?;
        let done = act(&app, self.action).await;
        app.db.close().await;
        done
    }
}

async fn act(app: &App, action: Action) -> Result<ExitCode, Failure> {
    let by = Actor::system("command line");
    match action {
        Action::Add {
            url,
            kind,
            events,
            name,
            secret: given,
            private,
            provider,
        } => {
            let new = New {
                kind,
                name,
                url,
                secret: secret(given)?,
                events,
                private,
                ssf: provider.options(kind)?,
            };
            let (row, secret) = endpoints::add(app, &by, new).await?;
            let mut told = json!({"id": row.id});
            if let Some(secret) = secret {
                told["secret"] = json!(secret);
            }
            if let Some(settings) = ssf::Settings::of(&row) {
                told["issuer"] = json!(settings.issuer);
                told["keys_at"] = json!(ssf::KEYS);
                told["kid"] = settings.keys[0]["kid"].clone();
            }
            say!("{told}");
        }
        Action::List => {
            for row in store::all(&app.db).await.map_err(Error::from)? {
                let mut told = json!({
                    "id": row.id,
                    "kind": row.kind,
                    "name": row.name,
                    "url": row.url,
                    "events": row.events.split(' ').collect::<Vec<_>>(),
                    "private": row.private,
                    "disabled": row.disabled_why,
                    "failure": row.failure,
                });
                if let Some(settings) = ssf::Settings::of(&row) {
                    told["ssf"] = json!(settings);
                }
                say!("{told}");
            }
        }
        Action::Test { id } => {
            let told = endpoints::test(app, &by, &id).await?;
            say!("{told}");
            if !told.starts_with("done") {
                return Ok(ExitCode::from(SOME_REFUSED));
            }
        }
        Action::Rotate { id, signing_key } => {
            let next = signing_key.as_deref().map(pem).transpose()?;
            let secret = endpoints::rotate(app, &by, &id, next.as_deref()).await?;
            let mut told = json!({"id": id});
            if let Some(secret) = secret {
                told["secret"] = json!(secret);
            }
            say!("{told}");
        }
        Action::Enable { id } => endpoints::enable(app, &by, &id).await?,
        Action::Remove { id } => endpoints::remove(app, &by, &id).await?,
    }
    Ok(ExitCode::SUCCESS)
}
