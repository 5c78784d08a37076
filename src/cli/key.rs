//! `telltale key create`: the key is printed once and only its hash is kept.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{DEFAULT_DATABASE, Failure};
use crate::config::{self, Database, Judging};
use crate::error::Error;
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
}

impl Key {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open(&self.database, &self.judging, DEFAULT_DATABASE).await?;
        let Action::Create { scope, name } = self.action;
        let key = auth::create(&app, scope, &name)
            .await
            .map_err(Error::from)?;
        app.db.close().await;
        println!("{key}");
        Ok(ExitCode::SUCCESS)
    }
}
