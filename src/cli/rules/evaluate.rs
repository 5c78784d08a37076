//! `telltale rules evaluate`: how well the rules tell rings from people, where the truth is known.

use std::fs::File;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::cli::out::{self, say};
use crate::cli::screen::{progress, take_in};
use crate::cli::{DEFAULT_DATABASE, Failure, SOME_REFUSED};
use crate::config::{self, Database, Judging, Unusable};
use crate::evaluate::quality::Evaluation;
use crate::evaluate::truth::Truth;
use crate::evaluate::{self, report};
use crate::screening;

#[derive(Args, Debug)]
pub(super) struct Evaluate {
    /// CSV with a line a record: `external_id`, `ring` (empty: genuine), if wanted `source`, `group`, `person`
    #[arg(long)]
    truth: PathBuf,
    /// Screen these in a temporary database instead of taking what is stored: .csv .ndjson .json
    files: Vec<PathBuf>,
    /// How the figures are printed
    #[arg(long, value_enum, default_value_t = Output::Table)]
    output: Output,
    #[command(flatten)]
    database: Database,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Output {
    /// For reading
    Table,
    /// For programs
    Json,
}

impl Evaluate {
    pub(super) async fn run(self, judging: &Judging) -> Result<ExitCode, Failure> {
        let file =
            File::open(&self.truth).map_err(|error| Unusable::Io(self.truth.clone(), error))?;
        let truth = Truth::read(file)
            .map_err(|wrong| Failure::Environment(format!("{}: {wrong}", self.truth.display())))?;
        let (found, refused) = if self.files.is_empty() {
            let app = config::open(&self.database, judging, DEFAULT_DATABASE).await?;
            let found = evaluate::of_stored(&app.db, truth).await?;
            app.db.close().await;
            (found, 0)
        } else {
            self.screened(judging, truth).await?
        };
        match self.output {
            Output::Table => out::text(&report::table(&found)),
            Output::Json => {
                let json = serde_json::to_string_pretty(&found)
                    .map_err(|error| Failure::Environment(error.to_string()))?;
                say!("{json}");
            }
        }
        name_missing(&found);
        Ok(if refused == 0 && found.not_found == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(SOME_REFUSED)
        })
    }

    /// Screens the files in a database that goes with the command, and how many records were refused.
    async fn screened(
        &self,
        judging: &Judging,
        truth: Truth,
    ) -> Result<(Evaluation, u64), Failure> {
        let scratch =
            tempfile::tempdir().map_err(|error| Unusable::Io(std::env::temp_dir(), error))?;
        let temporary = Database {
            database_url: Some(format!(
                "sqlite://{}",
                scratch.path().join("evaluate.db").display()
            )),
            key_file: Some(scratch.path().join("evaluate.key")),
        };
        let app = config::open(&temporary, judging, DEFAULT_DATABASE).await?;
        let progress = progress();
        let (_, refused) = take_in(&app, self.files.clone(), &progress).await?;
        screening::catch_up(&app).await?;
        progress.finish_and_clear();
        let found = evaluate::of_stored(&app.db, truth).await?;
        app.db.close().await;
        Ok((found, refused))
    }
}

fn name_missing(found: &Evaluation) {
    if found.not_found == 0 {
        return;
    }
    let named = found.not_found_ids.join(", ");
    let more = found.not_found - found.not_found_ids.len() as u64;
    let more = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    eprintln!("telltale: not stored, though the truth names them: {named}{more}");
}
