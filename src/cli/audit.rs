//! `telltale audit verify`: whether the audit log is as it was written.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::out::say;
use super::{DEFAULT_DATABASE, Failure, SOME_REFUSED};
use crate::audit::chain::{self, Noted};
use crate::config::{self, Database};

#[derive(Args, Debug)]
pub(super) struct Audit {
    #[command(subcommand)]
    action: Do,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Subcommand)]
enum Do {
    /// Check every entry, and print how many hold and the head to write down; exit status 1 where one does not
    Verify {
        /// A head that was written down: proves that nothing was cut off since
        #[arg(long, value_name = "HASH:SEQ")]
        head: Option<Noted>,
    },
}

impl Audit {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        config::is_there(&self.database, DEFAULT_DATABASE)?;
        let app = config::open_unjudged(&self.database, DEFAULT_DATABASE).await?;
        let Do::Verify { head } = self.action;
        let verdict = chain::verify_against(&app, head.as_ref()).await?;
        app.db.close().await;
        if let Some((seq, why)) = verdict.broken {
            say!(
                "broken\tentry {seq} {why}\n{} before it hold",
                verdict.entries
            );
            return Ok(ExitCode::from(SOME_REFUSED));
        }
        say!("whole\t{} entries", verdict.entries);
        if let Some(head) = verdict.noted() {
            say!("head\t{head}");
        }
        Ok(ExitCode::SUCCESS)
    }
}
