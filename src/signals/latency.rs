//! Timings of the machines at work: kinds, probes and rhythm as they were gauged.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::latency::{Gauge, KindGauge, ProbeGauge};
use crate::telemetry;

/// A row for each kind of timing.
pub(super) const KINDS: Signal = Signal {
    name: "lat.kinds",
    about: "Timings of the machines at work, by what they measure",
    shape: Shape::Rows(&[
        Column::new(
            "kind",
            "path_rtt, control_rtt, key_to_server, echo_loop or iki",
            Kind::Text,
        ),
        Column::new("state", "insufficient, learning or steady", Kind::Text),
        Column::new(
            "access",
            "wired, wifi, cellular, satellite or vdi, where the sender says it",
            Kind::Text,
        ),
        Column::new(
            "sessions",
            "sessions of at least sixty samples, relayed ones left out",
            Kind::Number,
        ),
        Column::new("samples", "samples in them", Kind::Number),
        Column::new("days", "days with any", Kind::Number),
        Column::new("relayed", "sessions that ended at a relay", Kind::Number),
        Column::new(
            "direct",
            "sessions that are known to have ended at none",
            Kind::Number,
        ),
        Column::new(
            "median_ms",
            "median of session medians in the last ten days with timings",
            Kind::Number,
        ),
        Column::new(
            "three_days_ms",
            "the daily median that was reached on three of these days",
            Kind::Number,
        ),
        Column::new("baseline_ms", "what was usual at first", Kind::Number),
        Column::new(
            "recent_ms",
            "the daily median that was reached on three of the last five days",
            Kind::Number,
        ),
        Column::new(
            "excess_ms",
            "that above what was usual; of paths to the probe where it is least",
            Kind::Number,
        ),
        Column::new(
            "unexplained_ms",
            "that excess without what a slower path to the probes explains",
            Kind::Number,
        ),
        Column::new(
            "cusum",
            "the sum of what lasts above what was usual, in sigmas",
            Kind::Number,
        ),
        Column::new(
            "run_days",
            "days on which sessions added to it",
            Kind::Number,
        ),
        Column::new(
            "run_parts",
            "quarters of the day in which they did",
            Kind::Number,
        ),
        Column::new(
            "cohort_workers",
            "others of the same region and access",
            Kind::Number,
        ),
        Column::new("cohort_ms", "the median of these others", Kind::Number),
        Column::new(
            "over_cohort_ms",
            "what was reached on three days above the others' median, without what a slower path explains",
            Kind::Number,
        ),
        Column::new(
            "over_cohort_sigmas",
            "the same in the others' deviations; missing where they do not deviate",
            Kind::Number,
        ),
        Column::new(
            "path_excess_ms",
            "how far at least three probes are above the expected on three of five days",
            Kind::Number,
        ),
    ]),
    needs: &[],
    read: |subject| rows(gauge(subject)?.kinds.iter().map(kind)),
};

/// A row for each probe.
pub(super) const PROBES: Signal = Signal {
    name: "lat.probes",
    about: "Round trips between the machines at work and probes at known places",
    shape: Shape::Rows(&[
        Column::new("probe", "the probe's name", Kind::Quote),
        Column::new("state", "insufficient, learning or steady", Kind::Text),
        Column::new(
            "distance_km",
            "from the claimed place to the probe",
            Kind::Number,
        ),
        Column::new(
            "p05_ms",
            "median over days of the day's lowest 5th percentile",
            Kind::Number,
        ),
        Column::new(
            "floor_ms",
            "the least that light in glass needs from the claimed place",
            Kind::Number,
        ),
        Column::new("expected_ms", "what is usual from there", Kind::Number),
        Column::new(
            "under_floor_ms",
            "how far the timings are below that least",
            Kind::Number,
        ),
        Column::new(
            "over_expected_ms",
            "how far they are above the usual",
            Kind::Number,
        ),
        Column::new("compared_days", "days that were compared", Kind::Number),
    ]),
    needs: &[],
    read: |subject| rows(gauge(subject)?.probes.iter().map(probe)),
};

/// Gaps between keys.
pub(super) const RHYTHM: Signal = Signal {
    name: "lat.rhythm",
    about: "Gaps between keys on the machines at work: batches, and steps of a screen's frames",
    shape: Shape::Rows(&[
        Column::new("gaps", "gaps in the last ten days with any", Kind::Number),
        Column::new("sessions", "sessions they are of", Kind::Number),
        Column::new(
            "short_share",
            "share of gaps below 5 ms, 0 to 1",
            Kind::Number,
        ),
        Column::new("short_percent", "the same of a hundred", Kind::Number),
        Column::new(
            "in_step",
            "how far gaps are multiples of 1/60 s: 0 not at all, 1 all",
            Kind::Number,
        ),
        Column::new("in_step_p", "how likely as much is by chance", Kind::Number),
    ]),
    needs: &[],
    read: rhythm,
};

fn gauge<'a>(subject: &Subject<'a>) -> Option<&'a Gauge> {
    subject.work.map(|work: &telemetry::Gauge| &work.latency)
}

/// Rows, where there are any: nothing measured is nothing known.
fn rows(rows: impl Iterator<Item = Row>) -> Option<Value> {
    let rows: Vec<Row> = rows.collect();
    (!rows.is_empty()).then_some(Value::Rows(rows))
}

/// A figure for a cell, to a tenth: nothing here is measured finer.
fn cell(ms: Option<f64>) -> Option<Value> {
    let tenth = |ms: f64| (ms * 10.0).round() / 10.0;
    ms.filter(|ms| ms.is_finite())
        .map(|ms| Value::Number(tenth(ms)))
}

/// `median 142 ms over 12 sessions`.
fn figure(label: &str, ms: Option<f64>, sessions: usize) -> String {
    let sessions_word = if sessions == 1 { "session" } else { "sessions" };
    match ms {
        Some(ms) => format!("{label} {ms:.0} ms over {sessions} {sessions_word}"),
        None => format!("{sessions} {sessions_word}"),
    }
}

fn kind(gauge: &KindGauge) -> Row {
    let track = &gauge.track;
    let cohort = gauge.cohort.as_ref();
    let level =
        |of: fn(&crate::latency::gauge::CohortGauge) -> Option<f64>| cell(cohort.and_then(of));
    let measured = track.excess_ms.is_some();
    Row {
        field: format!("latency.{}", gauge.kind.word()).into(),
        value: figure("median", track.median_ms, track.sessions).into(),
        related: None,
        cells: vec![
            Some(Value::text(gauge.kind.word())),
            Some(Value::text(track.state.word())),
            gauge.access.map(|access| Value::text(access.word())),
            Some(Value::count(track.sessions)),
            Some(Value::Number(crate::latency::number(track.samples))),
            Some(Value::count(track.days)),
            Some(Value::count(gauge.relayed)),
            Some(Value::count(gauge.direct)),
            cell(track.median_ms),
            cell(track.three_days_ms),
            cell(track.baseline.as_ref().map(|baseline| baseline.median_ms)),
            cell(track.recent_ms),
            cell(track.excess_ms),
            cell(gauge.unexplained_ms),
            cell(Some(track.cusum.sum).filter(|_| measured)),
            Some(Value::count(track.run_days)),
            Some(Value::count(track.run_parts)),
            cohort.map(|cohort| Value::count(cohort.workers)),
            level(|cohort| Some(cohort.median_ms)),
            level(|cohort| cohort.over_ms),
            level(|cohort| cohort.over_sigmas),
            cell(gauge.path_excess_ms),
        ],
    }
}

fn probe(gauge: &ProbeGauge) -> Row {
    let name = &gauge.probe.name;
    let claim = gauge.claim.as_ref();
    let figure = figure("lowest", gauge.p05_ms, gauge.track.sessions);
    Row {
        field: "latency.path_rtt".into(),
        value: format!("{name}: {figure}").into(),
        related: None,
        cells: vec![
            Some(Value::quote(name)),
            Some(Value::text(gauge.track.state.word())),
            cell(claim.map(|claim| claim.distance_km.round())),
            cell(gauge.p05_ms),
            cell(claim.map(|claim| claim.floor_ms)),
            cell(claim.map(|claim| claim.expected_ms)),
            cell(gauge.under_floor_ms),
            cell(gauge.over_expected_ms),
            Some(Value::count(gauge.compared_days)),
        ],
    }
}

fn rhythm(subject: &Subject) -> Option<Value> {
    let gauge = gauge(subject)?.rhythm.as_ref()?;
    let percent = gauge.short_share.map(|share| share * 100.0);
    let value = percent.map_or_else(
        || format!("{} gaps", gauge.sums.n),
        |percent| format!("{percent:.1} % of {} gaps below 5 ms", gauge.sums.n),
    );
    let row = Row {
        field: "latency.iki".into(),
        value: value.into(),
        related: None,
        cells: vec![
            Some(Value::Number(crate::latency::number(gauge.sums.n))),
            Some(Value::count(gauge.sessions)),
            gauge.short_share.map(Value::Number),
            cell(percent),
            gauge.step.map(|step| Value::Number(step.resultant)),
            gauge.step.map(|step| Value::Number(step.p)),
        ],
    };
    Some(Value::Rows(vec![row]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Candidate;
    use crate::latency::track::Track;
    use crate::signals::testing::{cells, subject};
    use crate::telemetry::Kind as Timing;

    #[test]
    fn every_cell_has_its_column_and_a_row_says_its_figure() {
        let gauge = telemetry::Gauge {
            latency: Gauge {
                kinds: vec![KindGauge {
                    kind: Timing::ControlRtt,
                    track: Track {
                        sessions: 12,
                        median_ms: Some(142.3),
                        ..Track::default()
                    },
                    relayed: 1,
                    direct: 0,
                    small: 0,
                    access: None,
                    cohort: None,
                    unexplained_ms: None,
                    path_excess_ms: None,
                }],
                rhythm: Some(crate::latency::gauge::RhythmGauge::default()),
                ..Gauge::default()
            },
            ..telemetry::Gauge::default()
        };
        let candidate = Candidate::default();
        let subject = Subject {
            work: Some(&gauge),
            ..subject(&candidate, &[])
        };
        for signal in [KINDS, RHYTHM] {
            let Shape::Rows(columns) = signal.shape else {
                panic!("rows");
            };
            let value = (signal.read)(&subject).unwrap();
            assert_eq!(cells(&value)[0].len(), columns.len());
        }
        let Some(Value::Rows(rows)) = (KINDS.read)(&subject) else {
            panic!("there is a kind");
        };
        assert_eq!(rows[0].field, "latency.control_rtt");
        assert_eq!(rows[0].value, "median 142 ms over 12 sessions");
    }

    #[test]
    fn nothing_measured_is_nothing_known() {
        let candidate = Candidate::default();
        let gauge = telemetry::Gauge::default();
        let with = |work| Subject {
            work,
            ..subject(&candidate, &[])
        };
        for signal in [KINDS, PROBES, RHYTHM] {
            assert_eq!((signal.read)(&with(None)), None);
            assert_eq!((signal.read)(&with(Some(&gauge))), None);
        }
    }
}
