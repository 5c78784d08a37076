//! Cases, their clock, contests, and blind review.

use jiff::SignedDuration;
use telltale::audit::{self, Action, Actor};

use super::*;

const CLEARED: [(&str, &str); 2] = [
    ("outcome", "cleared"),
    ("reason", "Spoke with him on video."),
];

const CONTEST: [(&str, &str); 3] = [
    ("said", "That number was never mine."),
    ("channel", "email"),
    ("said_on", "2026-06-01"),
];

#[tokio::test]
async fn a_grave_step_opens_a_case_and_a_decision_on_the_whole_closes_it() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let cookie = recruiter(&app).await;
    assert!(
        page(&app, &cookie, &screening)
            .await
            .contains("Open since 2026-06-01 12:00; to be decided by 2026-06-06 12:00.")
    );
    app.wait(SignedDuration::from_hours(24 * 6));
    let cookie = recruiter(&app).await;
    assert!(
        page(&app, &cookie, &screening)
            .await
            .contains("was to be decided by 2026-06-06 12:00.")
    );
    form(&app, &cookie, &path(&screening, "decide"), &CLEARED).await;
    assert!(!page(&app, &cookie, &screening).await.contains("Open since"));
    // Found again as it was, nothing is to be decided.
    let record = json!({"external_id": "2", "source": "greenhouse", "name": "Daniel Whitfield",
        "phones": ["(212) 736-5000"], "resume_text": TEXT, "stage": "interview"});
    app.screen(record).await;
    assert!(!page(&app, &cookie, &screening).await.contains("Open since"));
}

#[tokio::test]
async fn what_is_found_later_opens_the_case_again() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let cookie = recruiter(&app).await;
    form(&app, &cookie, &path(&screening, "decide"), &CLEARED).await;
    assert_eq!(decided(&app, &screening).await.as_deref(), Some("cleared"));
    let latest = further(&app, &screening).await;
    assert_eq!(step(&latest), step(&screening), "no graver than it was");
    assert_eq!(decided(&app, &screening).await, None);
    assert!(page(&app, &cookie, &screening).await.contains("Open since"));
    // Who has seen the screening before alone has not seen that, whichever way they come.
    let said =
        json!({"outcome": "cleared", "reason": "Spoke with him.", "screening_id": screening["id"]});
    let late = decide(&app, &screening, said).await;
    assert_eq!(
        (late.status.as_u16(), &late.json()["pointer"]),
        (422, &json!("/screening_id"))
    );
    let old = [
        CLEARED[0],
        CLEARED[1],
        ("screening_id", screening["id"].as_str().unwrap()),
    ];
    let late = form(&app, &cookie, &path(&screening, "decide"), &old).await;
    assert_eq!(late.status, 422);
    form(&app, &cookie, &path(&screening, "decide"), &CLEARED).await;
    assert!(!page(&app, &cookie, &screening).await.contains("Open since"));
}

#[tokio::test]
async fn in_a_contested_case_the_barred_and_programs_decide_no_finding_either() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let explained =
        json!({"outcome": "explained", "reason": "A number of the family.", "rule": "x.phone"});
    let done = decide(&app, &screening, explained.clone()).await;
    assert_eq!(done.status, 201, "{}", done.text);
    let first = recruiter(&app).await;
    form(&app, &first, &path(&screening, "decide"), &CLEARED).await;
    let done = form(&app, &app.cookie, &path(&screening, "contest"), &CONTEST).await;
    assert!(location(&done).contains("done=contested"), "{}", done.text);
    let api = decide(&app, &screening, explained).await;
    assert_eq!(
        (api.status.as_u16(), &api.json()["pointer"]),
        (422, &json!("/by"))
    );
    let (finding,): (String,) =
        telltale::db::sql("select id from decided_findings where rule = 'x.phone'")
            .one(&app.app.db)
            .await
            .unwrap();
    let fields = [
        ("rule", "x.phone"),
        ("finding", finding.as_str()),
        ("reason", "No such number there."),
    ];
    let refused = form(&app, &first, &path(&screening, "take-back"), &fields).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("You made the decision")
            && refused
                .text
                .contains("readonly>No such number there.</textarea>"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn who_has_seen_a_contested_decision_does_not_decide_again() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let (first, reader, fresh) = (
        recruiter(&app).await,
        recruiter(&app).await,
        recruiter(&app).await,
    );
    let none = form(&app, &first, &path(&screening, "contest"), &CONTEST).await;
    assert_eq!(none.status, 422, "nothing was decided");
    form(&app, &first, &path(&screening, "decide"), &CLEARED).await;
    read(&app, &reader, &screening).await;
    let nothing = form(
        &app,
        &reader,
        &path(&screening, "contest"),
        &[("said", " "), ("channel", "email")],
    )
    .await;
    assert_eq!(nothing.status, 422);
    let done = form(&app, &app.cookie, &path(&screening, "contest"), &CONTEST).await;
    assert!(location(&done).contains("done=contested"), "{}", done.text);
    for (cookie, why) in [
        (&first, "You made the decision that the candidate contests"),
        (&reader, "You saw the decision that the candidate contests"),
        (&app.cookie, "wrote down the contest"),
    ] {
        let shown = page(&app, cookie, &screening).await;
        assert!(
            shown.contains(why) && !shown.contains("What you made of the whole"),
            "{why}"
        );
        let refused = form(&app, cookie, &path(&screening, "decide"), &CLEARED).await;
        assert_eq!(refused.status, 422, "{why}");
    }
    let api = decide(
        &app,
        &screening,
        json!({"outcome": "cleared", "reason": "Spoke with him."}),
    )
    .await;
    assert_eq!(
        (api.status.as_u16(), &api.json()["pointer"]),
        (422, &json!("/by"))
    );
    read(&app, &fresh, &screening).await;
    let shown = page(&app, &fresh, &screening).await;
    assert!(
        shown.contains("That number was never mine.")
            && shown.contains("What you made of the whole")
    );
    assert!(
        !shown.contains("Spoke with him on video."),
        "the first decision is not shown"
    );
    let done = form(
        &app,
        &fresh,
        &path(&screening, "decide"),
        &[
            ("outcome", "explained"),
            ("reason", "A number of the family."),
        ],
    )
    .await;
    assert!(location(&done).contains("done=decided"), "{}", done.text);
    let shown = page(&app, &fresh, &screening).await;
    assert!(
        shown.contains("Spoke with him on video.") && shown.contains("Contested by the candidate")
    );
}

#[tokio::test]
async fn who_took_the_decision_out_elsewhere_has_seen_it() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let first = recruiter(&app).await;
    let admin = || sign_in(&app.app, Role::Admin);
    let (person, sheet, other) = (admin().await, admin().await, admin().await);
    form(&app, &first, &path(&screening, "decide"), &CLEARED).await;
    for (cookie, from) in [
        (&person, path(&screening, "person.json")),
        (&sheet, "/reports/decisions.csv".to_owned()),
        (&other, "/reports/findings.csv".to_owned()),
    ] {
        let answer = app.get_as(cookie, &from).await;
        assert_eq!(answer.status, 200, "{from}");
    }
    form(&app, &app.cookie, &path(&screening, "contest"), &CONTEST).await;
    for cookie in [&person, &sheet] {
        let refused = form(&app, cookie, &path(&screening, "decide"), &CLEARED).await;
        assert_eq!(refused.status, 422);
        assert!(
            refused.text.contains("You saw the decision"),
            "{}",
            refused.text
        );
    }
    let done = form(&app, &other, &path(&screening, "decide"), &CLEARED).await;
    assert_eq!(done.status, 303, "{}", done.text);
}

#[tokio::test]
async fn a_contest_follows_the_decision_and_there_is_one_at_a_time() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let first = recruiter(&app).await;
    form(&app, &first, &path(&screening, "decide"), &CLEARED).await;
    for day in ["2026-05-30", "-009999-01-01", "2026-06-03", "2026-02-30"] {
        let wrong = [CONTEST[0], CONTEST[1], ("said_on", day)];
        let refused = form(&app, &first, &path(&screening, "contest"), &wrong).await;
        assert_eq!(refused.status, 422, "{day}");
        assert!(refused.text.contains("The day "), "{day}");
    }
    let done = form(&app, &first, &path(&screening, "contest"), &CONTEST).await;
    assert_eq!(done.status, 303);
    assert!(
        !page(&app, &first, &screening)
            .await
            .contains("The candidate contests this")
    );
    let twice = form(&app, &first, &path(&screening, "contest"), &CONTEST).await;
    assert_eq!(twice.status, 422);
    assert!(
        twice.text.contains("the first is not decided yet"),
        "{}",
        twice.text
    );
    let fresh = recruiter(&app).await;
    let done = form(&app, &fresh, &path(&screening, "decide"), &CLEARED).await;
    assert_eq!(done.status, 303, "{}", done.text);
}

#[tokio::test]
async fn a_barred_reviewer_is_told_who_may_decide() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let first = recruiter(&app).await;
    form(&app, &first, &path(&screening, "decide"), &CLEARED).await;
    form(&app, &app.cookie, &path(&screening, "contest"), &CONTEST).await;
    let shown = page(&app, &first, &screening).await;
    assert!(
        shown.contains("Nobody is left who has not seen it"),
        "{shown}"
    );
    recruiter(&app).await;
    let shown = page(&app, &first, &screening).await;
    assert!(
        shown.contains("It can be decided by <bdi>recruiter-"),
        "{shown}"
    );
}

/// Opens a candidate's page as somebody, as the log has it.
async fn read(app: &TestApp, cookie: &str, screening: &Value) {
    page(app, cookie, screening).await;
    let token = cookie.split_once('=').unwrap().1;
    let found = telltale::access::sign_in::find(&app.app, token)
        .await
        .unwrap()
        .unwrap();
    let object = audit::candidate(&CandidateId(id(screening).to_owned()));
    let who = Actor::from(&found.user);
    audit::note(&app.app, &who, Action::CandidateRead, &object, &Value::Null)
        .await
        .unwrap();
}

#[tokio::test]
async fn blind_review_shows_no_name_profile_or_school_until_the_decision() {
    let app = TestApp::start().await;
    let text = format!(
        "Zebulon Quartermaine\nzebulon.q@example.org | linkedin.com/in/zeb-quarter\n{TEXT}\n\nEDUCATION\n\
        B.S. Nursing, Fernwood Polytechnic College, 2012 to 2016\n"
    );
    somebody(&app, "1", "Maria Lopez", Some(TEXT)).await;
    let record = json!({"external_id": "quartermaine-2", "source": "greenhouse", "name": "Zebulon Quartermaine",
        "emails": ["zebulon.q@example.org"], "links": ["https://www.linkedin.com/in/zeb-quarter"],
        "education": [{"institution": "Fernwood Polytechnic College", "area": "Nursing", "study_type": "Bachelor"}],
        "phones": ["(212) 736-5000"], "resume_text": text});
    let screening = app.screen(record.clone()).await;
    app.settle().await;
    let cookie = recruiter(&app).await;
    let hidden = [
        "Zebulon",
        "Quartermaine",
        "zeb-quarter",
        "zebulon.q",
        "Fernwood",
        "Polytechnic",
        "Maria",
        "Lopez",
    ];
    let shown = page(&app, &cookie, &screening).await;
    for value in hidden {
        assert!(
            shown.contains(value),
            "{value} is shown while reviews are not blind"
        );
    }
    let blind = procedure::with(&[("blind", "on"), ("opens_at", "ask")]);
    form(&app, &app.cookie, "/procedure", &blind).await;
    app.screen(record).await;
    let shown = page(&app, &cookie, &screening).await.to_lowercase();
    for value in hidden {
        assert!(!shown.contains(&value.to_lowercase()), "{value} in {shown}");
    }
    assert!(
        shown.contains("freight ledger") && shown.contains("example.org"),
        "the rest is shown"
    );
    let auditor = sign_in(&app.app, Role::Auditor).await;
    assert!(
        page(&app, &auditor, &screening)
            .await
            .contains("Quartermaine"),
        "who decides nothing sees it"
    );
    // Nor is it told by the reason of a hold, or by all that is kept.
    let held = [("reason", "Zebulon sues us.")];
    form(&app, &app.cookie, &path(&screening, "hold"), &held).await;
    let shown = page(&app, &app.cookie, &screening).await;
    assert!(shown.contains("A legal hold stands") && !shown.contains("Zebulon"));
    let person = app
        .get_as(&app.cookie, &path(&screening, "person.json"))
        .await;
    assert_eq!(person.status, 409, "{}", person.text);
    let wrong = form(
        &app,
        &cookie,
        &path(&screening, "decide"),
        &[("outcome", "cleared"), ("reason", "no")],
    )
    .await;
    assert_eq!(wrong.status, 422);
    assert!(
        !wrong.text.contains("Quartermaine"),
        "nor does a form that is refused tell it"
    );
    let done = form(&app, &cookie, &path(&screening, "decide"), &CLEARED).await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(
        page(&app, &cookie, &screening)
            .await
            .contains("Quartermaine")
    );
}

#[tokio::test]
async fn blind_review_names_nobody_in_queue_ring_relations_and_workers() {
    let app = TestApp::start().await;
    let first = somebody(&app, "lopez-1", "Maria Lopez", Some(TEXT)).await;
    let mut record = json!({"external_id": "quartermaine-2", "source": "greenhouse",
        "name": "Zebulon Quartermaine", "emails": ["zebulon.q@example.org"],
        "phones": ["(212) 736-5000"], "resume_text": TEXT});
    let second = app.screen(record.clone()).await;
    record["external_id"] = json!("3");
    record["name"] = json!("Ngozi Okafor");
    app.screen(record).await;
    app.settle().await;
    let worker = json!({"source": "greenhouse", "external_id": "quartermaine-2", "worker_id": "w-1",
        "device_ids": ["LT-1"]});
    app.post("/api/v1/onboardings", worker.to_string()).await;
    let rings = app.get("/api/v1/rings").await.json();
    let ring = format!("/rings/{}", rings["items"][0]["id"].as_str().unwrap());
    let investigator = investigator(&app).await;
    let candidate = format!("/candidates/{}", id(&first));
    let pages = ["/", &ring, &candidate, "/workers", "/workers/w-1"];
    for path in pages {
        let shown = app.get_as(&investigator, path).await;
        assert_eq!(shown.status, 200, "{path}");
        assert!(
            shown.text.contains("Quartermaine"),
            "{path}: {}",
            shown.text
        );
    }
    let blind = procedure::with(&[("blind", "on"), ("opens_at", "ask")]);
    form(&app, &app.cookie, "/procedure", &blind).await;
    telltale::db::sql(
        "insert into cases (id, candidate_id, next_step, opened_at, due_at) \
         select 'case-' || id, id, 'ask', 0, 0 from candidates where true on conflict do nothing",
    )
    .execute(&app.app.db)
    .await
    .unwrap();
    for path in pages {
        let shown = app.get_as(&investigator, path).await.text.to_lowercase();
        for name in [
            "zebulon",
            "quartermaine",
            "ngozi",
            "okafor",
            "maria",
            "lopez",
        ] {
            assert!(!shown.contains(name), "{name} in {path}: {shown}");
        }
    }
    let tail = &id(&second)[id(&second).len() - 8..];
    let queue = app.get_as(&investigator, "/").await.text;
    assert!(queue.contains(tail), "{queue}");
    for (sought, found) in [
        ("Quartermaine", false),
        ("zebulon.q%40example.org", false),
        ("quartermaine-2", true),
        ("2127365000", true),
    ] {
        let path = format!("/?q={sought}");
        let queue = app.get_as(&investigator, &path).await.text;
        assert_eq!(queue.contains(tail), found, "{sought}: {queue}");
    }
    let auditor = sign_in(&app.app, Role::Auditor).await;
    let queue = app.get_as(&auditor, "/?q=Quartermaine").await.text;
    assert!(
        queue.contains("Zebulon Quartermaine"),
        "who decides nothing sees it"
    );
    let done = form(&app, &investigator, &path(&first, "decide"), &CLEARED).await;
    assert_eq!(done.status, 303, "{}", done.text);
    let shown = page(&app, &investigator, &first).await;
    assert!(shown.contains("Maria Lopez") && shown.contains("name hidden"));
    assert!(
        !shown.contains("Quartermaine"),
        "others stay hidden: {shown}"
    );
    form(&app, &investigator, &path(&second, "decide"), &CLEARED).await;
    let queue = app.get_as(&investigator, "/").await.text;
    assert!(
        queue.contains("Zebulon Quartermaine"),
        "decided, it is shown"
    );
}
