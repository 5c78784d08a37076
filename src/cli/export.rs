//! `telltale export`: CSV reports on standard output.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::{DEFAULT_DATABASE, Failure};
use crate::config::{self, Database, Judging};
use crate::export;
use crate::intake::when;

#[derive(Args, Debug)]
pub(super) struct Export {
    /// Which report
    report: Report,
    /// Only what was screened, or began, at or after this: a date or an RFC 3339 time
    #[arg(long, value_parser = when::timestamp)]
    from: Option<Timestamp>,
    /// Only what was screened, or began, before this
    #[arg(long, value_parser = when::timestamp)]
    to: Option<Timestamp>,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    judging: Judging,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Report {
    /// One line for each finding of each screening
    Findings,
    /// One line for each session of timings, by candidate
    Latency,
}

impl Export {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open(&self.database, &self.judging, DEFAULT_DATABASE).await?;
        let mut out = std::io::BufWriter::new(std::io::stdout());
        match self.report {
            Report::Findings => {
                export::findings::write(&app.db, self.from, self.to, &mut out).await?;
            }
            Report::Latency => {
                export::latency::write(&app.db, self.from, self.to, &mut out).await?;
            }
        }
        out.flush()
            .map_err(|error| Failure::Environment(format!("standard output: {error}")))?;
        Ok(ExitCode::SUCCESS)
    }
}
