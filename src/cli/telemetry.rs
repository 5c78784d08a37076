//! `telltale telemetry`: logs of machines, from files.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::out::say;
use super::{DEFAULT_DATABASE, Failure, SOME_REFUSED};
use crate::app::App;
use crate::config::{self, Database, Judging};
use crate::error::Error;
use crate::telemetry::formats::{self, Context, Format, Table};
use crate::telemetry::{self, Verdict, mapping};

#[derive(Args, Debug)]
pub(super) struct Telemetry {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    judging: Judging,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Read a log into the database, and judge the workers whose devices it is about
    Import {
        /// osquery, defender, falcon or zeek; json or csv with --table
        #[arg(value_parser = format)]
        format: &'static Format,
        /// The file
        file: PathBuf,
        /// What a json or csv file holds
        #[arg(long, value_enum, default_value = "observations")]
        table: TableName,
        /// Which address is which device, for zeek: 10.0.0.5=LT-0042; may be given several times
        #[arg(long = "host")]
        hosts: Vec<String>,
        /// Which address is a probe at a known place, for zeek: 192.0.2.7=us-west/47.6/-122.3
        #[arg(long = "probe", allow_hyphen_values = true)]
        probes: Vec<String>,
    },
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TableName {
    /// Summaries of sessions' timings
    Sessions,
    /// Single timings
    Samples,
    /// Things seen on devices
    Observations,
}

fn format(name: &str) -> Result<&'static Format, String> {
    formats::by_name(name).ok_or_else(|| {
        let known: Vec<_> = formats::ALL.iter().map(|format| format.name).collect();
        format!("one of {}", known.join(", "))
    })
}

impl Telemetry {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open(&self.database, &self.judging, DEFAULT_DATABASE).await?;
        let done = import(&app, self.action).await;
        app.db.close().await;
        done
    }
}

async fn import(app: &App, action: Action) -> Result<ExitCode, Failure> {
    let Action::Import {
        format,
        file,
        table,
        hosts,
        probes,
    } = action;
    let hosts = mapping::hosts(hosts.iter().map(String::as_str)).map_err(Error::Refused)?;
    let probes = mapping::probes(probes.iter().map(String::as_str)).map_err(Error::Refused)?;
    let bytes = std::fs::read(&file)
        .map_err(|error| Failure::Environment(format!("{}: {error}", file.display())))?;
    let table = match table {
        TableName::Sessions => Table::Sessions,
        TableName::Samples => Table::Samples,
        TableName::Observations => Table::Observations,
    };
    let context = Context {
        hosts: &hosts,
        probes: &probes,
        ..Context::new(app.now(), table)
    };
    let mut read = (format.read)(&bytes, &context);
    if !matches!(format.name, "json" | "csv") {
        read.items_of_interest();
    }
    let verdicts = telemetry::take(app, read.items).await?;
    telemetry::work_off(app).await?;
    for refused in &read.refused {
        eprintln!("telltale: {}: {refused}", file.display());
    }
    let mut refused = read.refused.len();
    for (place, verdict) in read.places.iter().zip(&verdicts) {
        if let Verdict::Refused(why) = verdict {
            refused += 1;
            eprintln!("telltale: {}: item {place}: {why}", file.display());
        }
    }
    let count = |wanted: &Verdict| verdicts.iter().filter(|one| *one == wanted).count();
    say!(
        "accepted {}, duplicate {}, refused {refused}, ignored {}",
        count(&Verdict::Accepted),
        count(&Verdict::Duplicate),
        read.ignored
    );
    Ok(if refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(SOME_REFUSED)
    })
}
