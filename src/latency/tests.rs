//! The vectors of red-flags §7a, and made-up workers judged by the rules that come with the program.

use std::sync::LazyLock;

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use super::track::State;
use super::*;
use crate::application::{self, Stage};
use crate::candidate::Candidate;
use crate::normalise::address;
use crate::reference::base;
use crate::rules::Ruleset;
use crate::signals::{self, Subject};
use crate::telemetry::record::Cohort;
use crate::telemetry::simulate::{HOMES, Line, Plan, Story, Trace, end_of, trace};
use crate::telemetry::{self, Access, DeviceId, Kind, Probe, Record, Session};

static RULES: LazyLock<Ruleset> =
    LazyLock::new(|| Ruleset::shipped().unwrap_or_else(|faults| panic!("{faults}")));

/// A Monday.
const FIRST: Date = date(2026, 6, 1);

/// The rules about latency that fire, in the order of the alphabet.
fn fired(record: &Record) -> Vec<String> {
    let work = telemetry::Gauge::of(record);
    let candidate = Candidate::default();
    let subject = Subject {
        work: Some(&work),
        ..Subject::alone(&candidate, base::shipped(), record.now)
    };
    let judgement = RULES.judge(&signals::read(&subject), Stage::Active);
    let rules = judgement
        .findings
        .iter()
        .map(|found| found.rule.to_string());
    let mut rules: Vec<String> = rules.filter(|rule| rule.starts_with("lat.")).collect();
    rules.sort();
    rules
}

fn home(city: &str, state: &str) -> address::Address {
    address::read(&application::Address {
        city: Some(city.into()),
        region: Some(state.into()),
        country: Some("US".into()),
        ..application::Address::default()
    })
}

/// Five such others as the vector has them.
fn cohort(workers: usize) -> Cohort {
    Cohort {
        kind: Kind::KeyToServer,
        workers,
        median_ms: 42.0,
        mad_ms: 6.0,
    }
}

/// A session of an hour on a day, at an hour, UTC.
fn session(kind: Kind, day: i64, hour: i8, median_ms: f64) -> Session {
    let at = FIRST.at(hour, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    let at = at.unwrap().timestamp() + SignedDuration::from_hours(24 * day);
    Session {
        id: format!("{day}-{hour}"),
        device: DeviceId::of("lt-1").unwrap(),
        kind,
        started_at: at,
        ended_at: at + SignedDuration::from_hours(1),
        n: 200,
        p05_ms: median_ms - 2.0,
        median_ms,
        mad_ms: 1.0,
        p95_ms: median_ms + 20.0,
        peer_is_relay: None,
        probe: None,
        access: None,
        rhythm: None,
    }
}

fn of_sessions(sessions: Vec<Session>) -> Record {
    Record {
        now: Timestamp::from_second(1_800_000_000).unwrap(),
        cohorts: vec![cohort(30)],
        sessions,
        ..Record::default()
    }
}

#[test]
fn keys_are_held_against_those_of_others_on_three_days() {
    let days = |medians: &[f64]| {
        let sessions = medians.iter().zip(0..);
        let sessions = sessions.map(|(ms, day)| session(Kind::KeyToServer, day, 15, *ms));
        of_sessions(sessions.collect())
    };
    assert_eq!(fired(&days(&[112.0, 109.0, 115.0])), ["lat.key_shift"]);
    assert_eq!(fired(&days(&[40.0, 112.0, 41.0])), [""; 0]);
    assert_eq!(fired(&days(&[99.0, 99.5, 99.9])), [""; 0]);
    // 59 samples are insufficient, and so are three sessions on one day
    let mut few = days(&[112.0, 109.0, 115.0]);
    for session in &mut few.sessions {
        session.n = 59;
    }
    assert_eq!(fired(&few), [""; 0]);
    assert_eq!(gauge(&few).kinds[0].track.state, State::Insufficient);
    assert_eq!(gauge(&few).kinds[0].small, 3);
    let one_day = [9, 12, 15].map(|hour| session(Kind::KeyToServer, 0, hour, 112.0));
    assert_eq!(fired(&of_sessions(one_day.to_vec())), [""; 0]);
}

#[test]
fn what_is_too_fast_for_the_claim_is_seen_and_a_journey_is_not() {
    let to_west = |day, p05_ms: f64| Session {
        p05_ms,
        probe: Some(Probe {
            name: "sfo".into(),
            lat: 37.77,
            lon: -122.42,
        }),
        ..session(Kind::PathRtt, day, 15, p05_ms + 3.0)
    };
    let judged = |p05s: &[f64], access| {
        let mut record = of_sessions(
            p05s.iter()
                .zip(0..)
                .map(|(ms, d)| to_west(d, *ms))
                .collect(),
        );
        record.home = Some(home("New York", "NY"));
        for session in &mut record.sessions {
            session.access = access;
        }
        fired(&record)
    };
    assert_eq!(judged(&[30.0; 4], None), ["lat.claim_impossible"]);
    assert_eq!(judged(&[41.0; 4], None), [""; 0]);
    assert_eq!(judged(&[30.0; 2], None), [""; 0]);
    assert_eq!(
        judged(&[70.0, 71.0, 70.0, 5.0, 5.0, 5.0, 70.0, 72.0], None),
        [""; 0]
    );
    assert_eq!(judged(&[5.0; 9], Some(Access::Vdi)), [""; 0]);
}

#[test]
fn relayed_sessions_are_counted_and_nothing_else() {
    let flow = |day, relay, ms| Session {
        peer_is_relay: relay,
        ..session(Kind::ControlRtt, day, 15, ms)
    };
    let record = of_sessions(vec![
        flow(0, Some(true), 12.0),
        flow(1, Some(false), 140.0),
        flow(2, None, 150.0),
        flow(3, Some(true), 12.0),
        flow(4, Some(false), 145.0),
    ]);
    let gauge = gauge(&record);
    let kind = &gauge.kinds[0];
    assert_eq!((kind.relayed, kind.track.sessions), (2, 3));
    assert_eq!(kind.track.median_ms, Some(145.0));
}

#[test]
fn a_confirmed_move_begins_anew() {
    let mut sessions: Vec<Session> = (0..10)
        .map(|day| session(Kind::KeyToServer, day, 15, 40.0))
        .collect();
    let after = (10..20).flat_map(|day| [15, 20].map(|hour| (day, hour)));
    sessions.extend(after.map(|(day, hour)| session(Kind::KeyToServer, day, hour, 95.0)));
    let mut record = of_sessions(sessions);
    assert_eq!(fired(&record), ["lat.cusum"]);
    let before = gauge(&record).kinds[0].track.clone();
    assert_eq!((before.run_days, before.run_parts), (10, 2));
    record.baseline_from = Some(record.sessions[10].started_at);
    assert_eq!(fired(&record), [""; 0]);
    assert_eq!(gauge(&record).kinds[0].track.sessions, 20);
}

#[test]
fn bursts_of_a_quarter_day_are_one_unit() {
    let burst = |index: i64| {
        let mut burst = session(Kind::PathRtt, index / 40, 13, 40.0);
        burst.started_at += SignedDuration::from_mins(index % 40);
        burst.ended_at = burst.started_at + SignedDuration::from_secs(30);
        burst
    };
    let sessions: Vec<Session> = (0..160).map(burst).collect();
    let sessions: Vec<&Session> = sessions.iter().collect();
    assert_eq!(baseline::units(&sessions).len(), 4);
    let long = session(Kind::PathRtt, 9, 13, 41.0);
    assert_eq!(baseline::units(&[sessions[0], &long]).len(), 1);
}

#[test]
fn a_gauge_is_kept_as_json_and_an_older_one_is_read() {
    let plan = Plan::plain(3, 0, Line::Cable);
    let gauge = gauge(&record(&plan, &trace(&plan, FIRST, 20)));
    let json = serde_json::to_string(&gauge).unwrap();
    assert_eq!(serde_json::from_str::<Gauge>(&json).unwrap(), gauge);
    assert_eq!(
        serde_json::from_str::<Gauge>("{}").unwrap(),
        Gauge::default()
    );
}

#[test]
fn days_are_drawn_by_kind_and_probe() {
    let plan = Plan::plain(3, 0, Line::Cable);
    let series = series(&record(&plan, &trace(&plan, FIRST, 20)));
    let names: Vec<_> = series
        .iter()
        .map(|one| (one.kind.word(), one.probe.as_deref().unwrap_or("")))
        .collect();
    let paths = ["us-east", "us-south", "us-west"].map(|probe| ("path_rtt", probe));
    assert!(names.starts_with(&paths), "{names:?}");
    for one in series {
        assert!(one.days.is_sorted_by_key(|day| day.date) && one.days.len() <= 15);
        assert!(one.days.iter().all(|day| day.p05_ms <= day.median_ms));
    }
}

/// The whole trace of a plan, judged at its end.
fn record(plan: &Plan, trace: &Trace) -> Record {
    let (city, state, ..) = HOMES[plan.home];
    Record {
        now: end_of(FIRST.checked_add(60.days()).unwrap()),
        home: Some(home(city, state)),
        sessions: trace.sessions.clone(),
        observations: trace.observations.clone(),
        cohorts: vec![cohort(30)],
        ..Record::default()
    }
}

/// The rules that fire at the end of any of so many days, and the record of the last.
fn over_days(plan: &Plan, days: u16) -> (Vec<String>, Record) {
    let whole = record(plan, &trace(plan, FIRST, days));
    let mut ever: Vec<String> = Vec::new();
    for day in 0..days {
        let now = end_of(FIRST.checked_add(i32::from(day).days()).unwrap());
        let seen = whole.sessions.partition_point(|one| one.started_at < now);
        let looked = whole.observations.partition_point(|one| one.at < now);
        ever.extend(fired(&Record {
            now,
            sessions: whole.sessions[..seen].to_vec(),
            observations: whole.observations[..looked].to_vec(),
            ..whole.clone()
        }));
    }
    ever.sort();
    ever.dedup();
    (ever, whole)
}

const NEW_YORK: usize = 0;
const AUSTIN: usize = 8;
const SEATTLE: usize = 12;

#[test]
fn lines_of_every_kind_fire_nothing() {
    for line in [
        Line::Fibre,
        Line::Cable,
        Line::Wifi,
        Line::Vdi,
        Line::Starlink,
        Line::Geostationary,
    ] {
        for seed in [1, 2] {
            let (rules, record) = over_days(&Plan::plain(seed, AUSTIN, line), 45);
            assert_eq!(rules, [""; 0], "{line:?} {seed}");
            let path = &gauge(&record).kinds[0];
            assert_eq!(path.kind, Kind::PathRtt);
            assert_eq!(path.track.state, State::Steady);
            assert_eq!(path.access, Some(line.access()));
        }
    }
}

#[test]
fn a_new_home_or_line_that_was_told_fires_nothing() {
    let day = 25;
    let plan = Plan::plain(4, AUSTIN, Line::Cable);
    for line in [Line::Fibre, Line::Starlink, Line::Geostationary] {
        let plan = plan.clone().with(Story::NewLine { day, line });
        assert_eq!(over_days(&plan, 45).0, [""; 0], "{line:?}");
    }
    // a move within the country, not told: all timings shift and none is alarming
    let plan = plan.with(Story::Move { day, to: SEATTLE });
    let (_, record) = over_days(&plan, 45);
    let rules = fired(&Record {
        home: None,
        ..record
    });
    assert_eq!(rules, [""; 0]);
}

#[test]
fn a_move_that_is_never_told_contradicts_the_claim_after_two_weeks() {
    let to = NEW_YORK;
    let plan = Plan::plain(4, SEATTLE, Line::Fibre).with(Story::Move { day: 0, to });
    assert_eq!(over_days(&plan, 12).0, ["lat.claim_impossible"]);
}

#[test]
fn remote_control_from_far_away_is_seen_unless_it_goes_through_a_relay() {
    let plan = Plan::plain(5, AUSTIN, Line::Fibre);
    let story = |relayed| Story::Remote {
        distance_km: 9_000.0,
        share: 0.9,
        relayed,
    };
    let (rules, record) = over_days(&plan.clone().with(story(0.0)), 10);
    assert_eq!(rules, ["lat.operator_rtt"]);
    let gauge_of = |record: &Record| gauge(record).kinds[1].clone();
    let control = gauge_of(&record);
    assert_eq!(control.kind, Kind::ControlRtt);
    assert!(control.track.median_ms.unwrap() > 120.0);
    let (rules, record) = over_days(&plan.with(story(1.0)), 10);
    assert_eq!(rules, [""; 0]);
    let control = gauge_of(&record);
    assert_eq!(control.track.state, State::Insufficient);
    assert!(control.relayed > 3);
}

#[test]
fn a_tunnel_lengthens_every_path() {
    let plan = Plan::plain(6, AUSTIN, Line::Cable);
    let (day, extra_ms) = (25, 110.0);
    let (rules, _) = over_days(&plan.with(Story::Tunnel { day, extra_ms }), 40);
    assert!(rules.contains(&"lat.cusum".into()), "{rules:?}");
    assert!(rules.contains(&"lat.path_excess".into()), "{rules:?}");
}

#[test]
fn a_box_at_the_keyboard_shows_in_the_echo_alone() {
    let plan = Plan::plain(7, AUSTIN, Line::Fibre);
    let story = |day| Story::Kvm {
        day,
        extra_ms: 120.0,
    };
    let (rules, record) = over_days(&plan.clone().with(story(25)), 40);
    assert_eq!(rules, ["lat.cusum"]);
    let shifted: Vec<_> = gauge(&record)
        .kinds
        .iter()
        .filter(|kind| kind.unexplained_ms.is_some_and(|ms| ms > 40.0))
        .map(|kind| kind.kind)
        .collect();
    assert_eq!(shifted, [Kind::EchoLoop]);
    // there from the first day: timings are blind to it
    assert_eq!(over_days(&plan.with(story(0)), 30).0, [""; 0]);
}

#[test]
fn keys_stamped_far_away_and_text_in_pieces_are_seen() {
    let plan = Plan::plain(8, AUSTIN, Line::Fibre);
    let upstream = Story::Upstream {
        day: 0,
        extra_ms: 97.0,
    };
    let (rules, _) = over_days(&plan.clone().with(upstream), 10);
    assert_eq!(rules, ["lat.key_shift"]);
    let (rules, _) = over_days(&plan.with(Story::Paste { share: 0.15 }), 10);
    assert_eq!(rules, ["lat.batching"]);
}
