//! How the timings of each kind stand, in a word.

use super::{Gauge, Kind};
use crate::rules::Finding;
use crate::screening::Screening;

/// The word for an alarm; the others are the statistics' own.
pub const ALARM: &str = "alarm";

/// Each kind with `insufficient`, `learning`, `steady` or `alarm`. An alarm is a finding that counts, so that
/// a rule in shadow raises none, and one that was changed raises or ends it.
pub fn states(gauge: &Gauge, screening: Option<&Screening>) -> Vec<(Kind, &'static str)> {
    let alarms = screening.map_or_else(Vec::new, |one| alarms(&one.judgement.findings));
    let kinds = gauge.latency.kinds.iter();
    let state = |kind: Kind, learnt: &'static str| {
        let alarm = alarms.contains(&kind);
        (kind, if alarm { ALARM } else { learnt })
    };
    kinds
        .map(|one| state(one.kind, one.track.state.word()))
        .collect()
}

/// The kinds that findings on timings name, in order; what is explained alarms nobody.
pub fn alarms(findings: &[Finding]) -> Vec<Kind> {
    let timings = findings
        .iter()
        .filter(|finding| &*finding.group == "lat" && finding.explained.is_none());
    let fields = timings.flat_map(|finding| &finding.evidence);
    let kind = |field: &str| {
        let rest = field.strip_prefix("latency.")?;
        Kind::of_word(rest.split(['.', '[']).next()?)
    };
    let mut kinds: Vec<Kind> = fields
        .filter_map(|evidence| kind(&evidence.field))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    kinds
}
