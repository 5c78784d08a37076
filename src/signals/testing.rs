//! What tests of signals share.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Subject, Value};
use crate::application::{self, Application};
use crate::candidate::{Candidate, Education};
use crate::normalise::{self, Settings};
use crate::reference::build::{Loaded, build};
use crate::reference::fact::Listed;
use crate::reference::{Fact, Kind, Reference, Set, Vintage};

/// A subject without neighbours.
pub(super) fn subject<'a>(candidate: &'a Candidate, earlier: &'a [Candidate]) -> Subject<'a> {
    let reference = crate::reference::base::shipped();
    Subject {
        earlier,
        ..Subject::alone(candidate, reference, Timestamp::UNIX_EPOCH)
    }
}

/// The cells of each row.
pub(super) fn cells(value: &Value) -> Vec<&[Option<Value>]> {
    let Value::Rows(rows) = value else {
        panic!("{value:?} has no rows");
    };
    rows.iter().map(|row| row.cells.as_slice()).collect()
}

/// A reference of the shipped base and of these facts, by kind and year.
pub(super) fn reference(sets: Vec<(Kind, i16, Vec<Fact>)>) -> Reference {
    let loaded = sets.into_iter().map(|(kind, year, facts)| Loaded {
        set: Set {
            kind,
            vintage: Vintage::Year(year),
            file: String::new(),
            digest: String::new(),
            rows: 0,
            imported_at: Timestamp::UNIX_EPOCH,
        },
        facts,
    });
    build(&loaded.collect::<Vec<_>>())
}

/// An American institution as a directory lists it: unit id, name, domain.
pub(super) fn listed(unitid: u32, name: &str, domain: &str) -> Listed {
    Listed {
        unitid: Some(unitid),
        name: name.into(),
        domains: vec![domain.into()],
        country: Some("US".into()),
        ..Listed::default()
    }
}

/// The normal form of a degree: school, degree, first and last month.
pub(super) fn study(
    [institution, degree, start, end]: [&str; 4],
    reference: &Arc<Reference>,
) -> Education {
    let application = Application {
        education: vec![application::Education {
            institution: Some(institution.into()),
            study_type: Some(degree.into()),
            start_date: Some(start.into()).filter(|date: &String| !date.is_empty()),
            end_date: Some(end.into()),
            ..application::Education::default()
        }],
        ..Application::default()
    };
    let settings = Settings {
        reference: reference.clone(),
        ..Settings::default()
    };
    normalise::candidate(&application, &settings)
        .education
        .swap_remove(0)
}
