//! One finding explained, on the page and over the API.

use serde_json::json;
use telltale::audit::chain;

use super::*;

const RULE: &str = "x.phone";

#[tokio::test]
async fn what_is_explained_counts_nothing_at_once_and_everywhere() {
    let app = TestApp::start().await;
    let before = flagged(&app).await;
    let said = json!({"outcome": "explained", "reason": "A number of the family.", "rule": RULE});
    let answer = decide(&app, &before, said).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let decided = answer.json();
    assert_eq!(
        (&decided["rule"], &decided["state"]),
        (&json!(RULE), &json!("signed"))
    );
    assert_eq!(decided["procedure"], "default");
    let after = app.latest(&before).await;
    let finding = of(&after, RULE);
    assert_eq!(finding["counted_db"], 0.0);
    assert_eq!(finding["explained"]["by"], "Dana Reed");
    assert_eq!(finding["explained"]["reason"], "A number of the family.");
    assert!(score(&after) < score(&before), "{after}");
    let counted = after["findings"].as_array().unwrap().iter();
    let counted: f64 = counted.map(|one| one["counted_db"].as_f64().unwrap()).sum();
    assert!((score(&after) - after["prior_db"].as_f64().unwrap() - counted).abs() < 1e-9);
    let shown = page(&app, &app.cookie, &before).await;
    for told in [
        "Explained: it counts nothing",
        "A number of the family.",
        "Take it back",
    ] {
        assert!(shown.contains(told), "{told}");
    }
    let path = "/api/v1/candidates?external_id=2";
    let listed = app.get(path).await.json();
    assert_eq!(
        listed["items"][0]["score_db"], after["score_db"],
        "{listed}"
    );
    // Screening again changes nothing.
    app.settle().await;
    assert_eq!(app.latest(&before).await["id"], after["id"]);
}

#[tokio::test]
async fn only_what_was_explained_is() {
    let app = TestApp::start().await;
    let first = flagged(&app).await;
    let said = json!({"outcome": "explained", "reason": "A number of the family.", "rule": RULE});
    assert_eq!(decide(&app, &first, said.clone()).await.status, 201);
    let explained = app.latest(&first).await;
    // Said again, or of what is no more, it is refused.
    let again = decide(&app, &first, said.clone()).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["pointer"]),
        (422, &json!("/rule"))
    );
    assert!(again.text.contains("explained already"), "{}", again.text);
    let other = decide(
        &app,
        &first,
        json!({"outcome": "explained", "reason": "A number of the family.", "rule": "x.email"}),
    )
    .await;
    assert_eq!(other.status, 422);
    assert!(
        other.text.contains("no finding in this screening"),
        "{}",
        other.text
    );
    let confirmed = json!({"outcome": "confirmed", "reason": "Two of them met.", "rule": RULE});
    let confirmed = decide(&app, &first, confirmed).await;
    assert_eq!(confirmed.status, 422);
    assert!(
        confirmed.text.contains("take the explanation back first"),
        "{}",
        confirmed.text
    );
    // A further person with the number makes another finding.
    let third = further(&app, &first).await;
    let finding = of(&third, RULE);
    assert!(finding["counted_db"].as_f64().unwrap() > 0.0, "{third}");
    assert!(finding["explained"].is_null());
    let message = finding["message"].as_str().unwrap();
    assert!(
        message.contains("Explained before, on other evidence, on 2026"),
        "{message}"
    );
    assert!(
        page(&app, &app.cookie, &first)
            .await
            .contains("Explained before")
    );
    // Whoever still looks at the screening before would explain something they have not seen.
    let mut late = said;
    late["screening_id"] = explained["id"].clone();
    let late = decide(&app, &first, late).await;
    assert_eq!(late.status, 422);
    assert!(
        late.text.contains("rests on other evidence by now"),
        "{}",
        late.text
    );
}

#[tokio::test]
async fn what_is_no_more_found_is_not_explained() {
    let app = TestApp::start().await;
    let before = flagged(&app).await;
    let changed = json!({"external_id": "1", "source": "greenhouse", "name": "Daniel Whitfield", "resume_text": TEXT});
    app.screen(changed).await;
    let erased = app.get("/api/v1/candidates?external_id=1").await.json();
    let other = erased["items"][0]["candidate_id"].as_str().unwrap();
    let gone = axum::http::Request::delete(format!("/api/v1/candidates/{other}"));
    let gone = app.signed(gone).body(axum::body::Body::empty()).unwrap();
    assert_eq!(app.send(gone).await.status, 204);
    app.settle().await;
    assert!(of(&app.latest(&before).await, RULE).is_null());
    let late = json!({"outcome": "explained", "reason": "A number of the family.", "rule": RULE, "screening_id": before["id"]});
    let late = decide(&app, &before, late).await;
    assert_eq!(late.status, 422);
    assert!(
        late.text.contains("the latest screening does not find it"),
        "{}",
        late.text
    );
}

#[tokio::test]
async fn an_explanation_is_given_and_taken_back_on_the_page() {
    let app = TestApp::start().await;
    let before = flagged(&app).await;
    let cookie = recruiter(&app).await;
    let screening = before["id"].as_str().unwrap();
    let fields = |reason| {
        [
            ("rule", RULE),
            ("screening_id", screening),
            ("reason", reason),
        ]
    };
    let asked = super::procedure::with(&[("note_min", "10")]);
    let set = form(&app, &app.cookie, "/procedure", &asked).await;
    assert_eq!(set.status, 303, "{}", set.text);
    let short = form(&app, &cookie, &path(&before, "explain"), &fields("No <b>.")).await;
    assert_eq!(short.status, 422);
    assert!(
        short.text.contains("The reason says too little"),
        "{}",
        short.text
    );
    assert!(
        short.text.contains("No &#60;b&#62;."),
        "what was written is kept"
    );
    let done = form(
        &app,
        &cookie,
        &path(&before, "explain"),
        &fields("A number of the family."),
    )
    .await;
    let to = format!("/candidates/{}?done=explained#decide", id(&before));
    assert_eq!(
        (done.status.as_u16(), location(&done)),
        (303, to.as_str()),
        "{}",
        done.text
    );
    let told = app.get_as(&cookie, &to).await.text;
    assert!(
        told.contains("role=\"status\">Explained. It counts nothing any more. The score is"),
        "{told}"
    );
    assert!(told.contains(", was "), "{told}");
    let taken = told.split("name=\"finding\" value=\"").nth(1).unwrap();
    let taken = taken.split('"').next().unwrap();
    let fields = [
        ("rule", RULE),
        ("finding", taken),
        ("reason", "The family has no such number."),
    ];
    let back = form(&app, &cookie, &path(&before, "take-back"), &fields).await;
    assert!(location(&back).contains("done=taken-back"), "{}", back.text);
    let after = app.latest(&before).await;
    assert!((score(&after) - score(&before)).abs() < 1e-9, "{after}");
    let told = page(&app, &cookie, &before).await;
    for words in [
        "Explanation taken back",
        "The family has no such number.",
        "A number of the family.",
    ] {
        assert!(told.contains(words), "{words}");
    }
    let again = form(&app, &cookie, &path(&before, "take-back"), &fields).await;
    assert_eq!(again.status, 404);
    assert!(
        again
            .text
            .contains("This explanation was taken back already.")
            && again
                .text
                .contains("readonly>The family has no such number.</textarea>"),
        "{}",
        again.text
    );
    let verdict = chain::verify(&app.app).await.unwrap();
    assert_eq!(verdict.broken, None);
}

#[tokio::test]
async fn explaining_the_whole_explains_each_finding() {
    let app = TestApp::start().await;
    let before = flagged(&app).await;
    let cookie = recruiter(&app).await;
    let fields = [
        ("outcome", "explained"),
        ("screening_id", before["id"].as_str().unwrap()),
        ("reason", "They are two names of one person."),
    ];
    let done = form(&app, &cookie, &path(&before, "decide"), &fields).await;
    assert!(
        location(&done).ends_with("?done=decided#decide"),
        "{}",
        done.text
    );
    let after = app.latest(&before).await;
    assert_eq!(step(&after), "none");
    for finding in after["findings"].as_array().unwrap() {
        let against = finding["weight_db"].as_f64().unwrap() > 0.0;
        assert_eq!(finding["explained"].is_object(), against, "{finding}");
    }
    let shown = page(&app, &cookie, &before).await;
    assert!(!shown.contains("Open since"), "the case is closed");
}

#[tokio::test]
async fn a_flagged_candidate_is_explained_and_cleared_in_six_interactions() {
    let app = TestApp::start().await;
    let records = ["Maria Lopez", "Daniel Whitfield"];
    for (n, name) in records.iter().enumerate() {
        somebody(&app, &n.to_string(), name, None).await;
    }
    app.settle().await;
    let listed = app.get("/api/v1/candidates?external_id=1").await.json();
    let id = listed["items"][0]["candidate_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let cookie = recruiter(&app).await;
    // 1: open the candidate; 2: copy the question; 3: unfold; 4: write; 5: explain and clear.
    let shown = app.get_as(&cookie, &format!("/candidates/{id}")).await.text;
    assert!(shown.contains("Explain and clear"), "{shown}");
    let screening = shown
        .split("name=\"screening_id\" value=\"")
        .nth(1)
        .unwrap();
    let screening = screening.split('"').next().unwrap();
    let fields = [
        ("rule", RULE),
        ("screening_id", screening),
        ("reason", "A number of the family."),
        ("action", "clear"),
    ];
    let done = form(&app, &cookie, &format!("/candidates/{id}/explain"), &fields).await;
    assert_eq!(
        location(&done),
        format!("/candidates/{id}?done=cleared#decide"),
        "{}",
        done.text
    );
    let told = app.get_as(&cookie, location(&done)).await.text;
    for words in [
        "Explained and cleared. The score is",
        "Nothing due",
        "Decided: cleared",
    ] {
        assert!(told.contains(words), "{words}");
    }
}

#[tokio::test]
async fn who_is_erased_takes_their_part_of_explanations_along() {
    let app = TestApp::start().await;
    let first = flagged(&app).await;
    let said = json!({"outcome": "explained", "reason": "A number of the family.", "rule": RULE});
    assert_eq!(decide(&app, &first, said).await.status, 201);
    let other = app.get("/api/v1/candidates?external_id=1").await.json();
    let other = other["items"][0]["candidate_id"]
        .as_str()
        .unwrap()
        .to_owned();
    for gone in [&other, id(&first)] {
        let request = axum::http::Request::delete(format!("/api/v1/candidates/{gone}"));
        let request = app.signed(request).body(axum::body::Body::empty()).unwrap();
        assert_eq!(app.send(request).await.status, 204);
        let (named,): (i64,) =
            telltale::db::sql("select count(*) from decided_findings where related like ?")
                .bind(format!("%{other}%"))
                .one(&app.app.db)
                .await
                .unwrap();
        assert_eq!(named, 0);
    }
    for table in ["decided_findings", "decisions", "cases"] {
        let count = match table {
            "decided_findings" => telltale::db::sql("select count(*) from decided_findings"),
            "decisions" => telltale::db::sql("select count(*) from decisions"),
            _ => telltale::db::sql("select count(*) from cases"),
        };
        let (count,): (i64,) = count.one(&app.app.db).await.unwrap();
        assert_eq!(count, 0, "{table}");
    }
    assert_eq!(chain::verify(&app.app).await.unwrap().broken, None);
}
