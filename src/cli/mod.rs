//! The commands of design §3.3. Exit status: 0 done; 1 done, but some records were refused;
//! 2 unusable arguments or environment.

mod agency;
mod audit;
mod connection;
mod endpoint;
mod export;
mod indicators;
mod key;
mod link;
mod out;
mod reference;
mod rules;
mod screen;
mod serve;
mod telemetry;
mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::Unusable;
use crate::error::Error;

/// Finds applicants whose claims about who and where they are do not hold together,
/// and shows a person the evidence. It never rejects anybody.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the web pages and the API
    Serve(serve::Serve),
    /// Screen files and print the results, one a record, in input order
    Screen(screen::Screen),
    /// Find the records of one person, and of one operator, in whole files
    Link(link::Link),
    /// Check, test, list or show rules, try them on what is stored, or evaluate them where the truth is known
    Rules(rules::Rules),
    /// Import public records of schools and degrees, or list what is imported
    Reference(reference::Reference),
    /// Import, list or remove lists of known cases' identifiers
    Indicators(indicators::Indicators),
    /// Say which identifiers are staffing agencies' own
    Agency(agency::Agency),
    /// Connect a hiring system, or one that checks people
    Connection(connection::Connection),
    /// Say where results are sent: webhooks, a SIEM, a chat
    Endpoint(endpoint::Endpoint),
    /// Read logs of work machines
    Telemetry(telemetry::Telemetry),
    /// Write a CSV report to standard output
    Export(export::Export),
    /// Prove that the audit log is whole
    Audit(audit::Audit),
    /// Make keys for the API
    Key(key::Key),
    /// Say who may sign in
    User(user::User),
}

/// How a command ends when it does not end well.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Unusable(#[from] Unusable),
    #[error("{0}")]
    Environment(String),
    #[error("{}", .0.cause())]
    Failed(#[from] Error),
}

/// Exit status 1.
const SOME_REFUSED: u8 = 1;

/// Exit status 2.
const UNUSABLE: u8 = 2;

/// Reads the arguments and runs the command.
pub async fn run() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Serve(serve) => serve.run().await,
        Command::Screen(screen) => screen.run().await,
        Command::Link(link) => link.run().await,
        Command::Rules(rules) => rules.run().await,
        Command::Reference(reference) => reference.run().await,
        Command::Indicators(indicators) => indicators.run().await,
        Command::Agency(agency) => agency.run().await,
        Command::Connection(connection) => connection.run().await,
        Command::Endpoint(endpoint) => endpoint.run().await,
        Command::Telemetry(telemetry) => telemetry.run().await,
        Command::Export(export) => export.run().await,
        Command::Audit(audit) => audit.run().await,
        Command::Key(key) => key.run().await,
        Command::User(user) => user.run().await,
    };
    match done {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("telltale: {failure}");
            ExitCode::from(UNUSABLE)
        }
    }
}

/// Goes on only if some of the files that are named are there: without any there is nothing to answer.
fn some_there(files: &[PathBuf]) -> Result<(), Failure> {
    let mut missing = None;
    for file in files {
        match std::fs::metadata(file) {
            Err(error) if file.as_os_str() != "-" => {
                missing.get_or_insert(Unusable::Io(file.clone(), error));
            }
            _ => return Ok(()),
        }
    }
    missing.map_or(Ok(()), |first| Err(first.into()))
}

/// The database where none is named.
const DEFAULT_DATABASE: &str = "sqlite://telltale.db";
