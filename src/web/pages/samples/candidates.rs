//! What stands on a candidate's page besides the judgement, and two versions side by side.

use super::super::candidate::at_work::AtWork;
use super::super::candidate::stages::{self, Reached};
use super::super::candidate::{CandidatePage, Opened};
use super::super::workers::State;
use super::{at, hostile};
use crate::application::Stage;
use crate::candidate::CandidateId;
use crate::comments::Comment;
use crate::explain::difference;
use crate::telemetry::Kind;
use crate::web::pages::{History, VersionsPage, What};

pub fn at_work() -> AtWork {
    AtWork {
        start_date: Some("2026-04-01".to_owned()),
        judged_at: Some(at("2026-04-20T08:00:00Z")),
        kinds: vec![
            (Kind::KeyToServer, State::Alarm),
            (Kind::PathRtt, State::Steady),
        ],
        devices: vec![
            ("LT-0042".to_owned(), at("2026-04-01T08:00:00Z"), None),
            (
                "LT-0017".to_owned(),
                at("2026-03-30T08:00:00Z"),
                Some(at("2026-04-01T08:00:00Z")),
            ),
        ],
        all_devices: 3,
        tickets: vec![(
            "Remote control box at the work device".to_owned(),
            at("2026-04-19T10:00:00Z"),
        )],
    }
}

pub fn stages() -> Vec<Reached> {
    let History { moments, .. } = super::history();
    let screened: Vec<_> = (moments.into_iter())
        .filter_map(|one| match one.what {
            What::Screened(past) => Some(past),
            _ => None,
        })
        .collect();
    let told = [
        (Stage::Applied, at("2026-03-02T14:05:00Z")),
        (Stage::Interview, at("2026-03-04T09:30:09Z")),
    ];
    stages::of(told, &screened, Stage::Interview)
}

pub fn opened() -> Vec<Opened> {
    let one = |time, by_key, who: &str| Opened {
        at: at(time),
        by_key,
        who: who.to_owned(),
    };
    vec![
        one("2026-03-05T09:00:00Z", false, "dana@example.com"),
        one("2026-03-04T09:00:00Z", true, "nightly"),
    ]
}

pub fn comments() -> Vec<Comment> {
    let one = |id: &str, user: &str, text: &str, struck_at| Comment {
        id: id.to_owned(),
        user_id: user.to_owned(),
        name: "Dana Reed <dana@example.com>".to_owned(),
        text: text.to_owned(),
        at: at("2026-03-05T09:10:00Z"),
        struck_at,
    };
    vec![
        one(
            "c-1",
            "user-1",
            "I called: she answers under the first number.\nThe second one is her desk's.",
            None,
        ),
        one(
            "c-2",
            "user-1",
            "Wrong person.",
            Some(at("2026-03-05T09:20:00Z")),
        ),
        one("c-3", "user-2", "Seen.", None),
    ]
}

/// What people who work here and programs can write.
pub fn make_hostile(page: &mut CandidatePage, hostile: &str) {
    for comment in &mut page.comments {
        hostile.clone_into(&mut comment.name);
        hostile.clone_into(&mut comment.text);
    }
    for one in &mut page.opened {
        hostile.clone_into(&mut one.who);
    }
    if let Some(work) = &mut page.at_work {
        hostile.clone_into(&mut work.devices[0].0);
        work.start_date = Some(hostile.to_owned());
    }
}

pub fn versions() -> VersionsPage {
    let before = serde_json::json!({"name": "Rosa Delgado", "phones": ["(212) 736-5000"], "address": {"city": "New York"}});
    let after = serde_json::json!({"name": "Rosa Delgado", "phones": ["(212) 736-5000", "(800) 736-5001"], "address": {"city": "Troy"}});
    let (fields, more) = difference::fields(&before, &after, &[]);
    let resume = difference::text(
        super::RESUME,
        &super::RESUME.replace("Senior Engineer", "Engineer"),
    );
    VersionsPage {
        id: CandidateId("019a1b2c-0000-7000-8000-000000000001".to_owned()),
        heading: "Rosa Delgado".to_owned(),
        versions: vec![
            (1, at("2026-03-02T14:05:01Z")),
            (2, at("2026-03-04T09:30:09Z")),
        ],
        from: 1,
        to: 2,
        fields,
        more,
        texts: vec![("résumé text", resume)],
    }
}

/// One version alone.
pub fn versions_alone() -> VersionsPage {
    VersionsPage {
        versions: vec![(1, at("2026-03-02T14:05:01Z"))],
        to: 1,
        fields: Vec::new(),
        texts: Vec::new(),
        ..versions()
    }
}

/// Everything a stranger can write is hostile.
pub fn hostile_versions() -> VersionsPage {
    let hostile = hostile();
    let before = serde_json::json!({"name": hostile, "phones": ["1"]});
    let mut after = serde_json::json!({"phones": [hostile]});
    after[hostile.as_str()] = hostile.as_str().into();
    let (fields, more) = difference::fields(&before, &after, &[]);
    VersionsPage {
        heading: hostile.clone(),
        fields,
        more,
        texts: vec![(
            "résumé text",
            difference::text(&hostile, &format!("{hostile} {hostile}")),
        )],
        ..versions()
    }
}
