//! One box for everything: a name, a mail address, a phone number in any writing, an id.
//!
//! Numbers and whole mail addresses are found by the keyed hashes that reuse is found by, so they need not lie in the
//! clear to be found, and are found however they are written.

use crate::app::App;
use crate::candidate::CandidateId;
use crate::error::Result;
use crate::keys;
use crate::lists::value::{self, Kind};
use crate::store::candidates::{self, Filter};

/// As many are found by name before the rest of what is asked for narrows them down; of more, those are looked through
/// in the order of the list.
const FEW: usize = 5_000;

/// Digits that make a phone number of what is asked for.
const DIGITS: usize = 7;

/// Puts what a search finds into a filter; an empty one looks for nobody in particular. Without `names` whoever is
/// called so, or has a mailbox of that name, is not found: only an id or a number is.
pub async fn narrow(app: &App, sought: &str, names: bool, filter: &mut Filter) -> Result<()> {
    let sought = sought.trim();
    if sought.is_empty() {
        return Ok(());
    }
    if let Some(found) = exactly(app, sought, names).await? {
        filter.ids = Some(found);
        return Ok(());
    }
    if !names {
        filter.ids = Some(candidates::by_external_id(&app.db, sought, FEW).await?);
        return Ok(());
    }
    let named = candidates::named(&app.db, sought, FEW + 1).await?;
    if named.len() > FEW {
        filter.q = Some(sought.to_owned());
    } else {
        filter.ids = Some(named);
    }
    Ok(())
}

/// Whom an id, a mailbox or a number finds. Whoever used it in an earlier version is found too.
async fn exactly(app: &App, sought: &str, names: bool) -> Result<Option<Vec<CandidateId>>> {
    let own = CandidateId(sought.to_ascii_lowercase());
    if uuid::Uuid::try_parse(sought).is_ok() && candidates::exists(&app.db, &own).await? {
        return Ok(Some(vec![own]));
    }
    let known = kind_of(sought).filter(|(kind, _)| names || *kind != Kind::Email);
    let Some((kind, key)) = known else {
        return Ok(None);
    };
    let Ok(normal) = value::normal(kind, sought, &app.settings()) else {
        return Ok(None);
    };
    let hash = app.hash.of(key, &normal.normal);
    let users = crate::store::keys::users(&app.db, &[(hash, hash)], FEW).await?;
    let mut found: Vec<_> = users.into_iter().map(|user| user.candidate_id).collect();
    found.extend(candidates::by_external_id(&app.db, sought, FEW).await?);
    // Nobody has it: part of an address, or a long number in an id, may be meant.
    Ok(Some(found).filter(|found| !found.is_empty()))
}

fn kind_of(sought: &str) -> Option<(Kind, keys::Kind)> {
    if sought.contains('@') {
        return Some((Kind::Email, keys::Kind::Email));
    }
    let digits = sought.chars().filter(|c| c.is_numeric()).count();
    (digits >= DIGITS).then_some((Kind::Phone, keys::Kind::Phone))
}

#[cfg(test)]
mod tests {
    use super::{Kind, kind_of};

    #[test]
    fn what_is_sought_tells_what_it_is() {
        for (sought, kind) in [
            ("+1 (212) 736-5000", Some(Kind::Phone)),
            ("2127365000", Some(Kind::Phone)),
            ("tel:+12127365000", Some(Kind::Phone)),
            ("Ada@Example.COM", Some(Kind::Email)),
            ("Ada Example", None),
            ("A-1001", None),
            ("Person77", None),
        ] {
            assert_eq!(kind_of(sought).map(|(kind, _)| kind), kind, "{sought}");
        }
    }
}
