//! Who names a referee with whom, by both histories, it cannot have worked where another did.

use std::collections::HashMap;

use super::case::Case;
use crate::app::{App, compute};
use crate::candidate::CandidateId;
use crate::error::Result;
use crate::keys::Kind;
use crate::normalise::{self, name, referee};
use crate::signals::Shared;
use crate::store::versions::{self, Version};

/// Users of one referee whose histories are read: a number that more give is a firm's desk.
const HISTORIES: usize = 20;

/// Fills in [`Shared::strangers`], reading the records of those only who name a referee that a
/// case with another name names too; few do.
pub(super) async fn compare(
    app: &App,
    cases: Vec<Case>,
    mut shared: Vec<Vec<Shared>>,
) -> Result<(Vec<Case>, Vec<Vec<Shared>>)> {
    let mut wanted: Vec<CandidateId> = Vec::new();
    for (case, shared) in cases.iter().zip(&shared) {
        let asked = shared.iter().flat_map(|shared| asked(case, shared));
        wanted.extend(asked.map(|(id, _)| id));
    }
    if wanted.is_empty() {
        return Ok((cases, shared));
    }
    wanted.sort_unstable();
    wanted.dedup();
    let versions = versions::of(&app.db, &wanted).await?;
    let app = app.clone();
    let compare = move || {
        let histories: HashMap<_, _> = versions
            .iter()
            .filter_map(|(id, versions): (_, &Vec<Version>)| {
                let latest = &versions.last()?.application.0;
                Some((id, normalise::candidate(latest, &app.settings())))
            })
            .collect();
        for (case, shared) in cases.iter().zip(&mut shared) {
            for shared in shared {
                let strangers = asked(case, shared).filter(|(id, contact)| {
                    histories.get(id).is_some_and(|history| {
                        referee::may_be_common(&case.candidate, history, contact) == Some(false)
                    })
                });
                shared.strangers = strangers.map(|(id, _)| id).collect();
            }
        }
        (cases, shared)
    };
    compute(compare).await
}

/// Those of a referee's users whose histories matter, each with the contact that is shared.
fn asked<'a>(case: &'a Case, shared: &'a Shared) -> impl Iterator<Item = (CandidateId, &'a str)> {
    let of_referee = shared.kind == Kind::Referee && shared.others.len() <= HISTORIES;
    let key = case.keys.iter().map(|(key, _)| key);
    let contact = key
        .filter(|key| of_referee && key.kind == Kind::Referee && key.field == shared.field)
        .map(|key| key.normal.as_str())
        .next();
    let own = case.candidate.name.as_ref();
    let others = shared.others.iter().filter(move |other| {
        let names = own.zip(other.name.as_ref());
        !other.same_household && names.is_some_and(|(own, other)| name::distinct(own, other))
    });
    others.filter_map(move |other| Some((other.id.clone(), contact?)))
}
