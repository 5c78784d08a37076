//! `telltale connection`: systems that tell us of candidates or of checks.

use std::io::Read as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use serde_json::json;

use super::out::say;
use super::{DEFAULT_DATABASE, Failure};
use crate::app::App;
use crate::audit::Actor;
use crate::config::{self, Database};
use crate::hooks::connections::{self, Change, New};
use crate::vendors;
use crate::vendors::api::Settings;

#[derive(Args, Debug)]
pub(super) struct Connection {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Add a connection and print its id and path as JSON
    Add {
        /// The vendor; `telltale connection vendors` lists them
        vendor: String,
        /// The secret that its deliveries are signed with; - reads it from standard input
        #[arg(long)]
        secret: Option<String>,
        /// What to call it
        #[arg(long, default_value = "")]
        name: String,
        /// The source of its candidates, where one vendor is connected for two accounts
        #[arg(long, default_value = "")]
        source: String,
        #[command(flatten)]
        api: Access,
    },
    /// List the vendors that can be connected, and what each can be told
    Vendors,
    /// List connections as NDJSON, without their secrets
    List,
    /// Change a connection
    Set {
        /// Its id
        id: String,
        /// What to call it
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        api: Access,
    },
    /// Give a connection a new secret; the last one stays good beside it until the next rotation
    Rotate {
        /// Its id
        id: String,
        /// The new secret; - reads it from standard input
        #[arg(long)]
        secret: Option<String>,
        /// Let the old one go at once
        #[arg(long)]
        drop_old: bool,
    },
    /// Remove a connection; what it brought stays
    Remove {
        /// Its id
        id: String,
    },
}

/// Access to the vendor's API.
#[derive(Args, Debug)]
struct Access {
    /// Where its API stands, if not at the usual place
    #[arg(long)]
    api_url: Option<String>,
    /// The API's key; - reads it from standard input
    #[arg(long)]
    api_key: Option<String>,
    /// What else it is told, such as `user_id=123`; may be given several times
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    settings: Vec<(String, String)>,
    /// Whether notes are left there after screenings
    #[arg(long, num_args = 0..=1, default_missing_value = "true")]
    notes: Option<bool>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').ok_or("NAME=VALUE is expected")?;
    Ok((pair.0.trim().to_owned(), pair.1.to_owned()))
}

/// A secret as given, or from standard input, so that it stands in no list of processes.
pub(super) fn secret(given: Option<String>) -> Result<Option<String>, Failure> {
    if given.as_deref() != Some("-") {
        return Ok(given);
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| Failure::Environment(format!("standard input: {error}")))?;
    Ok(Some(text.trim().to_owned()))
}

impl Connection {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        if matches!(self.action, Action::Vendors) {
            list_vendors();
            return Ok(ExitCode::SUCCESS);
        }
        let app = config::open_unjudged(&self.database, DEFAULT_DATABASE).await?;
        let done = act(&app, self.action).await;
        app.db.close().await;
        done.map(|()| ExitCode::SUCCESS)
    }
}

async fn act(app: &App, action: Action) -> Result<(), Failure> {
    let by = Actor::system("command line");
    match action {
        Action::Add {
            vendor,
            secret: given,
            name,
            source,
            api,
        } => {
            let made_here = given.is_none();
            let new = New {
                vendor,
                name,
                source,
                secret: secret(given)?,
                api_url: api.api_url,
                api_key: secret(api.api_key)?,
                settings: api.settings.into_iter().collect::<Settings>(),
                leaves: api.notes.unwrap_or(false),
            };
            let connection = connections::add(app, &by, new).await?;
            let mut told = json!({"id": connection.row.id, "path": connection.path()});
            if made_here && let Some(secret) = connection.secrets.first() {
                told["secret"] = json!(secret);
            }
            say!("{told}");
        }
        Action::Set { id, name, api } => {
            let change = Change {
                name,
                api_url: api.api_url,
                api_key: secret(api.api_key)?,
                settings: api.settings.into_iter().collect(),
                leaves: api.notes,
            };
            let connection = connections::change(app, &by, &id, change).await?;
            say!("{}", told(&connection));
        }
        Action::Rotate {
            id,
            secret: given,
            drop_old,
        } => {
            let made_here = given.is_none();
            let connection = connections::rotate(app, &by, &id, secret(given)?, drop_old).await?;
            let mut told = json!({"id": id, "live_secrets": connection.secrets.len()});
            if made_here {
                told["secret"] = json!(connection.secrets[0]);
            }
            say!("{told}");
        }
        Action::List => {
            for connection in connections::all(app).await? {
                say!("{}", told(&connection));
            }
        }
        Action::Remove { id } => connections::remove(app, &by, &id).await?,
        Action::Vendors => list_vendors(),
    }
    Ok(())
}

fn told(connection: &connections::Connection) -> serde_json::Value {
    let row = &connection.row;
    json!({
        "id": row.id,
        "vendor": row.vendor,
        "name": row.name,
        "source": row.source,
        "path": connection.path(),
        "live_secrets": connection.secrets.len(),
        "api_url": row.api_url,
        "has_api_key": connection.api_key.is_some(),
        "settings": row.settings.0.keys().collect::<Vec<_>>(),
        "notes": row.leaves,
        "failure": row.failure,
    })
}

fn list_vendors() {
    for vendor in vendors::ALL {
        let also = match vendor.aliases {
            [] => String::new(),
            aliases => format!(" (also {})", aliases.join(", ")),
        };
        say!("{}{also}: {}", vendor.name, vendor.title);
        if let Some(access) = &vendor.access {
            say!("    API key: {}", access.key);
            for leave in access.leave {
                say!("    leaves {}", leave.about);
            }
        }
        for setting in vendor.settings {
            say!("    --set {}=…  {}", setting.name, setting.about);
        }
    }
}
