//! Who of those that share something is nobody else: the same person, or somebody of the same home.
//!
//! One shared identifier cannot tell these from strangers, all that two have in common can. A person who
//! married keeps the given name, and most of phone, mailbox, profile, device and address. People who live
//! together share the line, the network and sometimes a mailbox or a machine, with each other only.

use std::collections::HashMap;

use super::{Alike, Nearby, Other, Shared};
use crate::candidate::{CandidateId, Name};
use crate::keys::Kind;
use crate::normalise::name;

/// Texts at least as like as this are one person's when the given names agree.
const OWN_TEXT: f64 = 0.5;

/// Others of one home who may share its line: more are no family.
const FAMILY: usize = 3;

/// What one other has in common with the candidate.
#[derive(Default)]
struct Common {
    /// Kinds of identifiers that are a person's own.
    own: Vec<Kind>,
    /// Whether there is anything that people of one home do not share.
    beyond_home: bool,
    /// Whether somebody of another home uses any of it, or more than a family does.
    with_more: bool,
    /// Whether the text is much the same.
    text: bool,
}

/// Says of everybody who shares something whether it is the same person or one of the same home.
pub fn settle(
    name: Option<&Name>,
    shared: &mut [Shared],
    alike: &mut [Alike],
    nearby: &mut [Nearby],
) {
    let mut common = HashMap::<CandidateId, Common>::new();
    for one in shared.iter() {
        for other in &one.others {
            let common = common.entry(other.id.clone()).or_default();
            match one.kind {
                Kind::Phone | Kind::Email | Kind::Device | Kind::Home | Kind::Link => {
                    if !common.own.contains(&one.kind) {
                        common.own.push(one.kind);
                    }
                    common.beyond_home |= one.kind == Kind::Link;
                    let outside = one.others.iter().any(|other| !other.same_home);
                    common.with_more |= outside || one.others.len() > FAMILY;
                }
                // A couple has one account, and one door.
                Kind::Network | Kind::Bank | Kind::ShipTo => {}
                _ => common.beyond_home = true,
            }
        }
    }
    for one in alike.iter().filter(|one| one.jaccard >= OWN_TEXT) {
        let common = common.entry(one.other.id.clone()).or_default();
        common.beyond_home = true;
        common.text = true;
    }
    let settle = |other: &mut Other| {
        let Some(common) = common.get(&other.id) else {
            return;
        };
        let names = name
            .and_then(given)
            .zip(other.name.as_ref().and_then(given));
        let given = names.is_some_and(|(own, theirs)| !name::distinct(&own, &theirs));
        other.same_person = given && common.own.len() + usize::from(common.text) > 1;
        other.one_line = other.same_home && !common.beyond_home && !common.with_more;
    };
    shared
        .iter_mut()
        .flat_map(|one| &mut one.others)
        .for_each(settle);
    alike.iter_mut().map(|one| &mut one.other).for_each(settle);
    nearby.iter_mut().map(|one| &mut one.other).for_each(settle);
}

/// The given name, which stays when a surname changes; a family shares the other one.
fn given(name: &Name) -> Option<Name> {
    let given = match name.tokens.as_slice() {
        [_, .., last] if name.family_first => last,
        [first, _, ..] => first,
        _ => return None,
    };
    name::read(given)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signals::Burst;

    fn other(id: &str, name: &str, same_home: bool) -> Other {
        Other {
            id: CandidateId(id.into()),
            name: name::read(name),
            agency: None,
            applied_at: jiff::Timestamp::UNIX_EPOCH,
            same_home,
            same_household: false,
            same_person: false,
            one_line: false,
            rejected_at: None,
            ring: None,
        }
    }

    fn shared(kind: Kind, others: Vec<Other>) -> Shared {
        Shared {
            kind,
            field: String::new(),
            value: String::new(),
            hub: false,
            agency_owned: false,
            others,
            burst: Burst::default(),
            strangers: Vec::new(),
        }
    }

    /// Same person, one line, of the first other of the first key.
    fn settled(mut all: Vec<Shared>) -> (bool, bool) {
        let own = name::read("Maria Lopez").unwrap();
        settle(Some(&own), &mut all, &mut [], &mut []);
        let other = &all[0].others[0];
        (other.same_person, other.one_line)
    }

    #[test]
    fn two_things_of_ones_own_and_the_given_name_are_one_person() {
        let one = |kind, name| shared(kind, vec![other("a", name, false)]);
        for (kinds, name, same) in [
            (vec![Kind::Phone, Kind::Email], "Maria Schmidt", true),
            (vec![Kind::Phone, Kind::Home], "Maria Schmidt", true),
            (vec![Kind::Phone], "Maria Schmidt", false),
            (vec![Kind::Phone, Kind::Network], "Maria Schmidt", false),
            (vec![Kind::Phone, Kind::Email], "Daniel Whitfield", false),
            (vec![Kind::Phone, Kind::Home], "Daniel Lopez", false),
        ] {
            let all = kinds.into_iter().map(|kind| one(kind, name)).collect();
            assert_eq!(settled(all), (same, false), "{name}");
        }
    }

    #[test]
    fn a_family_of_one_home_shares_a_line_with_nobody_else() {
        let one = |kind| shared(kind, vec![other("a", "Daniel Whitfield", true)]);
        let with = |kind, same_home| {
            let third = other("b", "Agnes Thornbury", same_home);
            shared(kind, vec![other("a", "Daniel Whitfield", true), third])
        };
        let crowd = |kind| shared(kind, vec![other("a", "Daniel Whitfield", true); 4]);
        for (all, line) in [
            (vec![one(Kind::Home)], true),
            (
                vec![one(Kind::Home), one(Kind::Network), one(Kind::Phone)],
                true,
            ),
            (
                vec![one(Kind::Home), one(Kind::Phone), one(Kind::Referee)],
                false,
            ),
            (vec![one(Kind::Home), one(Kind::Link)], false),
            (vec![with(Kind::Phone, true), with(Kind::Home, true)], true),
            (vec![with(Kind::Phone, false), one(Kind::Home)], false),
            (vec![crowd(Kind::Phone), crowd(Kind::Home)], false),
            (vec![one(Kind::Phone), with(Kind::Network, false)], true),
        ] {
            assert_eq!(settled(all).1, line);
        }
        let apart = shared(Kind::Phone, vec![other("a", "Daniel Whitfield", false)]);
        assert!(!settled(vec![apart]).1);
    }
}
