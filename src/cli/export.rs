//! `telltale export`: CSV reports on standard output.

use std::io::Write as _;
use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use tokio_stream::StreamExt as _;

use super::{DEFAULT_DATABASE, Failure, out};
use crate::audit::Actor;
use crate::config::{self, Database};
use crate::export::stream::{self, Report, Span};
use crate::intake::when;

#[derive(Args, Debug)]
pub(super) struct Export {
    /// Which report
    report: Report,
    /// Only what was screened, decided, done, or began, at or after this: a date or an RFC 3339 time
    #[arg(long, value_parser = when::timestamp)]
    from: Option<Timestamp>,
    /// Only what was screened, decided, done, or began, before this
    #[arg(long, value_parser = when::timestamp)]
    to: Option<Timestamp>,
    /// Begin with a byte order mark, so that every spreadsheet takes it for UTF-8
    #[arg(long)]
    bom: bool,
    #[command(flatten)]
    database: Database,
}

impl Export {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        config::is_there(&self.database, DEFAULT_DATABASE)?;
        let app = config::open_unjudged(&self.database, DEFAULT_DATABASE).await?;
        let who = Actor::system("command line");
        let (from, to) = (self.from, self.to);
        let span = Span { from, to };
        let mut rows = stream::start(&app, &who, self.report, span, self.bom).await?;
        let broken =
            |error: std::io::Error| Failure::Environment(format!("the report broke off: {error}"));
        let mut printed = Ok(());
        while let Some(some) = rows.next().await {
            printed = std::io::stdout().write_all(&some.map_err(broken)?);
            if printed.is_err() {
                break;
            }
        }
        let printed = printed.and_then(|()| std::io::stdout().flush());
        // Nobody takes the rest, which the audit log tells once it has been written.
        drop(rows);
        app.db.close().await;
        printed.or_else(out::ended)?;
        Ok(ExitCode::SUCCESS)
    }
}
