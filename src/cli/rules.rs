//! `telltale rules`: the files are checked, tested and shown as the server would load them.

mod backtest;
mod evaluate;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{DEFAULT_DATABASE, Failure, SOME_REFUSED, out};
use crate::app::system_clock;
use crate::config::{self, Database, Judging, Unusable};
use crate::rules::report::{self, Report};

#[derive(Args, Debug)]
pub(super) struct Rules {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    judging: Judging,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say of every file whether it can be used, and which rules are due for review
    Check,
    /// Play the examples in every file
    Test,
    /// One line a rule; with a database named, as the rules were switched there
    List {
        #[command(flatten)]
        database: Database,
    },
    /// Everything about one rule
    Show {
        /// The rule's id, such as x.phone
        id: String,
    },
    /// Judge stored screenings again by these rules, and say whose next step would be another
    Backtest(backtest::Backtest),
    /// Recall, precision and false positives of what was found, where the truth is known
    Evaluate(evaluate::Evaluate),
}

impl Rules {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let today = system_clock()().to_zoned(jiff::tz::TimeZone::UTC).date();
        let loaded = self.judging.ruleset()?;
        let report = match (self.action, loaded) {
            (Action::Check, loaded) => report::check(&loaded, today),
            (_, Err(faults)) => return Err(Unusable::Rules(faults.to_string()).into()),
            (Action::Evaluate(evaluate), Ok(_)) => return evaluate.run(&self.judging).await,
            (Action::Backtest(backtest), Ok(_)) => return backtest.run(&self.judging).await,
            (Action::List { database }, Ok(_)) if database.database_url.is_some() => {
                let app = config::open(&database, &self.judging, DEFAULT_DATABASE).await?;
                let report = report::list(&app.rules.current(), today);
                app.db.close().await;
                report
            }
            (Action::Test, Ok(rules)) => report::test(&rules),
            (Action::List { .. }, Ok(rules)) => report::list(&rules, today),
            (Action::Show { id }, Ok(rules)) => report::show(&rules, &id, today),
        };
        let Report { text, ok } = report;
        out::text(&text);
        Ok(if ok {
            ExitCode::SUCCESS
        } else {
            ExitCode::from(SOME_REFUSED)
        })
    }
}
