//! How the timings of each kind stand, in a word.

use super::{Gauge, Kind};
use crate::screening::Screening;

/// The word for an alarm; the others are the statistics' own.
pub const ALARM: &str = "alarm";

/// Each kind with `insufficient`, `learning`, `steady` or `alarm`. An alarm is a finding that counts, so that
/// a rule in shadow raises none, and one that was changed raises or ends it.
pub fn states(gauge: &Gauge, screening: Option<&Screening>) -> Vec<(Kind, &'static str)> {
    let state = |kind: Kind, learnt: &'static str| {
        let of_kind = |field: &str| {
            let rest = field
                .strip_prefix("latency.")
                .and_then(|rest| rest.strip_prefix(kind.word()));
            rest.is_some_and(|rest| !rest.starts_with('_'))
        };
        let findings = screening
            .into_iter()
            .flat_map(|one| &one.judgement.findings);
        let mut alarms = findings.filter(|one| &*one.group == "lat");
        let alarm = alarms.any(|one| one.evidence.iter().any(|evidence| of_kind(&evidence.field)));
        (kind, if alarm { ALARM } else { learnt })
    };
    let kinds = gauge.latency.kinds.iter();
    kinds
        .map(|one| state(one.kind, one.track.state.word()))
        .collect()
}
