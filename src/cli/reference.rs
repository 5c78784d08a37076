//! `telltale reference`: public records are imported from their publishers' files, and listed.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::Date;
use serde_json::json;

use super::out::{self, say, visible};
use super::{DEFAULT_DATABASE, Failure, SOME_REFUSED};
use crate::app::App;
use crate::audit::{self, Actor};
use crate::config::{self, Database, Judging};
use crate::error::Error;
use crate::reference::import::{self, Done, Job, NotImported, Progress};
use crate::reference::{Kind, Set, Vintage};
use crate::rules::report::{self, Sleeping};
use crate::store::reference;

#[derive(Args, Debug)]
pub(super) struct Reference {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    judging: Judging,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Import publishers' files as downloaded: CSV or JSON, zipped or not
    ///
    /// A file is imported whole or not at all: a wrong, cut or damaged one is refused with its line
    /// and the reason, and changes nothing. The same file again changes nothing either. Another file
    /// of the same kind and vintage takes the place of the first; one of another vintage stands
    /// beside it, except that of lists of diploma mills only the newest counts.
    ///
    /// Candidates who were screened before are judged anew when they are screened again:
    /// --screen-again makes all of them due once the file is imported, and a running server, or the next
    /// command that screens, catches up. If it is stopped in between, run the same command again.
    #[command(after_long_help = SOURCES)]
    Import {
        /// Which publisher's files these are
        #[arg(value_enum)]
        kind: Kind,
        /// The files; a .zip may hold others beside the one that is wanted
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Of which year (2020) or day (2026-11-20) the facts are, where the file's name does not
        /// tell; an award year is the one it ends in, and lists of a day are of today by themselves
        #[arg(long, value_name = "YEAR|DAY")]
        vintage: Option<Vintage>,
        /// Make every candidate due for another screening, by the new data
        #[arg(long)]
        screen_again: bool,
    },
    /// Take an imported set away again, such as one of a wrong year
    Remove {
        /// Which publisher's
        #[arg(value_enum)]
        kind: Kind,
        /// Its year (2020) or day (2026-11-20), as `list` shows it
        vintage: Vintage,
    },
    /// Say what is imported, of when, and what is missing or too old
    List,
}

/// Where the files are.
const SOURCES: &str = "\
Where the files are:
  ipeds-hd, ipeds-ic, ipeds-completions
                 https://nces.ed.gov/ipeds/use-the-data, complete data files: HD2024.zip, IC2024.zip
                 and C2024_A.zip, each for as many years as there are
  scorecard-fos  https://collegescorecard.ed.gov/data: FieldOfStudyData*_PP.csv
  dapip          https://ope.ed.gov/dapip/#/download-data-files
  ror            https://doi.org/10.5281/zenodo.6347574: v*-ror-data.zip
  hipolabs       https://github.com/Hipo/university-domains-list:
                 world_universities_and_domains.json
  mill-list      your own CSV with the columns name, aliases, source, listed_on; aliases separated
                 by `;`, and a source and a date in every row";

impl Reference {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open(&self.database, &self.judging, DEFAULT_DATABASE).await?;
        let code = match self.action {
            Action::List => {
                let mut sets = reference::sets(&app.db).await.map_err(Error::from)?;
                sets.sort_by_key(|set| (set.kind, std::cmp::Reverse(set.vintage)));
                let sleeping =
                    report::sleeping(&app.rules.current(), &app.shelf.current(), app.today());
                out::text(&list(&sets, &sleeping, app.today()));
                ExitCode::SUCCESS
            }
            Action::Remove { kind, vintage } => remove(&app, kind, vintage).await?,
            Action::Import {
                kind,
                files,
                vintage,
                screen_again,
            } => {
                if vintage.is_some() && files.len() > 1 {
                    return Err(Failure::Environment(
                        "--vintage is that of one file: import the files one by one".into(),
                    ));
                }
                let jobs = files.into_iter().map(|file| Job {
                    kind,
                    file,
                    vintage,
                    screen_again,
                });
                import_all(&app, jobs.collect()).await?
            }
        };
        app.db.close().await;
        Ok(code)
    }
}

/// Takes a set away; what is not there is no success.
async fn remove(app: &App, kind: Kind, vintage: Vintage) -> Result<ExitCode, Failure> {
    let mut tx = app.db.begin().await.map_err(Error::from)?;
    let removed = reference::remove(&mut tx, kind, vintage).await;
    let removed = removed.map_err(Error::from)?;
    if removed {
        let by = Actor::system("command line");
        let object = format!("reference:{} {vintage}", kind.word());
        let (action, detail) = (audit::Action::ReferenceChanged, json!({"what": "removed"}));
        audit::append(app, &mut tx, &by, action, &object, &detail).await?;
    }
    tx.commit().await.map_err(Error::from)?;
    if removed {
        say!("{} {vintage}: removed", kind.word());
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("{} {vintage}: there is no such set", kind.word());
    Ok(ExitCode::from(SOME_REFUSED))
}

/// Imports files one after the other; each stands for itself.
async fn import_all(app: &App, jobs: Vec<Job>) -> Result<ExitCode, Failure> {
    let (by, mut code) = (Actor::system("command line"), ExitCode::SUCCESS);
    let mut taken = Vec::<(Vintage, String)>::new();
    for job in jobs {
        let (kind, path) = (job.kind.word(), job.file.clone());
        let begun = Instant::now();
        let bar = Arc::new(Bar::new(&path));
        let done = import::import(app, &by, job, &taken, bar.clone()).await;
        bar.0.finish_and_clear();
        match done {
            Ok(Done::Imported {
                set,
                replaced,
                marked,
            }) => {
                let mut line = format!(
                    "{kind} {}: {} rows from {}, {:.1} s",
                    set.vintage,
                    grouped(set.rows),
                    set.file,
                    begun.elapsed().as_secs_f64()
                );
                if let Some(file) = replaced {
                    let _ = write!(line, ", in place of {file}");
                }
                say!("{}{}", visible(&line), due(marked));
                taken.push((set.vintage, set.file));
            }
            Ok(Done::Already { set, marked }) => {
                let line = format!("{kind} {}: already imported from {}", set.vintage, set.file);
                say!("{}{}", visible(&line), due(marked));
                taken.push((set.vintage, set.file));
            }
            Err(NotImported::Refused(refused)) => {
                eprintln!("{}: {refused}", path.display());
                code = ExitCode::from(SOME_REFUSED);
            }
            Err(NotImported::Failed(error)) => return Err(error.into()),
        }
    }
    Ok(code)
}

/// What is said of candidates who are to be screened again.
fn due(marked: u64) -> String {
    match marked {
        0 => String::new(),
        1 => "; 1 candidate is due for another screening".to_owned(),
        _ => format!(
            "; {} candidates are due for another screening",
            grouped(marked)
        ),
    }
}

/// A bar on a terminal, by bytes.
struct Bar(ProgressBar);

impl Bar {
    fn new(path: &Path) -> Self {
        if !std::io::stderr().is_terminal() {
            return Self(ProgressBar::hidden());
        }
        let style = ProgressStyle::with_template("{msg} {bar:30} {bytes}/{total_bytes}, {elapsed}");
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let bar = ProgressBar::new(0).with_message(visible(&name));
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(match style {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        })
    }
}

impl Progress for Bar {
    fn begin(&self, bytes: u64) {
        self.0.set_length(bytes);
        self.0.set_position(0);
    }

    fn at(&self, bytes: u64) {
        self.0.set_position(bytes);
    }
}

/// What is imported, what is missing, and which rules sleep for want of it.
fn list(sets: &[Set], sleeping: &[Sleeping], today: Date) -> String {
    let mut text = String::new();
    if sets.is_empty() {
        text.push_str("Nothing is imported; the facts that come with telltale serve alone.\n");
    } else {
        let _ = writeln!(
            text,
            "{:<18} {:<11} {:>10} {:>9}  {:<17} FILE",
            "KIND", "VINTAGE", "AGE", "ROWS", "IMPORTED (UTC)"
        );
    }
    for set in sets {
        let _ = writeln!(
            text,
            "{:<18} {:<11} {:>10} {:>9}  {:<17} {}",
            set.kind.word(),
            set.vintage.to_string(),
            age(set.vintage.age_days(today)),
            grouped(set.rows),
            set.imported_at.strftime("%Y-%m-%d %H:%M").to_string(),
            visible(&set.file)
        );
    }
    if !sleeping.is_empty() {
        text.push_str("\nRules that sleep for want of data:\n");
    }
    for Sleeping { rule, why, .. } in sleeping {
        let _ = writeln!(text, "  {rule}: {why}");
    }
    let absent: Vec<&str> = Kind::ALL
        .into_iter()
        .filter(|kind| sets.iter().all(|set| set.kind != *kind))
        .map(Kind::word)
        .collect();
    if !absent.is_empty() {
        let _ = writeln!(
            text,
            "\nNot imported: {}. `telltale reference import --help` says where the files are.",
            absent.join(", ")
        );
    }
    text
}

/// An age for reading: `12 days`, `3.4 years`.
fn age(days: i32) -> String {
    const YEAR: f64 = 365.25;
    match days {
        0 => "today".to_owned(),
        1 => "1 day".to_owned(),
        2..=729 => format!("{days} days"),
        _ => format!("{:.1} years", f64::from(days) / YEAR),
    }
}

/// A number with its thousands apart: `6,440`.
fn grouped(number: impl std::fmt::Display) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::base;
    use crate::rules::Ruleset;
    use jiff::civil::date;

    #[test]
    fn numbers_and_ages_are_for_reading() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (6_440, "6,440"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), text);
        }
        for (days, text) in [
            (0, "today"),
            (1, "1 day"),
            (324, "324 days"),
            (2_150, "5.9 years"),
        ] {
            assert_eq!(age(days), text);
        }
    }

    #[test]
    fn a_list_says_what_is_there_and_what_sleeps() {
        let today = date(2026, 11, 20);
        let rules = Ruleset::shipped().unwrap();
        let sleeping = report::sleeping(&rules, base::shipped(), today);
        let nothing = list(&[], &sleeping, today);
        assert!(nothing.contains("Nothing is imported"), "{nothing}");
        assert!(
            nothing.contains("edu.diploma_mill: mill-list is not imported"),
            "{nothing}"
        );
        let set = Set {
            kind: Kind::IpedsHd,
            vintage: Vintage::Year(2020),
            file: "hd2020.csv".into(),
            digest: String::new(),
            rows: 6_440,
            imported_at: "2026-11-20T10:15:00Z".parse().unwrap(),
        };
        let text = list(&[set], &[], today);
        assert!(
            text.contains(
                "ipeds-hd           2020         5.9 years     6,440  2026-11-20 10:15  hd2020.csv"
            ),
            "{text}"
        );
        assert!(!text.contains("sleep"), "{text}");
        assert!(!text.contains("Not imported: ipeds-hd"), "{text}");
    }
}
