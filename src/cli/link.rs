//! `telltale link`: who is who in whole files, and who stands behind whom.
//!
//! Nothing is stored. With `--truth` both answers are measured against what is known.

mod output;
mod truth;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use rayon::prelude::*;

use super::{Failure, SOME_REFUSED, out};
use crate::app::compute;
use crate::application::Application;
use crate::intake;
use crate::normalise::{self, Settings};
use crate::person::operator::{self, Operated, Tied};
use crate::person::{self, Linked, Record};
use truth::Truth;

/// Records that are made ready together.
const BATCH: usize = 4_096;

#[derive(Args, Debug)]
pub(super) struct Link {
    /// .csv .ndjson .json .pdf .docx .txt; `-` reads JSON, NDJSON or CSV from standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// CSV that says which records belong together, `external_id,cluster` or pairs `a,b`: prints how much was found.
    /// Both questions are held against the same pairs, so give it the truth of the one you ask
    #[arg(long)]
    truth: Option<PathBuf>,
    /// How pairs and clusters are printed
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,
    /// Records are of one person from this probability on, above 0 and below 1
    #[arg(long, default_value_t = person::THRESHOLD, value_parser = threshold)]
    threshold: f64,
    /// Let 555-0100 to 555-0199 count as ordinary phone numbers, for demonstrations and tests
    #[arg(long, env = "TELLTALE_FICTIONAL_NUMBERS")]
    fictional_numbers: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For reading
    Table,
    /// One pair, cluster or figure a line
    Ndjson,
    /// One pair a line
    Csv,
}

fn threshold(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| "a number is wanted")?;
    if number > 0.0 && number < 1.0 {
        Ok(number)
    } else {
        Err("above 0 and below 1 is wanted".into())
    }
}

/// Everything that was read.
#[derive(Default)]
struct Read {
    ids: Vec<String>,
    records: Vec<Record>,
    tied: Vec<Tied>,
    refused: usize,
}

/// Both answers.
struct Found {
    ids: Vec<String>,
    same_person: Linked,
    same_operator: Operated,
}

impl Link {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        super::some_there(&self.files)?;
        let truth = match &self.truth {
            Some(path) => Some(Truth::read(path).map_err(Failure::Environment)?),
            None => None,
        };
        let done = compute(move || self.link(truth.as_ref()));
        done.await?
    }

    fn link(&self, truth: Option<&Truth>) -> Result<ExitCode, Failure> {
        let settings = Settings {
            fictional_numbers: self.fictional_numbers,
            ..Settings::default()
        };
        let mut read = Read::default();
        for file in &self.files {
            let records = if file.as_os_str() == "-" {
                intake::stdin()
            } else {
                intake::file(file)
            };
            match records {
                Ok(records) => read.take(records, &settings),
                Err(why) => {
                    read.refused += 1;
                    eprintln!("{why}");
                }
            }
        }
        let truth = match truth {
            Some(truth) => Some(
                truth
                    .placed(&read.ids, read.refused)
                    .map_err(Failure::Environment)?,
            ),
            None => None,
        };
        let same_person = person::link(&read.records, self.threshold);
        let same_operator = operator::tie(&read.tied, &same_person.clusters);
        let found = Found {
            ids: read.ids,
            same_person,
            same_operator,
        };
        let figures = truth.map(|truth| truth.measure(&found));
        let mut printer = std::io::BufWriter::new(std::io::stdout().lock());
        let printed = output::print(&mut printer, self.output, &found, figures.as_deref());
        printed.and_then(|()| printer.flush()).or_else(out::ended)?;
        Ok(if read.refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(SOME_REFUSED)
        })
    }
}

impl Read {
    fn take(&mut self, records: intake::Applications, settings: &Settings) {
        let mut batch = Vec::with_capacity(BATCH);
        for record in records {
            match record {
                Ok(application) => {
                    batch.push(application);
                    if batch.len() == BATCH {
                        self.prepare(&mut batch, settings);
                    }
                }
                Err(why) => {
                    self.refused += 1;
                    eprintln!("{why}");
                }
            }
        }
        self.prepare(&mut batch, settings);
    }

    fn prepare(&mut self, batch: &mut Vec<Application>, settings: &Settings) {
        let prepared: Vec<_> = batch
            .par_drain(..)
            .map(|application| {
                let candidate = normalise::candidate(&application, settings);
                let tied = Tied::of(&candidate);
                (application.external_id, Record::of(&candidate), tied)
            })
            .collect();
        for (id, record, tied) in prepared {
            self.ids.push(id);
            self.records.push(record);
            self.tied.push(tied);
        }
    }
}
