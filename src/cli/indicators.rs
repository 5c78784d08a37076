//! `telltale indicators`: lists of known cases' identifiers, from the operator's own files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::out::{self, say, visible};
use super::{DEFAULT_DATABASE, Failure, SOME_REFUSED};
use crate::app::App;
use crate::audit::Actor;
use crate::config::{self, Database};
use crate::error::Error;
use crate::lists::import::{self, Done, Format, Imported, Job, NotImported};
use crate::lists::{List, Purpose};
use crate::store::lists;

#[derive(Args, Debug)]
pub(super) struct Indicators {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Import a file of known cases' identifiers: CSV, a STIX 2.1 bundle or a MISP event
    ///
    /// Phone numbers, mail addresses, people's pages and single IP addresses are taken, each in the form in
    /// which candidates' are compared; names of people never are. Of each only a keyed hash is
    /// kept. A file that cannot be read, or of which nothing can be used, changes nothing; otherwise each
    /// value that is refused is named by line or id, and the others are kept (exit status 1). The same file
    /// again changes nothing; another one under the same name takes the place of the first.
    ///
    /// Every candidate who uses one of the values, whenever they applied, is due for another
    /// screening: a running server, or the next command that screens, catches up.
    #[command(after_long_help = FORMATS)]
    Import {
        /// The file, of 64 MiB at the most
        file: PathBuf,
        /// The list's name; without it the file's, without its ending
        #[arg(long)]
        name: Option<String>,
        /// Where the list is from; without it what the file says, or its name
        #[arg(long, value_name = "TEXT")]
        source: Option<String>,
        /// What the file is; without it that is told from its content
        #[arg(long, value_enum)]
        format: Option<Format>,
        /// Values are of confirmed cases where the file does not say
        #[arg(long)]
        confirmed: bool,
    },
    /// Say which lists there are, from where, how old, and how many candidates they concern
    List,
    /// Take a list away; what it was the reason for goes at the next screening
    Remove {
        /// Its name, as `list` shows it
        name: String,
    },
}

/// What files look like.
const FORMATS: &str = "\
Formats:
  csv   a header with type and value, and of these what there is: confidence (0 to 100),
        confirmed (yes or no), first_seen, last_seen, valid_until (2026-03-02), label.
        Types: phone, email, url, ip. Comments are not read.
          type,value,confidence,confirmed,last_seen,valid_until
          phone,+1 212-555-0142,80,yes,2026-03-02,
          email,j.doe@example.org,50,no,2025-11-20,2027-11-20
  stix  a STIX 2.1 bundle: indicators with patterns of equalities combined with OR, and the
        identifiers in it as objects. A confidence is none that the case was confirmed: that is
        said by the label `confirmed`, or by --confirmed.
  misp  {\"Event\": {…}} or {\"response\": [{\"Event\": {…}}]}: attributes of the event and of its objects.
        Confirmed is what is tagged admiralty-scale:information-credibility=\"1\", or by --confirmed;
        never what is only context (to_ids is false).

An identifier counts until the day that its list names, else for 24 months after it was last seen, or
imported where the list does not say when it was seen. What has expired weighs nothing.";

/// Refusals that are printed one by one.
const PRINTED: usize = 50;

impl Indicators {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open_unjudged(&self.database, DEFAULT_DATABASE).await?;
        let by = Actor::system("command line");
        let code = match self.action {
            Action::Import {
                file,
                name,
                source,
                format,
                confirmed,
            } => {
                let job = Job {
                    file: file.clone(),
                    name,
                    source,
                    format,
                    confirmed,
                };
                report(&file, import::import(&app, &by, job).await)?
            }
            Action::List => {
                out::text(&list(&app).await?);
                ExitCode::SUCCESS
            }
            Action::Remove { name } => {
                if let Some(marked) = import::remove(&app, &by, &name).await? {
                    say!("{}: removed{}", visible(&name), due(marked));
                    ExitCode::SUCCESS
                } else {
                    eprintln!("{}: there is no such list", visible(&name));
                    ExitCode::from(SOME_REFUSED)
                }
            }
        };
        app.db.close().await;
        Ok(code)
    }
}

/// Says what became of an import.
fn report(file: &Path, done: Result<Done, NotImported>) -> Result<ExitCode, Failure> {
    let file = visible(&file.display().to_string());
    match done {
        Ok(Done::Already(list)) => {
            say!(
                "{}: already imported from this very file",
                visible(&list.name)
            );
            Ok(ExitCode::SUCCESS)
        }
        Ok(Done::Imported(imported)) => {
            say!("{}", summary(&imported));
            for refused in imported.refused.iter().take(PRINTED) {
                eprintln!("{file}: {}", visible(&refused.to_string()));
            }
            let told = imported.refused.len().min(PRINTED);
            let more = imported.refused_more + (imported.refused.len() - told) as u64;
            if more > 0 {
                eprintln!("{file}: {more} more were refused");
            }
            Ok(if imported.refused.is_empty() {
                ExitCode::SUCCESS
            } else {
                ExitCode::from(SOME_REFUSED)
            })
        }
        Err(NotImported::Refused(why, refused)) => {
            for refused in refused.iter().take(PRINTED) {
                eprintln!("{file}: {}", visible(&refused.to_string()));
            }
            eprintln!("{file}: {}", visible(&why.to_string()));
            Ok(ExitCode::from(SOME_REFUSED))
        }
        Err(NotImported::Failed(error)) => Err(error.into()),
    }
}

/// An import in words.
fn summary(imported: &Imported) -> String {
    let list = &imported.list;
    let mut text = format!(
        "{}: {} from {}",
        visible(&list.name),
        counted(list.rows, "identifier"),
        visible(&list.source)
    );
    if imported.replaced {
        text.push_str(", in place of the list of that name");
    }
    if imported.expired > 0 {
        let _ = write!(text, "; {} have expired already", imported.expired);
    }
    text.push_str(&due(imported.marked));
    for (why, count) in &imported.skipped {
        let _ = write!(text, "\n  passed over: {count} {why}");
    }
    text
}

/// What is said of candidates who are to be screened again.
pub(super) fn due(marked: u64) -> String {
    match marked {
        0 => String::new(),
        1 => "; 1 candidate is due for another screening".to_owned(),
        _ => format!("; {marked} candidates are due for another screening"),
    }
}

/// `1 identifier`, `2 identifiers`.
pub(super) fn counted(count: i64, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{ending}")
}

/// Every list of indicators, with whom it concerns.
async fn list(app: &App) -> Result<String, Error> {
    let all = lists::all(&app.db).await?;
    let all = all.iter().filter(|list| list.purpose == Purpose::Indicator);
    let all: Vec<&List> = all.collect();
    if all.is_empty() {
        return Ok("No list is imported; `telltale indicators import FILE` imports one.\n".into());
    }
    let now = app.now();
    let mut text = format!(
        "{:<24} {:>8} {:>8} {:>11}  {:<17} {:<11} SOURCE\n",
        "LIST", "ROWS", "EXPIRED", "CANDIDATES", "IMPORTED (UTC)", "ENDS"
    );
    for list in all {
        let (expired, ends) = lists::expiry(&app.db, list, now).await?;
        let candidates = lists::matches(&app.db, list, now).await?;
        let ends = ends.map_or_else(
            || "never".to_owned(),
            |at| Timestamp::from(at).strftime("%Y-%m-%d").to_string(),
        );
        let _ = writeln!(
            text,
            "{:<24} {:>8} {expired:>8} {candidates:>11}  {:<17} {ends:<11} {}",
            visible(&list.name),
            list.rows,
            list.imported_at.strftime("%Y-%m-%d %H:%M").to_string(),
            visible(&list.source)
        );
    }
    Ok(text)
}
