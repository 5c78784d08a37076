//! Other workers whose devices were in the same network.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::candidate::CandidateId;
use crate::normalise::name;
use crate::telemetry::{DeviceId, Record};

/// Workers that are kept.
const MOST: usize = 20;

/// Another worker.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Neighbour {
    /// That worker's candidate.
    pub candidate: CandidateId,
    /// The own device.
    pub device: DeviceId,
    /// Whether the names are distinct; `None` where one is not known.
    pub distinct: Option<bool>,
    /// Whether both live at one address, or declared a household.
    pub household: bool,
    /// Workers in that network, this one included: many make an office or a campus.
    pub workers: usize,
    /// When both were last seen there.
    pub at: Timestamp,
}

/// Each other worker once: where the network with the fewest workers is theirs, which says most.
pub(super) fn of(record: &Record) -> Vec<Neighbour> {
    let mut found: Vec<Neighbour> = Vec::new();
    for beside in &record.beside {
        let names = record.name.as_ref().zip(beside.name.as_ref());
        let one = Neighbour {
            candidate: beside.candidate.clone(),
            device: beside.device.clone(),
            distinct: names.map(|(own, theirs)| name::distinct(own, theirs)),
            household: beside.same_household,
            workers: beside.workers,
            at: beside.at,
        };
        let known = found
            .iter_mut()
            .find(|known| known.candidate == one.candidate);
        match known {
            Some(known) => {
                let household = known.household || one.household;
                if one.workers < known.workers {
                    *known = one;
                }
                known.household = household;
            }
            None => found.push(one),
        }
    }
    found.sort_by_key(|one| one.workers);
    found.truncate(MOST);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::testing::{at, device};
    use crate::telemetry::record::Beside;

    #[test]
    fn each_other_worker_stands_once() {
        let beside = |id: &str, theirs: Option<&str>, same_household, workers| Beside {
            candidate: CandidateId(id.into()),
            device: device(),
            name: theirs.and_then(name::read),
            same_household,
            workers,
            at: at("2026-03-02T12:00:00Z"),
        };
        let record = Record {
            name: name::read("Maria Lopez"),
            beside: vec![
                beside("a", Some("Daniel Whitfield"), false, 300),
                beside("a", Some("Daniel Whitfield"), false, 3),
                beside("b", Some("María López"), false, 2),
                beside("c", None, false, 4),
                beside("d", Some("Ana Whitfield"), true, 5),
                beside("d", Some("Ana Whitfield"), false, 5),
            ],
            ..Record::default()
        };
        let found = of(&record).into_iter();
        let found: Vec<_> = found
            .map(|one| (one.candidate.0, one.distinct, one.household, one.workers))
            .collect();
        assert_eq!(
            found,
            [
                ("b".into(), Some(false), false, 2),
                ("a".into(), Some(true), false, 3),
                ("c".into(), None, false, 4),
                ("d".into(), Some(true), true, 5),
            ]
        );
    }
}
