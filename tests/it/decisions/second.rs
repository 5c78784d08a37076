//! What is confirmed waits for a second person.

use super::*;

const CONFIRMED: [(&str, &str); 2] = [
    ("outcome", "confirmed"),
    ("reason", "Two of them met in one room."),
];

fn proposal(page: &str) -> &str {
    let id = page
        .split("name=\"decision\" value=\"")
        .nth(1)
        .unwrap_or_default();
    id.split('"').next().unwrap()
}

#[tokio::test]
async fn a_confirmation_counts_when_somebody_else_has_signed_it() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let (first, second, other) = (
        investigator(&app).await,
        investigator(&app).await,
        recruiter(&app).await,
    );
    let refused = form(&app, &other, &path(&screening, "decide"), &CONFIRMED).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused
            .text
            .contains("The outcome is not for the role recruiter"),
        "{}",
        refused.text
    );
    let done = form(&app, &first, &path(&screening, "decide"), &CONFIRMED).await;
    assert!(
        location(&done).ends_with("?done=proposed#decide"),
        "{}",
        done.text
    );
    let own = page(&app, &first, &screening).await;
    assert!(
        own.contains("Waits for a second person") && own.contains("Open since"),
        "{own}"
    );
    assert_eq!(proposal(&own), "", "nobody signs their own");
    let shown = page(&app, &second, &screening).await;
    let decision = proposal(&shown).to_owned();
    for (cookie, wrong) in [
        (&first, "somebody else must sign"),
        (&other, "is not for the role recruiter"),
    ] {
        let fields = [("decision", decision.as_str()), ("action", "sign")];
        let answer = form(&app, cookie, &path(&screening, "sign"), &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains(wrong), "{wrong}: {}", answer.text);
    }
    // Sent back with a reason, it never counts.
    let fields = [
        ("decision", decision.as_str()),
        ("action", "return"),
        ("reason", ""),
    ];
    assert_eq!(
        form(&app, &second, &path(&screening, "sign"), &fields)
            .await
            .status,
        422
    );
    let fields = [
        ("decision", decision.as_str()),
        ("action", "return"),
        ("reason", "Which room? Please say."),
    ];
    let back = form(&app, &second, &path(&screening, "sign"), &fields).await;
    assert!(location(&back).contains("done=returned"), "{}", back.text);
    let shown = page(&app, &first, &screening).await;
    assert!(
        shown.contains("never counted; proposed by") && shown.contains("Which room? Please say.")
    );
    // Proposed again and signed, it counts and closes the case.
    form(&app, &first, &path(&screening, "decide"), &CONFIRMED).await;
    let shown = page(&app, &second, &screening).await;
    let fields = [("decision", proposal(&shown)), ("action", "sign")];
    let signed = form(&app, &second, &path(&screening, "sign"), &fields).await;
    assert!(location(&signed).contains("done=signed"), "{}", signed.text);
    let shown = page(&app, &first, &screening).await;
    assert!(
        !shown.contains("Open since") && !shown.contains("Waits for a second person"),
        "{shown}"
    );
    let again = form(&app, &second, &path(&screening, "sign"), &fields).await;
    assert_eq!(again.status, 404);
    assert!(
        again.text.contains("This proposal does not wait any more"),
        "{}",
        again.text
    );
}

#[tokio::test]
async fn what_is_signed_decides_nothing_that_was_found_since() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let (first, second) = (investigator(&app).await, investigator(&app).await);
    form(&app, &first, &path(&screening, "decide"), &CONFIRMED).await;
    further(&app, &screening).await;
    let shown = page(&app, &second, &screening).await;
    let fields = [("decision", proposal(&shown)), ("action", "sign")];
    let signed = form(&app, &second, &path(&screening, "sign"), &fields).await;
    assert!(location(&signed).contains("done=signed"), "{}", signed.text);
    let told = app.get_as(&second, location(&signed)).await.text;
    assert!(
        told.contains("the case stays open for what was found since")
            && told.contains("Open since"),
        "{told}"
    );
    assert_eq!(decided(&app, &screening).await, None);
}

#[tokio::test]
async fn over_the_api_it_is_proposed_and_told_when_it_is_signed() {
    let (app, endpoint) = (
        TestApp::start().await,
        crate::receiver::Receiver::start(|_, _| crate::receiver::json(200, &json!({}))).await,
    );
    let only = telltale::outlets::endpoints::New {
        events: vec![telltale::outlets::message::Kind::DecisionMade],
        ..crate::outlets::new(
            telltale::outlets::endpoints::Kind::Webhook,
            &endpoint.origin,
        )
    };
    telltale::outlets::endpoints::add(&app.app, &telltale::audit::Actor::system("test"), only)
        .await
        .unwrap();
    let screening = flagged(&app).await;
    let said = json!({"outcome": "confirmed", "reason": "Two of them met in one room."});
    let answer = decide(&app, &screening, said.clone()).await;
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["state"]),
        (201, &json!("proposed"))
    );
    app.work_off().await;
    assert!(
        endpoint.asked().is_empty(),
        "what is only proposed is not told"
    );
    let cookie = investigator(&app).await;
    let shown = page(&app, &cookie, &screening).await;
    let fields = [("decision", proposal(&shown)), ("action", "sign")];
    form(&app, &cookie, &path(&screening, "sign"), &fields).await;
    app.work_off().await;
    let told = endpoint.asked().remove(0).json();
    assert_eq!(told["data"]["outcome"], "confirmed");
    // Without a second person it counts at once.
    let mut form_fields = procedure::fields();
    form_fields.retain(|(field, _)| *field != "second_person");
    let changed = form(&app, &app.cookie, "/procedure", &form_fields).await;
    assert_eq!(
        location(&changed),
        "/procedure?done=changed",
        "{}",
        changed.text
    );
    let answer = decide(&app, &screening, said).await.json();
    assert_eq!(answer["state"], "signed");
    assert_ne!(answer["procedure"], "default");
}

#[tokio::test]
async fn nobody_signs_what_a_program_proposed_in_their_name() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let first = investigator(&app).await;
    let (email,): (String,) =
        telltale::db::sql("select email from users where role = 'investigator'")
            .one(&app.app.db)
            .await
            .unwrap();
    let said =
        json!({"outcome": "confirmed", "reason": "Two of them met.", "by": email.to_uppercase()});
    let api = format!("/api/v1/candidates/{}/decisions", id(&screening));
    let proposed = app.post(&api, said.to_string()).await;
    assert_eq!(proposed.json()["state"], "proposed", "{}", proposed.text);
    let fields = [
        (
            "decision",
            proposed.json()["id"].as_str().unwrap().to_owned(),
        ),
        ("action", "sign".to_owned()),
    ];
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let own = form(&app, &first, &path(&screening, "sign"), &fields).await;
    assert_eq!(own.status, 422);
    assert!(own.text.contains("somebody else must sign"), "{}", own.text);
    let second = investigator(&app).await;
    let signed = form(&app, &second, &path(&screening, "sign"), &fields).await;
    assert_eq!(signed.status, 303, "{}", signed.text);
}

#[tokio::test]
async fn who_decides_from_an_old_page_is_told_that_somebody_was_faster() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let (first, second) = (investigator(&app).await, investigator(&app).await);
    let cleared = [
        ("outcome", "cleared"),
        ("reason", "Spoke with him."),
        ("after", ""),
    ];
    let done = form(&app, &first, &path(&screening, "decide"), &cleared).await;
    assert_eq!(done.status, 303, "{}", done.text);
    for cookie in [&first, &second] {
        let late = form(&app, cookie, &path(&screening, "decide"), &cleared).await;
        assert_eq!(late.status, 409);
        assert!(
            late.text
                .contains("Somebody has decided since this page was opened")
                && late.text.contains("Spoke with him.</textarea>"),
            "{}",
            late.text
        );
    }
    let none = [
        ("outcome", "cleared"),
        ("reason", "Spoke with him."),
        ("screening_id", ""),
    ];
    let blind = form(&app, &second, &path(&screening, "decide"), &none).await;
    assert_eq!(blind.status, 422, "nobody knows what was looked at");
}

#[tokio::test]
async fn a_signature_and_a_decision_at_once_leave_one_state() {
    for _ in 0..3 {
        let app = TestApp::start().await;
        let screening = flagged(&app).await;
        let (first, second, third) = (
            investigator(&app).await,
            investigator(&app).await,
            recruiter(&app).await,
        );
        form(&app, &first, &path(&screening, "decide"), &CONFIRMED).await;
        let shown = page(&app, &second, &screening).await;
        let signs = [("decision", proposal(&shown)), ("action", "sign")];
        let clears = [("outcome", "cleared"), ("reason", "Spoke with him.")];
        let (sign, decide) = (path(&screening, "sign"), path(&screening, "decide"));
        let (signed, cleared) = tokio::join!(
            form(&app, &second, &sign, &signs),
            form(&app, &third, &decide, &clears),
        );
        assert!(
            matches!(
                (signed.status.as_u16(), cleared.status.as_u16()),
                (303, 303 | 409) | (404, 303)
            ),
            "{} {}",
            signed.text,
            cleared.text
        );
        let all = store::decisions::of(&app.app.db, &CandidateId(id(&screening).to_owned())).await;
        let all = all.unwrap();
        let stands = decisions::standing(&all).unwrap();
        assert_eq!(
            decided(&app, &screening).await.as_deref(),
            Some(stands.outcome.word()),
            "{all:?}"
        );
    }
}

#[tokio::test]
async fn what_nobody_sees_is_no_reason_and_nobodys_name() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let first = recruiter(&app).await;
    for unseen in ["\u{200b}", "\u{2060}", "\u{3164}"] {
        let reason = unseen.repeat(20);
        let fields = [("outcome", "cleared"), ("reason", reason.as_str())];
        let refused = form(&app, &first, &path(&screening, "decide"), &fields).await;
        assert_eq!(refused.status, 422, "{unseen:?}");
    }
    let api = format!("/api/v1/candidates/{}/decisions", id(&screening));
    let said = json!({"outcome": "cleared", "reason": "Spoke with him.", "by": "\u{202e}\u{200b}"});
    let refused = app.post(&api, said.to_string()).await;
    assert_eq!(
        (refused.status.as_u16(), &refused.json()["pointer"]),
        (422, &json!("/by"))
    );
}
