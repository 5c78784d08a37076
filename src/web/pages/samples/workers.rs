//! Invented workers with machines that say things.

use jiff::civil::{Date, date};

use super::{at, finding, hostile};
use crate::candidate::CandidateId;
use crate::latency::baseline::Baseline;
use crate::latency::gauge::CohortGauge;
use crate::latency::path::ProbeGauge;
use crate::latency::physics::{self, Claim};
use crate::latency::series::Day;
use crate::latency::track::{State as Learnt, Track};
use crate::latency::{KindGauge, place::Spot};
use crate::rules::{NextStep, Strength};
use crate::telemetry::{Access, DeviceId, Kind, Observation, Probe, Seen, Session};
use crate::web::pages::connection::Told;
use crate::web::pages::onboardings::{Entered, Wrong};
use crate::web::pages::worker::chart::{self, Plot};
use crate::web::pages::worker::observed::Observed;
use crate::web::pages::worker::physics::Physics;
use crate::web::pages::worker::{self, Device, KindCard, SeriesChart};
use crate::web::pages::workers::{State, Ticket, Timing, Unbound, Who, WorkerRow};
use crate::web::pages::{NewOnboardingPage, UnboundPage, WorkerPage, WorkersPage};

const TODAY: Date = date(2026, 3, 2);

/// Workdays up to today, higher from the twentieth on.
fn days() -> Vec<Day> {
    let of = |n: i8| {
        let median_ms = 34.0 + f64::from(n % 5) + if n >= 20 { 60.0 } else { 0.0 };
        Day {
            date: if n <= 26 { date(2026, 2, n) } else { TODAY },
            median_ms,
            p05_ms: median_ms - 6.0,
            p95_ms: median_ms * 1.6,
            n: 480,
            relayed: n == 3,
        }
    };
    (2..=27)
        .filter(|n| n % 7 > 0 && n % 7 < 6)
        .map(of)
        .collect()
}

fn who() -> Who {
    Who {
        id: CandidateId("019a1b2c-0000-7000-8000-000000000001".to_owned()),
        name: Some("Rosa Delgado".to_owned()),
        source: "greenhouse".to_owned(),
        external_id: "A-1001".to_owned(),
    }
}

fn hostile_who() -> Who {
    Who {
        name: Some(hostile()),
        source: hostile(),
        external_id: hostile(),
        ..who()
    }
}

fn ticket(closed: bool) -> Ticket {
    Ticket {
        id: format!("t-{closed}"),
        rule: "dev.vpn_app".to_owned(),
        title: "A consumer VPN runs on the device".to_owned(),
        message: "ExampleVPN was seen on lt-0042 on 2026-02-20.".to_owned(),
        opened_at: at("2026-02-20T08:15:00Z"),
        closed: closed.then(|| {
            (
                at("2026-02-21T09:00:00Z"),
                "Dana Reed".to_owned(),
                "Removed.".to_owned(),
            )
        }),
        worker: Some("w-17".to_owned()),
        who: who(),
    }
}

/// A list with every state.
pub fn workers() -> WorkersPage {
    let timing = |kind, state| Timing {
        kind,
        state,
        spark: chart::spark(&days(), TODAY),
    };
    let row = |worker_id: &str, timings| WorkerRow {
        worker_id: worker_id.to_owned(),
        who: who(),
        start_date: Some("2026-01-05".to_owned()),
        devices: vec!["lt-0042".to_owned()],
        timings,
        heard_at: Some(at("2026-03-02T08:15:00Z")),
    };
    WorkersPage {
        tickets: vec![ticket(false)],
        rows: vec![
            row(
                "w-17",
                vec![
                    timing(Kind::PathRtt, Some(State::Steady)),
                    timing(Kind::ControlRtt, Some(State::Alarm)),
                    timing(Kind::KeyToServer, Some(State::Learning)),
                    Timing {
                        spark: None,
                        ..timing(Kind::EchoLoop, Some(State::Insufficient))
                    },
                    timing(Kind::Iki, None),
                ],
            ),
            WorkerRow {
                start_date: None,
                devices: Vec::new(),
                heard_at: None,
                ..row("w-18", Vec::new())
            },
        ],
        q: "w-".to_owned(),
        next: Some("w-18".to_owned()),
        continued: true,
        unbound: 1,
        done: Some("The ticket is closed."),
    }
}

/// Everything a stranger can write is hostile.
pub fn hostile_workers() -> WorkersPage {
    let mut page = workers();
    page.q = hostile();
    page.next = Some(hostile());
    for row in &mut page.rows {
        row.worker_id = hostile();
        row.who = hostile_who();
        row.devices = vec![hostile(); 5];
    }
    page.tickets[0].message = hostile();
    page.tickets[0].title = hostile();
    page.tickets[0].worker = Some(hostile());
    page
}

/// A device that is nobody's.
pub fn unbound() -> UnboundPage {
    UnboundPage {
        devices: vec![Unbound {
            device: "lt-0199".to_owned(),
            first_at: at("2026-02-20T08:15:00Z"),
            last_at: at("2026-03-02T08:15:00Z"),
            sessions: 12,
            observations: 1,
            was_bound: false,
        }],
        more: true,
    }
}

/// One with a hostile name.
pub fn hostile_unbound() -> UnboundPage {
    let mut page = unbound();
    page.devices[0].device = hostile();
    page.devices[0].was_bound = true;
    page
}

fn baseline() -> Baseline {
    Baseline {
        median_ms: 34.0,
        sigma_ms: 5.0,
        sessions: 5,
        days: 3,
        from: at("2026-01-05T14:00:00Z"),
        until: at("2026-01-09T14:00:00Z"),
    }
}

fn track() -> Track {
    Track {
        state: Learnt::Steady,
        sessions: 41,
        samples: 9_840,
        days: 22,
        median_ms: Some(36.0),
        baseline: Some(baseline()),
        recent_ms: Some(36.0),
        excess_ms: Some(2.0),
        ..Track::default()
    }
}

/// What timings of remote control come to.
pub fn gauge() -> KindGauge {
    KindGauge {
        kind: Kind::ControlRtt,
        track: track(),
        relayed: 3,
        direct: 38,
        small: 1,
        access: Some(Access::Wifi),
        cohort: Some(CohortGauge {
            workers: 6,
            median_ms: 38.0,
            mad_ms: 4.0,
            over_ms: None,
            over_sigmas: None,
        }),
        unexplained_ms: None,
        path_excess_ms: None,
    }
}

fn probe(name: &str, (lat, lon): (f64, f64), p05_ms: f64) -> ProbeGauge {
    let spot = Spot {
        lat: 40.71,
        lon: -74.01,
        radius_km: 40.0,
    };
    let claim = Claim::of(&spot, (lat, lon));
    let over = p05_ms - claim.expected_ms;
    ProbeGauge {
        probe: Probe {
            name: name.to_owned(),
            lat,
            lon,
        },
        track: track(),
        p05_ms: Some(p05_ms),
        claim: Some(claim),
        compared_days: 20,
        under_floor_ms: Some(claim.floor_ms - p05_ms),
        over_expected_ms: Some(over),
        farther: physics::farther(over),
        bound_km: Some(physics::bound_km(p05_ms)),
    }
}

fn session(
    kind: Kind,
    (from, until): (&str, &str),
    relay: Option<bool>,
    access: Option<Access>,
) -> Session {
    Session {
        id: format!("{}-{from}", kind.word()),
        device: DeviceId::of("lt-0042").unwrap(),
        kind,
        started_at: at(from),
        ended_at: at(until),
        n: 1_480,
        p05_ms: 108.4,
        median_ms: 121.0,
        mad_ms: 4.0,
        p95_ms: 171.2,
        peer_is_relay: relay,
        probe: (kind == Kind::PathRtt).then(|| Probe {
            name: "us-west".to_owned(),
            lat: 45.54,
            lon: -122.96,
        }),
        access,
        rhythm: None,
    }
}

fn observed(written: &str) -> Observed {
    let seen = |seen| Observation {
        id: "o-1".to_owned(),
        device: DeviceId::of("lt-0042").unwrap(),
        at: at("2026-02-20T08:15:00Z"),
        seen,
    };
    let text = Some(written.to_owned());
    Observed::of(&[
        seen(Seen::Usb {
            vendor_id: "046d".to_owned(),
            product_id: "c31c".to_owned(),
            manufacturer: text.clone(),
            product: text.clone(),
            serial: None,
        }),
        seen(Seen::Process {
            name: written.to_owned(),
            path: None,
            command_line: None,
            port: Some(3389),
        }),
        seen(Seen::RemoteSession {
            product: text,
            remote: true,
            active_minutes: 312.0,
            peer_ip: None,
            peer_is_relay: None,
            own_keyboard: None,
        }),
    ])
}

fn chart(probe: Option<&str>, n: usize, alarms: &[Date]) -> SeriesChart {
    SeriesChart {
        id: format!("series-{n}"),
        probe: probe.map(str::to_owned),
        chart: chart::draw(&Plot {
            days: &days(),
            baseline: Some((34.0, 5.0)),
            alarms,
            today: TODAY,
        })
        .unwrap(),
        days: days(),
    }
}

/// A worker with everything.
pub fn worker() -> WorkerPage {
    let mut found = finding(
        "lat.operator_rtt",
        Strength::Strong,
        (9.0, 9.0),
        "Most work comes over a remote-control connection with a long round trip",
        "Remote-control connections to the device have a median round trip of 121 ms over 41 sessions.",
        &[("latency.control_rtt", "median 121 ms over 41 sessions")],
    );
    found.ask = "From where do you usually work?".into();
    let (a, b) = ("2026-03-02T14:00:00Z", "2026-03-02T14:25:00Z");
    let sessions = vec![
        session(Kind::PathRtt, (a, b), None, Some(Access::Wifi)),
        session(
            Kind::ControlRtt,
            (a, "2026-03-02T15:05:00Z"),
            Some(false),
            None,
        ),
        session(
            Kind::ControlRtt,
            (a, "2026-03-02T14:00:40Z"),
            Some(true),
            Some(Access::Vdi),
        ),
    ];
    let direct = vec![sessions[1].clone(); 4];
    let kind = |kind, state, charts| KindCard {
        kind,
        state,
        lines: worker::lines(&gauge()),
        charts,
    };
    WorkerPage {
        worker_id: "w-17".to_owned(),
        who: who(),
        screened: Some((NextStep::Verify, 1.0, at("2026-03-02T16:00:00Z"))),
        findings: vec![found],
        start_date: Some("2026-01-05".to_owned()),
        judged_at: Some(at("2026-03-02T15:59:00Z")),
        learns_from: Some(at("2026-01-05T00:00:00Z")),
        tickets: vec![ticket(false), ticket(true)],
        kinds: vec![
            kind(
                Kind::PathRtt,
                Some(State::Steady),
                vec![
                    chart(Some("us-west"), 1, &[]),
                    chart(Some("us-east"), 2, &[]),
                ],
            ),
            kind(
                Kind::ControlRtt,
                Some(State::Alarm),
                vec![chart(None, 3, &[date(2026, 2, 20)])],
            ),
            kind(Kind::Iki, None, Vec::new()),
        ],
        physics: Physics::of(
            &[
                probe("us-east", (39.04, -77.49), 14.0),
                probe("us-west", (45.54, -122.96), 160.0),
                probe("us-south", (32.78, -96.80), 12.0),
            ],
            &direct,
        ),
        devices: vec![
            Device {
                device: "lt-0007".to_owned(),
                from: at("2026-01-05T00:00:00Z"),
                until: Some(at("2026-01-20T00:00:00Z")),
                heard_at: None,
            },
            Device {
                device: "lt-0042".to_owned(),
                from: at("2026-01-20T00:00:00Z"),
                until: None,
                heard_at: Some(at("2026-03-02T15:05:00Z")),
            },
        ],
        observed: observed("Example Keyboard"),
        sessions,
        all_sessions: 1_204,
        kept_days: 90,
        today: TODAY,
        told: Told {
            done: Some("It is bound."),
            ..Told::default()
        },
    }
}

/// Somebody of whom nothing is known yet.
pub fn new_worker() -> WorkerPage {
    WorkerPage {
        screened: None,
        findings: Vec::new(),
        start_date: None,
        judged_at: None,
        learns_from: None,
        tickets: Vec::new(),
        kinds: Vec::new(),
        physics: Physics::default(),
        devices: Vec::new(),
        observed: Observed::default(),
        sessions: Vec::new(),
        all_sessions: 0,
        told: Told::default(),
        ..worker()
    }
}

/// Everything a stranger can write is hostile.
pub fn hostile_worker() -> WorkerPage {
    let mut page = worker();
    page.worker_id = hostile();
    page.who = hostile_who();
    page.findings[0].message = hostile();
    for ticket in &mut page.tickets {
        ticket.title = hostile();
        ticket.message = hostile();
        ticket.closed = Some((at("2026-02-21T09:00:00Z"), hostile(), hostile()));
    }
    for device in &mut page.devices {
        device.device = hostile();
    }
    for session in &mut page.sessions {
        session.device = DeviceId::of(&hostile().replace('\u{200B}', "")).unwrap_or_default();
        if let Some(probe) = &mut session.probe {
            probe.name = hostile();
        }
    }
    for series in page.kinds.iter_mut().flat_map(|card| &mut card.charts) {
        series.probe = Some(hostile());
    }
    page.physics = Physics::of(&[probe(&hostile(), (39.04, -77.49), 14.0)], &[]);
    page.observed = observed(&hostile());
    page.told.refused = Some(hostile());
    page
}

/// A form as it was refused.
pub fn new_onboarding() -> NewOnboardingPage {
    NewOnboardingPage {
        entered: Entered {
            source: "greenhouse".to_owned(),
            external_id: "A-1001".to_owned(),
            worker_id: "w-17".to_owned(),
            device_ids: "lt-0042\nlt-0043".to_owned(),
            ship_to: ["350 Example Ave", "", "New York", "NY", "10118", "US"].map(str::to_owned),
            bank_kind: "platform".to_owned(),
            requests: vec![crate::onboarding::Request::OwnDevice],
            ..Entered::default()
        },
        kept_days: 90,
        sources: vec!["greenhouse".to_owned()],
        refused: Some(Wrong {
            field: "device_ids[1]".to_owned(),
            reason: "lt-0043 is with worker w-3 since 2026-01-05".to_owned(),
        }),
    }
}

/// Everything a stranger can write is hostile.
pub fn hostile_onboarding() -> NewOnboardingPage {
    let place = || [(); 6].map(|()| hostile());
    NewOnboardingPage {
        entered: Entered {
            source: hostile(),
            external_id: hostile(),
            worker_id: hostile(),
            device_ids: String::new(),
            issued_on: hostile(),
            start_date: hostile(),
            ship_to: place(),
            recipient: hostile(),
            bank_holder: hostile(),
            bank_kind: hostile(),
            document_address: place(),
            requests: Vec::new(),
        },
        kept_days: 90,
        sources: vec![hostile()],
        refused: Some(Wrong {
            field: "ship_to.city".to_owned(),
            reason: hostile(),
        }),
    }
}
