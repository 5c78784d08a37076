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
