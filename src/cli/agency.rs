//! `telltale agency`: identifiers that are a staffing agency's own, so that sharing them means nothing.

use std::fmt::Write as _;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::indicators::{counted, due};
use super::out::{self, say, visible};
use super::{DEFAULT_DATABASE, Failure, SOME_REFUSED};
use crate::audit::Actor;
use crate::config::{self, Database};
use crate::error::Error;
use crate::keys::AGENCY_OWNED_FROM;
use crate::lists::agency::{self, Changed, NotChanged};
use crate::lists::value::Kind;
use crate::lists::{List, Purpose};
use crate::store::lists;

#[derive(Args, Debug)]
pub(super) struct Agency {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    database: Database,
}

/// Identifiers of an agency; only keyed hashes of them are kept.
#[derive(Args, Debug)]
struct Identifiers {
    /// A phone number; may be given several times
    #[arg(long = "phone", value_name = "P")]
    phones: Vec<String>,
    /// A mail address; may be given several times
    #[arg(long = "email", value_name = "E")]
    emails: Vec<String>,
    /// A person's page, such as a recruiter's; may be given several times
    #[arg(long = "link", value_name = "L")]
    links: Vec<String>,
}

impl Identifiers {
    fn values(self) -> Vec<(Kind, String)> {
        let of = |kind: Kind, values: Vec<String>| values.into_iter().map(move |v| (kind, v));
        of(Kind::Phone, self.phones)
            .chain(of(Kind::Email, self.emails))
            .chain(of(Kind::Link, self.links))
            .collect()
    }
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say that identifiers are an agency's own: candidates who share them have nothing in common by that
    ///
    /// Telltale learns most of this by itself: what three candidates of one agency use is taken for
    /// the agency's. Everybody who uses one of the identifiers is due for another screening.
    Add {
        /// The agency's name
        name: String,
        #[command(flatten)]
        identifiers: Identifiers,
    },
    /// Say that identifiers are no agency's own, though it was listed or learnt so
    Deny {
        #[command(flatten)]
        identifiers: Identifiers,
        /// Take that back: what is learnt counts again
        #[arg(long)]
        undo: bool,
    },
    /// Say which agencies are listed, and how many identifiers each has
    List,
    /// Take identifiers off an agency, or the whole agency where none are named
    Remove {
        /// The agency's name
        name: String,
        #[command(flatten)]
        identifiers: Identifiers,
    },
}

impl Agency {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let app = config::open_unjudged(&self.database, DEFAULT_DATABASE).await?;
        let by = Actor::system("command line");
        let code = match self.action {
            Action::Add { name, identifiers } => {
                let done = agency::add(&app, &by, &name, &identifiers.values()).await;
                report(done, "added to", "stood there before")?
            }
            Action::Deny { identifiers, undo } => {
                let values = identifiers.values();
                if undo {
                    report(agency::undeny(&app, &by, &values).await, "taken off", "")?
                } else {
                    let done = agency::deny(&app, &by, &values).await;
                    report(done, "added to", "stood there before")?
                }
            }
            Action::Remove { name, identifiers } => {
                let done = agency::remove(&app, &by, &name, &identifiers.values()).await;
                report(done, "taken off", "")?
            }
            Action::List => {
                out::text(&list(&lists::all(&app.db).await.map_err(Error::from)?));
                ExitCode::SUCCESS
            }
        };
        app.db.close().await;
        Ok(code)
    }
}

/// Says what became of a change.
fn report(
    done: Result<Changed, NotChanged>,
    verb: &str,
    unchanged: &str,
) -> Result<ExitCode, Failure> {
    match done {
        Ok(Changed {
            name,
            values: 0,
            marked,
        }) => {
            say!("{}: all of it {unchanged}{}", visible(&name), due(marked));
            Ok(ExitCode::SUCCESS)
        }
        Ok(changed) => {
            let values = i64::try_from(changed.values).unwrap_or(i64::MAX);
            let values = counted(values, "identifier");
            let name = visible(&changed.name);
            say!("{values} {verb} {name}{}", due(changed.marked));
            Ok(ExitCode::SUCCESS)
        }
        Err(NotChanged::Refused(why)) => Err(Failure::Environment(visible(&why))),
        Err(NotChanged::Missing(why)) => {
            eprintln!("{why}");
            Ok(ExitCode::from(SOME_REFUSED))
        }
        Err(NotChanged::Failed(error)) => Err(error.into()),
    }
}

/// The agencies in words.
fn list(all: &[List]) -> String {
    let mut text = String::new();
    let of = |purpose| all.iter().filter(move |list| list.purpose == purpose);
    if of(Purpose::Agency).next().is_none() {
        text.push_str("No agency is listed.\n");
    }
    for list in of(Purpose::Agency) {
        let _ = writeln!(
            text,
            "{}: {}, since {}",
            visible(&list.name),
            counted(list.rows, "identifier"),
            list.imported_at.strftime("%Y-%m-%d")
        );
    }
    for list in of(Purpose::NotAgency) {
        let _ = writeln!(
            text,
            "No agency's own: {}, since {}",
            counted(list.rows, "identifier"),
            list.imported_at.strftime("%Y-%m-%d")
        );
    }
    let _ = writeln!(
        text,
        "\nBesides, what {AGENCY_OWNED_FROM} candidates of one agency use is taken for the agency's own; \
         `telltale agency deny` says where that is wrong."
    );
    text
}
