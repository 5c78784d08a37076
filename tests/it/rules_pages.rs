//! Rules for people: how they do, switches that one proposes and another approves, and trials.

use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use serde_json::json;
use telltale::access::Role;
use telltale::audit::Entry;
use telltale::backtest::{self, Trial};
use telltale::db::sql;
use telltale::rules::{Ruleset, Status, schema};
use telltale::store::rulesets;
use telltale::{hits, rule_changes, screening};

use crate::common::{TestApp, rules, sign_in};

const RULE: &str = "phone.nanp_invalid";

/// A record on which the rule fires.
fn record(id: &str) -> serde_json::Value {
    json!({"external_id": id, "name": "Ada Example", "phones": ["(212) 911-5000"]})
}

/// What each has to say, as the audit log tells it: action and detail.
async fn told(app: &TestApp) -> Vec<Entry> {
    sql("select seq, at, who_kind, who_id, who_name, action, object, detail, hash, seal from audit_log \
         where object = 'rule:phone.nanp_invalid' order by seq")
    .all(&app.app.db)
    .await
    .unwrap()
}

/// The id of the proposal that waits.
async fn waiting(app: &TestApp) -> String {
    let waiting = telltale::store::rule_changes::waiting(&app.app.db).await;
    waiting.unwrap().remove(0).id
}

#[tokio::test]
async fn a_switch_is_proposed_by_one_and_approved_by_another() {
    let app = TestApp::start().await;
    let investigator = sign_in(&app.app, Role::Investigator).await;
    let before = app.screen(record("A-1")).await;
    assert!(rules(&before).contains(&RULE));
    let page = app.get_as(&investigator, &format!("/rules/{RULE}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text
            .contains("action=\"/rules/phone.nanp_invalid/propose\"")
    );

    let propose = format!("/rules/{RULE}/propose");
    let nothing = app
        .post_as(&investigator, &propose, "to=off&reason=+")
        .await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        nothing.text.contains("The reason is missing"),
        "{}",
        nothing.text
    );
    let same = app
        .post_as(&investigator, &propose, "to=active&reason=why")
        .await;
    assert!(same.text.contains("is so already"), "{}", same.text);
    assert!(
        same.text.contains(">why</textarea>"),
        "what was typed is kept"
    );
    let word = app
        .post_as(&investigator, &propose, "to=loud&reason=why")
        .await;
    assert_eq!(word.status, StatusCode::UNPROCESSABLE_ENTITY);
    let done = app
        .post_as(&investigator, &propose, "to=shadow&reason=Too+loud+%3Cb%3E")
        .await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let twice = app
        .post_as(&investigator, &propose, "to=off&reason=why")
        .await;
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert!(
        twice
            .text
            .contains("A change of this rule waits for an answer already.")
            && twice.text.contains("readonly>why</textarea>"),
        "{}",
        twice.text
    );

    let change = waiting(&app).await;
    let answer = format!("/rules/{RULE}/answer");
    let approve = format!("change={change}&answer=approve");
    let own = app.post_as(&investigator, &answer, &approve).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    let page = app.get(&format!("/rules/{RULE}")).await;
    assert!(page.text.contains("A change waits for an answer"));
    assert!(page.text.contains("Too loud &#60;b&#62;"), "escaped");
    let list = app.get("/rules?status=waiting").await;
    assert!(list.text.contains("proposed: shadow"));
    assert!(
        !list.text.contains("email.name_conflict"),
        "the others are left out"
    );

    let digest = app.app.rules.current().digest().to_owned();
    let done = app.post_as(&app.cookie, &answer, &approve).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    let again = format!("{approve}&note=Seen+it.");
    let again = app.post_as(&app.cookie, &answer, &again).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "it was answered");
    assert!(
        again.text.contains("This proposal was answered already.")
            && again.text.contains("readonly>Seen it.</textarea>"),
        "{}",
        again.text
    );
    let now = app.app.rules.current();
    assert_eq!(now.rule(RULE).unwrap().status, Status::Shadow);
    assert_ne!(now.digest(), digest);

    let after = app.screen(record("A-2")).await;
    assert!(
        !rules(&after).contains(&RULE),
        "it is recorded and does not count"
    );
    assert_eq!(after["ruleset"], now.digest());
    let files = rulesets::files(&app.app.db, now.digest()).await.unwrap();
    let kept = Ruleset::from_texts(files.unwrap(), &schema::SHIPPED).unwrap();
    assert_eq!(kept.digest(), now.digest());
    assert_eq!(kept.rule(RULE).unwrap().status, Status::Shadow);

    let page = app.get(&format!("/rules/{RULE}")).await;
    assert!(page.text.contains("A switch stands"));
    assert!(page.text.contains("approved by"));
    let log = told(&app).await;
    let actions: Vec<_> = log.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["rule.proposed", "rule.answered"]);
    assert!(
        log[1].detail.contains("\"alone\":false"),
        "{}",
        log[1].detail
    );
    assert!(!log[0].detail.contains("loud"), "the log holds no text");

    // Back to what the file says.
    app.post_as(&investigator, &propose, "to=file&reason=It+was+better")
        .await;
    let change = waiting(&app).await;
    let decline = format!("change={change}&answer=decline&note=");
    let mute = app.post_as(&app.cookie, &answer, &decline).await;
    assert!(mute.text.contains("The note is missing"), "{}", mute.text);
    let approve = format!("change={change}&answer=approve&again=1");
    app.post_as(&app.cookie, &answer, &approve).await;
    assert_eq!(app.app.rules.current().digest(), digest);
}

#[tokio::test]
async fn nobody_approves_their_own_unless_they_are_alone() {
    let app = TestApp::start().await;
    let propose = format!("/rules/{RULE}/propose");
    let answer = format!("/rules/{RULE}/answer");
    let other = sign_in(&app.app, Role::Admin).await;
    app.post_as(&app.cookie, &propose, "to=off&reason=why")
        .await;
    let change = waiting(&app).await;
    let approve = format!("change={change}&answer=approve");
    let own = app.post_as(&app.cookie, &answer, &approve).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        own.text.contains("somebody else who may approve"),
        "{}",
        own.text
    );
    let elsewhere = app
        .post_as(&other, "/rules/email.name_conflict/answer", &approve)
        .await;
    assert_eq!(
        elsewhere.status,
        StatusCode::NOT_FOUND,
        "it is of another rule"
    );
    let not_theirs = app
        .post_as(
            &other,
            &format!("/rules/{RULE}/withdraw"),
            &format!("change={change}"),
        )
        .await;
    assert_eq!(not_theirs.status, StatusCode::UNPROCESSABLE_ENTITY);
    sql("update users set disabled_at = 1 where email <> (select email from users order by created_at, id limit 1)")
        .execute(&app.app.db)
        .await
        .unwrap();
    let shut_out = app.post_as(&app.cookie, &answer, &approve).await;
    assert_eq!(
        shut_out.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "somebody else could when it was proposed"
    );
    let back = app
        .post_as(
            &app.cookie,
            &format!("/rules/{RULE}/withdraw"),
            &format!("change={change}"),
        )
        .await;
    assert_eq!(back.status, StatusCode::SEE_OTHER, "{}", back.text);

    app.post_as(&app.cookie, &propose, "to=off&reason=why")
        .await;
    let approve = format!("change={}&answer=approve", waiting(&app).await);
    let alone = app.post_as(&app.cookie, &answer, &approve).await;
    assert_eq!(alone.status, StatusCode::SEE_OTHER, "{}", alone.text);
    let page = app.get(&format!("/rules/{RULE}")).await;
    assert!(page.text.contains("as nobody else could answer"));
    let log = told(&app).await;
    assert!(log.last().unwrap().detail.contains("\"alone\":true"));
}

#[tokio::test]
async fn a_switch_is_taken_up_by_other_instances_and_after_a_start() {
    let database = std::sync::Arc::new(crate::common::Database::new().await);
    let one = TestApp::on(database.clone()).await;
    let two = TestApp::on(database).await;
    one.post_as(
        &one.cookie,
        &format!("/rules/{RULE}/propose"),
        "to=off&reason=why",
    )
    .await;
    let approve = format!("change={}&answer=approve", waiting(&one).await);
    let answer = format!("/rules/{RULE}/answer");
    let done = two.post_as(&two.cookie, &answer, &approve).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text);
    assert_eq!(
        one.app.rules.current().rule(RULE).unwrap().status,
        Status::Active
    );
    assert!(rule_changes::take_up(&one.app).await.unwrap());
    assert!(!rule_changes::take_up(&one.app).await.unwrap(), "once");
    assert_eq!(
        one.app.rules.current().digest(),
        two.app.rules.current().digest()
    );
}

#[tokio::test]
async fn rules_show_how_they_do() {
    let mut app = TestApp::start().await;
    let one = app.screen(record("A-1")).await;
    let id = one["candidate_id"].as_str().unwrap();
    let decision =
        json!({"outcome": "confirmed", "reason": "Nobody answers there", "by": "Grace Example"});
    let path = format!("/api/v1/candidates/{id}/decisions");
    let decided = app.post(&path, decision.to_string()).await;
    assert!(decided.status.is_success(), "{}", decided.text);
    // What is confirmed counts when somebody signs it.
    let decision = decided.json()["id"].as_str().unwrap().to_owned();
    let form = format!("decision={decision}&action=sign&reason=");
    let signed = app
        .post_as(&app.cookie, &format!("/candidates/{id}/sign"), &form)
        .await;
    assert_eq!(signed.status, StatusCode::SEE_OTHER, "{}", signed.text);
    app.wait(SignedDuration::from_hours(24 * 40));
    app.cookie = sign_in(&app.app, Role::Admin).await;
    app.screen(json!({"external_id": "A-2", "name": "Wei Zhang", "phones": ["(212) 736-5000"]}))
        .await;
    app.screen(record("<b>A-3")).await;
    app.settle().await;
    hits::refresh(&app.app).await.unwrap();
    let figures = hits::current(&app.app).await.unwrap().unwrap();
    let hit = figures.of(RULE);
    assert_eq!(
        (figures.candidates, hit.all, hit.decided, hit.confirmed),
        (3, 2, 1, 1)
    );
    let list = app.get("/rules?order=hits").await;
    assert_eq!(list.status, StatusCode::OK);
    let mut rows = list.text.split("class=\"who\"");
    let first = rows.find(|row| row.contains(RULE)).unwrap();
    assert!(
        first.contains("1 of 1") && first.contains("100 % (21–100 %)"),
        "{first}"
    );
    assert!(list.text.contains("aria-sort=\"descending\""));
    let page = app.get(&format!("/rules/{RULE}")).await;
    assert!(page.text.contains("of 2 of 3 candidates"), "{}", page.text);
    assert!(page.text.contains("and all passed"), "its tests are played");
    assert!(page.text.contains("&#60;b&#62;A-3"), "escaped");
    assert!(page.text.contains(&format!("/candidates/{id}")));
    let history = app.get(&format!("/rules/{RULE}/history")).await;
    assert!(
        history.text.contains("As it was first used"),
        "{}",
        history.text
    );
    for order in ["weight", "month", "quarter", "confirmed", "review", ""] {
        let page = app
            .get(&format!("/rules?order={order}&q=phone&group=phone"))
            .await;
        assert_eq!(page.status, StatusCode::OK, "{order}");
        assert!(!page.text.contains("email.name_conflict"));
    }
    assert_eq!(
        app.get("/rules?order=shoe").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_trial_says_who_would_move_and_saves_nothing() {
    let app = TestApp::start().await;
    let mut applications = telltale::demo::applications(app.app.now());
    applications.truncate(80);
    for result in screening::receive(&app.app, applications).await {
        result.unwrap();
    }
    app.settle().await;
    let current = app.app.rules.current();
    let again = Trial {
        after: current.clone(),
        before: None,
        since: None,
        most: None,
        time: None,
    };
    let same = backtest::run(&app.app.db, &again).await.unwrap();
    assert_eq!(
        (same.screenings, same.moved(), same.scores),
        (80, (0, 0), 0)
    );
    let some = Trial {
        most: Some(30),
        ..again.clone()
    };
    let some = backtest::run(&app.app.db, &some).await.unwrap();
    assert_eq!((some.screenings, some.cut), (30, true));
    let later = Trial {
        since: Some(app.app.now() + SignedDuration::from_hours(1)),
        ..again.clone()
    };
    assert_eq!(
        backtest::run(&app.app.db, &later).await.unwrap().screenings,
        0
    );

    // Without the rule that fired most.
    let most = same.effects.iter().max_by_key(|(_, effect)| effect.after);
    let rule = most.unwrap().0.to_string();
    let off = [(rule.clone(), Status::Off)].into();
    let trial = Trial {
        after: current.switched(&off).unwrap().into(),
        before: Some(current.clone()),
        ..again
    };
    let outcome = backtest::run(&app.app.db, &trial).await.unwrap();
    let effect = outcome.effects[&*rule];
    assert!(effect.lost > 0 && effect.lost == effect.before && effect.after == 0);
    assert_eq!(
        outcome.moves.len() as u64,
        outcome.moved().0 + outcome.moved().1
    );
    let investigator = sign_in(&app.app, Role::Investigator).await;
    let path = format!("/rules/{rule}/backtest?to=off&since=2026-01-01");
    let page = app.get_as(&investigator, &path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        page.text.contains("80 screenings judged again"),
        "{}",
        page.text
    );
    for one in &outcome.moves {
        assert!(
            page.text
                .contains(&format!("/candidates/{}", one.candidate_id))
        );
    }
    assert_eq!(app.app.rules.current().digest(), current.digest());
    for wrong in ["to=loud", "since=yesterday"] {
        let page = app.get(&format!("/rules/{rule}/backtest?{wrong}")).await;
        assert_eq!(page.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
}

/// A form with a file in it.
fn form(text: &str) -> String {
    let encoded: String = text
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect();
    format!("text={encoded}")
}

#[tokio::test]
async fn a_changed_file_is_tried_and_not_saved() {
    let app = TestApp::start().await;
    app.screen(record("A-1")).await;
    let investigator = sign_in(&app.app, Role::Investigator).await;
    let recruiter = sign_in(&app.app, Role::Recruiter).await;
    let path = format!("/rules/{RULE}/try");
    assert_eq!(
        app.get_as(&recruiter, &path).await.status,
        StatusCode::FORBIDDEN
    );
    let current = app.app.rules.current();
    let text = current.texts()[&format!("{RULE}.toml")].clone();
    let page = app.get_as(&investigator, &path).await;
    assert!(page.text.contains("phone.nanp_invalid.toml"));

    let louder = text
        .replace("strength = \"moderate\"", "strength = \"strong\"")
        .replace("weight_db = 6.0", "weight_db = 14.0");
    let page = app.post_as(&investigator, &path, &form(&louder)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    assert!(page.text.contains("The file is fine"));
    assert!(
        page.text
            .contains("1 candidate would have another next step"),
        "{}",
        page.text
    );
    assert_eq!(
        app.app.rules.current().digest(),
        current.digest(),
        "nothing is saved"
    );

    let cases = [
        (text.replace("it.plan", "it.plam"), "line 8"),
        (
            text.replace("it.own &&", "it.nationality == 'x' &&"),
            "nationality",
        ),
        (
            text.replace("id = \"phone.nanp_invalid\"", "id = \"phone.other\""),
            "phone.other",
        ),
        ("<script>".to_owned(), "phone.nanp_invalid.toml"),
        (
            text.replace("it.own &&", &"it.own && ".repeat(300)),
            "line 8",
        ),
        (String::new(), "phone.nanp_invalid.toml"),
    ];
    for (wrong, said) in cases {
        let page = app.post_as(&investigator, &path, &form(&wrong)).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{said}");
        let alert = page.text.split("role=\"alert\"").nth(1).unwrap();
        let alert = alert.split("</div>").next().unwrap();
        assert!(alert.contains(said), "{said}: {alert}");
        assert!(!page.text.contains("<script>"));
    }
    let long = format!("{text}# {}", "x".repeat(64 << 10));
    let page = app.post_as(&investigator, &path, &form(&long)).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(
        page.text.contains("has at most 65536 bytes") && page.text.contains(&"x".repeat(64 << 10)),
        "what was typed is shown again"
    );
    let huge = Request::post(&path)
        .header(header::COOKIE, &investigator)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form(&"x".repeat(1 << 20)).into());
    assert_eq!(
        app.send(huge.unwrap()).await.status,
        StatusCode::PAYLOAD_TOO_LARGE
    );
}
