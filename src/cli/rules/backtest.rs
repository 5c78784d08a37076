//! `telltale rules backtest`: what these rules would have said of what was screened before.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use crate::backtest::{self, Outcome, Trial, report};
use crate::cli::{DEFAULT_DATABASE, Failure, SOME_REFUSED, out};
use crate::config::{self, Database, Judging};
use crate::export::{Cell, Sheet};
use crate::intake::when;

#[derive(Args, Debug)]
pub(super) struct Backtest {
    /// Only candidates whose latest screening was made at or after this: a date or an RFC 3339 time
    #[arg(long, value_parser = when::timestamp)]
    since: Option<Timestamp>,
    /// How it is printed
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,
    #[command(flatten)]
    database: Database,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// For reading
    Table,
    /// One line of JSON for each who would move
    Ndjson,
    /// One row for each who would move
    Csv,
}

impl Backtest {
    pub(super) async fn run(self, judging: &Judging) -> Result<ExitCode, Failure> {
        config::is_there(&self.database, DEFAULT_DATABASE)?;
        let app = config::open(&self.database, judging, DEFAULT_DATABASE).await?;
        let trial = Trial {
            after: app.rules.current(),
            before: None,
            since: self.since,
            most: None,
            time: None,
        };
        let outcome = backtest::run(&app.db, &trial).await?;
        app.db.close().await;
        print(&outcome, self.output).or_else(out::ended)?;
        if outcome.unreadable > 0 {
            eprintln!(
                "telltale: {} stored screenings could not be read",
                outcome.unreadable
            );
            return Ok(ExitCode::from(SOME_REFUSED));
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(outcome: &Outcome, output: Output) -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    match output {
        Output::Table => out.write_all(report::table(outcome).as_bytes())?,
        Output::Ndjson => {
            for one in &outcome.moves {
                serde_json::to_writer(&mut out, one)?;
                out.write_all(b"\n")?;
            }
        }
        Output::Csv => {
            let mut sheet = Sheet::new(&mut out, report::COLUMNS)?;
            for one in &outcome.moves {
                sheet.row(&[
                    Cell::Text(&one.candidate_id.0),
                    Cell::Text(&one.source),
                    Cell::Text(&one.external_id),
                    Cell::Text(&one.stage),
                    Cell::Text(one.before.word()),
                    Cell::Text(one.after.word()),
                    Cell::Number(one.before_db),
                    Cell::Number(one.after_db),
                    Cell::Text(&one.gained.join(" ")),
                    Cell::Text(&one.lost.join(" ")),
                ])?;
            }
            sheet.finish()?;
        }
    }
    out.flush()
}
