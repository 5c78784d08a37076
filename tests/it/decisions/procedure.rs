//! How decisions are made is a setting, obeyed and printed.

use super::*;

/// The form of the procedure as it is filled in before anybody changed it.
pub fn fields() -> Vec<(&'static str, &'static str)> {
    vec![
        ("opens_at", "verify"),
        ("clock_days", "5"),
        ("note_min", "10"),
        ("clear_recruiter", "on"),
        ("clear_investigator", "on"),
        ("clear_admin", "on"),
        ("confirm_investigator", "on"),
        ("confirm_admin", "on"),
        ("second_person", "on"),
        ("fresh_eyes", "on"),
    ]
}

/// The same with other values.
pub fn with(changes: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut fields = fields();
    fields.retain(|(field, _)| !changes.iter().any(|(changed, _)| changed == field));
    fields.extend_from_slice(changes);
    fields
}

#[tokio::test]
async fn who_may_change_it_does_and_all_of_it_is_kept() {
    let app = TestApp::start().await;
    let auditor = sign_in(&app.app, Role::Auditor).await;
    let shown = app.get_as(&auditor, "/procedure").await.text;
    assert!(
        shown.contains("A case opens at “Verify identity”")
            && !shown.contains("<form class=\"form\""),
        "{shown}"
    );
    let refused = form(&app, &auditor, "/procedure", &fields()).await;
    assert_eq!(refused.status, 403);
    for (changes, wrong) in [
        (
            &[("opens_at", "none")][..],
            "would make a case of everybody",
        ),
        (&[("clock_days", "0")], "is 1 to 365 days"),
        (&[("note_min", "x")], "is 1 to 500 characters"),
        (
            &[("confirm_investigator", ""), ("confirm_admin", "")],
            "leaves nobody who could decide",
        ),
    ] {
        let answer = form(&app, &app.cookie, "/procedure", &with(changes)).await;
        assert_eq!(answer.status, 422, "{changes:?}");
        assert!(answer.text.contains(wrong), "{wrong}: {}", answer.text);
    }
    let changed = with(&[("note_min", "30"), ("clear_recruiter", "")]);
    let answer = form(&app, &app.cookie, "/procedure", &changed).await;
    assert_eq!(
        location(&answer),
        "/procedure?done=changed",
        "{}",
        answer.text
    );
    let shown = app.get_as(&auditor, "/procedure").await.text;
    assert!(
        shown.contains("30 characters at least") && shown.contains("1 character at least"),
        "{shown}"
    );
    let screening = flagged(&app).await;
    let short = json!({"outcome": "cleared", "reason": "A number of the family."});
    assert_eq!(decide(&app, &screening, short).await.status, 422);
    let long = json!({"outcome": "cleared", "reason": "A number of the family, as she told on the phone."});
    let answer = decide(&app, &screening, long).await.json();
    let (detail,): (String,) =
        telltale::db::sql("select detail from audit_log where action = 'candidate.decided'")
            .one(&app.app.db)
            .await
            .unwrap();
    assert!(
        detail.contains(answer["procedure"].as_str().unwrap()),
        "{detail}"
    );
    assert!(
        !detail.contains("phone"),
        "what was written stays out of the log"
    );
    let recruiter = recruiter(&app).await;
    let fields = [
        ("outcome", "cleared"),
        (
            "reason",
            "A number of the family, as she told on the phone.",
        ),
    ];
    let refused = form(&app, &recruiter, &path(&screening, "decide"), &fields).await;
    assert_eq!(refused.status, 422);
    assert!(
        !page(&app, &recruiter, &screening)
            .await
            .contains("What you made of the whole")
    );
}

#[tokio::test]
async fn agreement_is_counted() {
    let app = TestApp::start().await;
    let screening = flagged(&app).await;
    let empty = app.get("/procedure/agreement").await.text;
    assert!(
        empty.contains("No case has been judged by two people yet."),
        "{empty}"
    );
    let reason = ("reason", "A number of the family.");
    for (cookie, outcome) in [
        (recruiter(&app).await, "cleared"),
        (investigator(&app).await, "confirmed"),
    ] {
        app.wait(jiff::SignedDuration::from_secs(1));
        let fields = [("outcome", outcome), reason];
        let done = form(&app, &cookie, &path(&screening, "decide"), &fields).await;
        assert_eq!(done.status, 303, "{}", done.text);
    }
    let shown = app.get("/procedure/agreement").await.text;
    assert!(
        shown.contains("Two people judged 1 case, and said the same of 0."),
        "{shown}"
    );
    assert!(
        shown.contains("x.phone") && shown.contains("0 % (0–79 %)"),
        "{shown}"
    );
}
