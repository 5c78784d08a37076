//! `telltale screen`: files in, final results out.
//!
//! All records are taken in before anything is printed, since a later one may
//! share something with an earlier one and change its result.

mod output;

use std::collections::HashSet;
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{Failure, SOME_REFUSED, out};
use crate::app::{App, compute};
use crate::candidate::CandidateId;
use crate::config::{self, Database, Judging, Unusable};
use crate::error::Error;
use crate::intake::{self, Refused};
use crate::screening::{self, Prepared, Screening, desk};

/// Bytes of résumés that are kept in one transaction: long ones come fewer at a time.
const BATCH_BYTES: usize = 8 << 20;

/// Results read and printed in one go.
const PAGE: usize = 250;

#[derive(Args, Debug)]
pub(super) struct Screen {
    /// .csv .ndjson .json .pdf .docx .txt; `-` reads JSON, NDJSON or CSV from standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// How results are printed
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,
    #[command(flatten)]
    database: Database,
    #[command(flatten)]
    judging: Judging,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// For reading
    Table,
    /// The API's result, one a line
    Ndjson,
    /// One line a record
    Csv,
}

/// What comes out of the files.
enum Read {
    Prepared(Vec<Result<Prepared, Error>>),
    Refused(Refused),
}

impl Screen {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let scratch =
            tempfile::tempdir().map_err(|error| Unusable::Io(std::env::temp_dir(), error))?;
        let temporary = format!("sqlite://{}", scratch.path().join("screen.db").display());
        let app = config::open(&self.database, &self.judging, &temporary).await?;
        super::some_there(&self.files)?;
        let progress = progress();
        let (screened, refused) = take_in(&app, self.files, &progress).await?;
        screening::catch_up(&app).await?;
        progress.finish_and_clear();
        print(&app, &screened, self.output).await?;
        app.db.close().await;
        Ok(if refused == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(SOME_REFUSED)
        })
    }
}

/// Reads files and prepares what they hold while what was read before is kept and screened.
pub(super) async fn take_in(
    app: &App,
    files: Vec<PathBuf>,
    progress: &ProgressBar,
) -> Result<(Vec<(CandidateId, i64)>, u64), Failure> {
    let (sender, mut receiver) = mpsc::channel(2);
    let of = app.clone();
    let reading = tokio::task::spawn_blocking(move || read(&of, files, &sender));
    let (mut screened, mut refused) = (Vec::new(), 0);
    let mut count = |answers: Vec<Result<Screening, Error>>| {
        for answer in answers {
            match answer {
                Ok(one) => screened.push((one.candidate_id, one.version)),
                // One record's own; the others go on.
                Err(Error::Internal(cause)) => {
                    refused += 1;
                    progress.suspend(|| eprintln!("telltale: {cause}"));
                }
                Err(error) => return Err(Failure::from(error)),
            }
        }
        progress.set_position(screened.len() as u64);
        Ok(())
    };
    let mut named = 0;
    // One batch is screened while the next is kept and the one after it read; but a candidate's
    // version is screened before its next one is kept.
    let mut at_work = HashSet::new();
    let mut under_way = None::<JoinHandle<Vec<Result<Screening, Error>>>>;
    while let Some(read) = receiver.recv().await {
        match read {
            Read::Prepared(prepared) => {
                let again = |one: &Prepared| at_work.contains(&one.candidate());
                if prepared.iter().flatten().any(again)
                    && let Some(last) = under_way.take()
                {
                    count(done(last).await?)?;
                }
                let kept = screening::keep(app, prepared).await;
                if let Some(last) = under_way.take() {
                    count(done(last).await?)?;
                }
                at_work = kept.candidates();
                let app = app.clone();
                under_way = Some(tokio::spawn(async move { kept.screen(&app).await }));
            }
            Read::Refused(why) => {
                named += 1;
                progress.suspend(|| eprintln!("{why}"));
            }
        }
    }
    if let Some(last) = under_way {
        count(done(last).await?)?;
    }
    done(reading).await?;
    Ok((screened, refused + named))
}

/// What a task came to.
async fn done<T>(task: JoinHandle<T>) -> Result<T, Failure> {
    task.await
        .map_err(|error| Failure::Environment(error.to_string()))
}

/// Sends what the files hold, in order; stops when nobody listens any more.
fn read(app: &App, files: Vec<PathBuf>, sender: &mpsc::Sender<Read>) {
    let mut batch = Vec::with_capacity(desk::BATCH);
    let mut bytes = 0;
    let flush = |batch: &mut Vec<_>| {
        let prepared = screening::prepare(app, std::mem::take(batch));
        prepared.is_empty() || sender.blocking_send(Read::Prepared(prepared)).is_ok()
    };
    for file in files {
        let records = if file.as_os_str() == "-" {
            intake::stdin()
        } else {
            intake::file(&file)
        };
        let records = match records {
            Ok(records) => records,
            Err(why) => {
                let _ = sender.blocking_send(Read::Refused(why));
                continue;
            }
        };
        for record in records {
            match record {
                Ok(application) => {
                    bytes += application.resume_text.as_ref().map_or(0, String::len);
                    batch.push(application);
                    if batch.len() == desk::BATCH || bytes >= BATCH_BYTES {
                        bytes = 0;
                        if !flush(&mut batch) {
                            return;
                        }
                    }
                }
                Err(why) => {
                    let _ = sender.blocking_send(Read::Refused(why));
                }
            }
        }
    }
    flush(&mut batch);
}

pub(super) fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style =
        ProgressStyle::with_template("{spinner} {human_pos} screened, {per_sec}, {elapsed}");
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(std::time::Duration::from_millis(120));
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// The final results of a page.
async fn results(
    app: &App,
    page: Option<&[(CandidateId, i64)]>,
) -> Result<Option<Vec<Screening>>, Failure> {
    Ok(match page {
        Some(page) => Some(screening::results(&app.db, page).await?),
        None => None,
    })
}

/// Prints the final results in the order of the input.
async fn print(app: &App, screened: &[(CandidateId, i64)], output: Output) -> Result<(), Failure> {
    let mut printer = output::Printer::new(output, std::io::BufWriter::new(std::io::stdout()));
    let mut pages = screened.chunks(PAGE);
    let mut page = results(app, pages.next()).await?;
    while let Some(screenings) = page {
        // One page is written while the next is read.
        let (written, next) = tokio::join!(
            compute(move || printer.page(&screenings).map(|()| printer)),
            results(app, pages.next()),
        );
        page = next?;
        printer = match written? {
            Ok(printer) => printer,
            // Whoever read us may have seen enough: `telltale screen … | head`.
            Err(error) => return out::ended(error),
        };
    }
    let finished = printer.finish().and_then(|mut out| out.flush());
    finished.or_else(out::ended)
}
