//! `telltale rules`: the files are checked, tested and shown as the server would load them.

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::{Failure, SOME_REFUSED};
use crate::app::system_clock;
use crate::config::Judging;
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
    /// One line a rule
    List,
    /// Everything about one rule
    Show {
        /// The rule's id, such as x.phone
        id: String,
    },
}

impl Rules {
    pub(super) fn run(self) -> Result<ExitCode, Failure> {
        let today = system_clock()().to_zoned(jiff::tz::TimeZone::UTC).date();
        let report = match (&self.action, self.judging.library()) {
            (_, Err(unusable)) => return Err(unusable.into()),
            (Action::Check, Ok(library)) => report::check(&library.current(), today),
            (Action::Test, Ok(library)) => report::test(&library.current()),
            (Action::List, Ok(library)) => report::list(&library.current(), today),
            (Action::Show { id }, Ok(library)) => report::show(&library.current(), id, today),
        };
        let Report { text, ok } = report;
        print!("{text}");
        Ok(if ok { ExitCode::SUCCESS } else { ExitCode::from(SOME_REFUSED) })
    }
}
