//! Invented connections, endpoints and deliveries.

use super::{at, hostile};
use crate::candidate::CandidateId;
use crate::outlets::endpoints::Kind;
use crate::outlets::message::Kind as Message;
use crate::store::deliveries::{Filter, State};
use crate::vendors;
use crate::web::pages::connection::{Entered, Test, Told};
use crate::web::pages::connections::{ConnectionRow, EndpointRow, Health, Open, Reach};
use crate::web::pages::deliveries::{Body, Channel, DeliveryRow, masked_headers};
use crate::web::pages::{
    ChoosePage, ConnectionPage, ConnectionsPage, DeliveriesPage, DeliveryPage, EndpointPage,
    NewConnectionPage, NewEndpointPage, endpoint as place, mask,
};

const ID: &str = "019a1b2c-0000-7000-8000-00000000c001";

fn health() -> Health {
    Health {
        verified_at: Some(at("2026-03-02T14:05:00Z")),
        has_secret: true,
        ..Health::default()
    }
}

fn ill() -> Health {
    Health {
        verified_at: None,
        refused: 1_204,
        refused_at: Some(at("2026-03-02T14:05:00Z")),
        refused_why: Some("the signature is wrong".to_owned()),
        failing_since: Some(at("2026-03-01T08:00:00Z")),
        failure: Some("the server did not take the credentials (401)".to_owned()),
        has_secret: true,
    }
}

/// The list.
pub fn connections() -> ConnectionsPage {
    let row = |n: u32, name: &str, health, held, dead| ConnectionRow {
        id: format!("019a1b2c-0000-7000-8000-{n:012}"),
        name: name.to_owned(),
        vendor: "Example Recruiting".to_owned(),
        path: format!("/hooks/example/019a1b2c-0000-7000-8000-{n:012}"),
        health,
        open: Open { held, dead },
    };
    let to = |n: u32, name: &str, reach| EndpointRow {
        id: format!("019a1b2c-0000-7000-8000-{n:012}"),
        name: name.to_owned(),
        kind: "Signed webhook (Standard Webhooks)",
        events: Message::ALL.to_vec(),
        reach,
        open: Open::default(),
    };
    ConnectionsPage {
        connections: vec![
            row(1, "Example Recruiting", health(), 0, 0),
            row(2, "Engineering, second account", ill(), 12, 3),
            row(3, &hostile(), Health::default(), 0, 1),
        ],
        endpoints: vec![
            to(4, "hooks.example", Reach::default()),
            to(
                5,
                "siem.example",
                Reach {
                    disabled_at: Some(at("2026-03-01T08:00:00Z")),
                    disabled_why: Some("the endpoint answered 410: it is no more".to_owned()),
                    ..Reach::default()
                },
            ),
            to(
                6,
                &hostile(),
                Reach {
                    failing_since: Some(at("2026-03-01T08:00:00Z")),
                    failure: Some(hostile()),
                    ..Reach::default()
                },
            ),
        ],
        done: Some("It is added."),
    }
}

/// The choice of a vendor.
pub fn choose() -> ChoosePage {
    ChoosePage::of(vendors::ALL)
}

/// The form.
pub fn new_connection() -> NewConnectionPage {
    NewConnectionPage {
        vendor: vendors::ALL[0],
        entered: Entered {
            name: hostile(),
            source: hostile(),
            api_url: hostile(),
            leaves: true,
            ..Entered::default()
        },
        refused: Some(hostile()),
    }
}

/// A connection.
pub fn connection() -> ConnectionPage {
    ConnectionPage {
        id: ID.to_owned(),
        vendor: vendors::ALL[0],
        steps: vec![
            "Open the settings of web hooks.".to_owned(),
            format!("Paste https://telltale.example/hooks/example/{ID} as the URL."),
        ],
        url: format!("https://telltale.example/hooks/example/{ID}"),
        is_whole: true,
        entered: Entered {
            name: "Example Recruiting".to_owned(),
            source: "example".to_owned(),
            has_key: true,
            ..Entered::default()
        },
        secrets: 2,
        created_at: at("2026-03-01T08:00:00Z"),
        health: health(),
        open: Open::default(),
        test: Test {
            since: at("2026-03-02T14:04:00Z"),
            asked: true,
        },
        deliveries: deliveries().deliveries,
        told: Told {
            done: Some("It is changed."),
            answer: Some("It answers, and takes the key.".to_owned()),
            ..Told::default()
        },
    }
}

/// One that was just made, with a secret made here.
pub fn made_connection() -> ConnectionPage {
    ConnectionPage {
        url: format!("/hooks/example/{ID}"),
        is_whole: false,
        secrets: 1,
        entered: Entered {
            has_key: false,
            ..connection().entered
        },
        health: Health {
            has_secret: true,
            ..Health::default()
        },
        deliveries: Vec::new(),
        test: Test {
            since: at("2026-03-02T14:04:00Z"),
            asked: false,
        },
        told: Told {
            done: Some("It is added."),
            secret: Some("whsec_bWFkZSB1cCBhbmQgb2Ygbm8gdXNlIGFueXdoZXJl".to_owned()),
            ..Told::default()
        },
        ..connection()
    }
}

/// Everything that somebody else can write is hostile.
pub fn hostile_connection() -> ConnectionPage {
    let mut page = connection();
    page.entered.name = hostile();
    page.entered.source = hostile();
    page.entered.api_url = hostile();
    page.health = ill();
    page.health.failure = Some(hostile());
    page.health.refused_why = Some(hostile());
    page.open = Open { held: 1, dead: 2 };
    page.secrets = 0;
    page.deliveries = hostile_deliveries().deliveries;
    page.told.refused = Some(hostile());
    page.told.answer = Some(hostile());
    page.test.asked = false;
    page
}

/// An endpoint.
pub fn endpoint() -> EndpointPage {
    EndpointPage {
        id: ID.to_owned(),
        name: "hooks.example".to_owned(),
        kind: Some(Kind::Webhook),
        place: place::place("https://hooks.example/in?token=1"),
        events: Message::ALL.to_vec(),
        private: true,
        secrets: 2,
        provider: None,
        created_at: at("2026-03-01T08:00:00Z"),
        reach: Reach::default(),
        open: Open::default(),
        deliveries: deliveries().deliveries,
        told: Told {
            answer: Some("The test message was delivered.".to_owned()),
            ..Told::default()
        },
    }
}

/// One that was switched off, with hostile words.
pub fn hostile_endpoint() -> EndpointPage {
    EndpointPage {
        name: hostile(),
        place: hostile(),
        provider: Some(place::Provider {
            issuer: hostile(),
            audience: hostile(),
            subject: hostile(),
            algorithm: "ES256".to_owned(),
            keys_at: hostile(),
        }),
        reach: Reach {
            disabled_at: Some(at("2026-03-01T08:00:00Z")),
            disabled_why: Some(hostile()),
            ..Reach::default()
        },
        open: Open { held: 2, dead: 0 },
        ..endpoint()
    }
}

/// The form.
pub fn new_endpoint() -> NewEndpointPage {
    NewEndpointPage {
        entered: place::Entered {
            kind: Some(Kind::Chat),
            name: hostile(),
            url: hostile(),
            events: vec![Message::LatencyAlarm],
            private: true,
            audience: hostile(),
            subject: hostile(),
        },
        refused: Some(hostile()),
    }
}

fn row(
    n: u32,
    (incoming, kind): (bool, &str),
    subject: Option<&str>,
    (state, attempts): (State, i64),
) -> DeliveryRow {
    DeliveryRow {
        id: format!("019a1b2c-0000-7000-8000-{n:012}"),
        incoming,
        kind: kind.to_owned(),
        subject: subject.map(str::to_owned),
        channel: Some(Channel {
            id: ID.to_owned(),
            name: "Example Recruiting".to_owned(),
            is_connection: incoming,
            is_off: false,
        }),
        candidate_id: None,
        created_at: at("2026-03-02T14:05:00Z"),
        state: Some(state),
        attempts,
        next_at: (state == State::Waiting).then(|| at("2026-03-02T14:10:00Z")),
        status: None,
        said: None,
    }
}

/// The log.
pub fn deliveries() -> DeliveriesPage {
    let mut deliveries = vec![
        row(
            1,
            (true, "webhook"),
            Some("application_created"),
            (State::Done, 1),
        ),
        row(2, (true, "webhook"), Some("rejected"), (State::Held, 2)),
        row(
            3,
            (false, "webhook"),
            Some("next_step.raised"),
            (State::Waiting, 3),
        ),
        row(4, (false, "note"), Some("a note"), (State::Dead, 1)),
        row(5, (false, "resume"), None, (State::Waiting, 0)),
    ];
    deliveries[1].said = Some("it gives ids alone: the API's key is needed".to_owned());
    deliveries[2].status = Some(503);
    deliveries[3].channel = None;
    DeliveriesPage {
        channels: vec![Channel {
            id: ID.to_owned(),
            name: "Example Recruiting".to_owned(),
            is_connection: true,
            is_off: false,
        }],
        deliveries,
        next: Some("019a1b2c-0000-7000-8000-000000000005".to_owned()),
        ..DeliveriesPage::default()
    }
}

/// The log with hostile words, and a filter on what was removed.
pub fn hostile_deliveries() -> DeliveriesPage {
    let mut page = deliveries();
    for row in &mut page.deliveries {
        row.subject = Some(hostile());
        row.kind = "webhook".to_owned();
        row.said = Some(hostile());
        if let Some(channel) = &mut row.channel {
            channel.name = hostile();
        }
    }
    page.channels[0].name = hostile();
    page.filter = Filter {
        channel: Some(hostile()),
        incoming: Some(true),
        state: Some(State::Held),
        candidate_id: Some(CandidateId(hostile())),
    };
    page
}

/// One delivery.
pub fn delivery() -> DeliveryPage {
    let body = serde_json::json!({
        "action": "new_candidate_application",
        "payload": {"application": {"id": 71_980, "candidate": {"name": "Maria Lopez"}}},
    });
    let (text, left_out) = mask::json(&body);
    DeliveryPage {
        row: deliveries().deliveries.swap_remove(0),
        headers: masked_headers(
            r#"[["content-type","application/json"],["signature","sha256 00ff"]]"#,
        ),
        size: 1_203,
        body: Body::Json(text, left_out),
        done_at: Some(at("2026-03-02T14:05:01Z")),
        done: None,
    }
}

/// The same with hostile words everywhere.
pub fn hostile_delivery() -> DeliveryPage {
    let hostile = hostile();
    let mut row = hostile_deliveries().deliveries.swap_remove(0);
    row.candidate_id = Some(CandidateId("7".to_owned()));
    let (text, _) = mask::json(&serde_json::json!({"a": hostile, hostile.as_str(): hostile}));
    DeliveryPage {
        row,
        headers: masked_headers(&serde_json::json!([[hostile, hostile]]).to_string()),
        body: Body::Json(text, 7),
        done: Some("It is done again in a moment."),
        ..delivery()
    }
}
