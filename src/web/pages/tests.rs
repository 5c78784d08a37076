//! What holds for every page.

use askama::Template;

use super::{
    ConnectionsPage, DeliveriesPage, ListsPage, NewOnboardingPage, UnboundPage, WorkersPage, frame,
    intake, queue::QueuePage, rings::RingsPage, samples,
};

/// A frame with somebody who may do everything.
fn admin() -> frame::Frame {
    let user = crate::access::User {
        id: "user-1".to_owned(),
        email: "dana@example.com".to_owned(),
        name: "Dana Reed".to_owned(),
        role: crate::access::Role::Admin,
    };
    frame::Frame {
        user: Some(user),
        ..frame::Frame::default()
    }
}

/// Every page with every kind of data.
fn pages() -> Vec<(&'static str, String)> {
    let mut hostile_queue = samples::queue();
    for row in &mut hostile_queue.rows {
        row.name = Some(samples::hostile());
        row.source = samples::hostile();
        row.external_id = samples::hostile();
    }
    hostile_queue.filter.q = samples::hostile();
    hostile_queue.sources = vec![samples::hostile()];
    let mut nobody = samples::queue();
    nobody.rows.clear();
    nobody.next = None;
    nobody.filter.q = "zzz".to_owned();
    let mut refused = samples::rules();
    refused.refused = vec![samples::refused()];
    vec![
        ("queue", samples::queue().render()),
        ("queue-empty", QueuePage::default().render()),
        ("queue-nobody", nobody.render()),
        ("queue-hostile", hostile_queue.render()),
        ("candidate", samples::candidate().render()),
        (
            "candidate-admin",
            frame::within_at_once(admin(), || samples::candidate().render()),
        ),
        (
            "candidate-hostile-admin",
            frame::within_at_once(admin(), || samples::hostile_candidate().render()),
        ),
        ("candidate-quiet", samples::quiet_candidate().render()),
        ("candidate-hostile", samples::hostile_candidate().render()),
        ("versions", samples::versions().render()),
        ("versions-alone", samples::versions_alone().render()),
        ("versions-hostile", samples::hostile_versions().render()),
        ("connections", samples::connections().render()),
        ("connections-empty", ConnectionsPage::default().render()),
        ("connections-choose", samples::choose().render()),
        ("connections-new", samples::new_connection().render()),
        ("connection", samples::connection().render()),
        ("connection-made", samples::made_connection().render()),
        ("connection-hostile", samples::hostile_connection().render()),
        ("endpoint", samples::endpoint().render()),
        ("endpoint-hostile", samples::hostile_endpoint().render()),
        ("endpoint-new", samples::new_endpoint().render()),
        ("deliveries", samples::deliveries().render()),
        ("deliveries-empty", DeliveriesPage::default().render()),
        ("deliveries-hostile", samples::hostile_deliveries().render()),
        ("delivery", samples::delivery().render()),
        ("delivery-hostile", samples::hostile_delivery().render()),
        ("lists", samples::lists().render()),
        ("lists-empty", ListsPage::default().render()),
        ("procedure", samples::procedure().render()),
        ("agreement", samples::agreement().render()),
        ("privacy", samples::privacy().render()),
        ("privacy-hostile", samples::hostile_privacy().render()),
        ("erase", samples::erase().render()),
        ("erase-hostile", samples::hostile_erase().render()),
        ("reference", samples::reference().render()),
        ("reference-empty", samples::reference_empty().render()),
        ("rings", samples::rings().render()),
        ("rings-empty", RingsPage::default().render()),
        ("ring", samples::ring(5).render()),
        ("ring-large", samples::ring(80).render()),
        ("ring-hostile", samples::hostile_ring().render()),
        ("ring-gone", samples::gone_ring().render()),
        ("rules", samples::rules().render()),
        ("rules-refused", refused.render()),
        ("rule", samples::rule().render()),
        ("rule-backtest", samples::backtest().render()),
        ("rule-history", samples::rule_history().render()),
        ("rule-try", samples::tried().render()),
        ("workers", samples::workers().render()),
        ("workers-empty", WorkersPage::default().render()),
        ("workers-hostile", samples::hostile_workers().render()),
        ("unbound", samples::unbound().render()),
        ("unbound-empty", UnboundPage::default().render()),
        ("unbound-hostile", samples::hostile_unbound().render()),
        ("worker", samples::worker().render()),
        ("worker-new", samples::new_worker().render()),
        ("worker-hostile", samples::hostile_worker().render()),
        ("onboarding", NewOnboardingPage::default().render()),
        ("onboarding-refused", samples::new_onboarding().render()),
        ("onboarding-hostile", samples::hostile_onboarding().render()),
        ("error", samples::error().render()),
        ("intake", samples::intake::imports().render()),
        ("intake-empty", intake::ImportsPage::default().render()),
        ("intake-new", intake::NewIntakePage::default().render()),
        ("intake-refused", samples::intake::refused_intake().render()),
        ("intake-hostile", samples::intake::hostile_intake().render()),
        ("import", samples::intake::mapping().render()),
        (
            "import-hostile",
            samples::intake::hostile_mapping().render(),
        ),
        ("import-running", samples::intake::running().render()),
        ("import-done", samples::intake::done().render()),
    ]
    .into_iter()
    .map(|(name, page)| (name, page.expect(name)))
    .collect()
}

/// Writes the pages where `TELLTALE_RENDER_DIR` says, to look at them in a browser.
#[test]
fn every_page_renders() {
    let pages = pages();
    let Some(folder) = std::env::var_os("TELLTALE_RENDER_DIR") else {
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    for (name, page) in pages {
        std::fs::write(folder.join(format!("{name}.html")), page).unwrap();
    }
}

#[test]
fn text_of_strangers_stays_text() {
    for (name, page) in pages() {
        // Our own files, which no text of strangers names.
        let page = page.replace("<script type=\"module\" src=\"/assets/", "");
        assert!(!page.contains("<script"), "{name}: markup came through");
        // What a form sends back must be what was sent; nobody reads it there.
        let page: String = page
            .split(" value=\"")
            .enumerate()
            .map(|(n, part)| match (n, part.split_once('"')) {
                (1.., Some((_, rest))) => rest,
                _ => part,
            })
            .collect();
        for hidden in ['\u{202E}', '\u{200B}', '\0'] {
            assert!(!page.contains(hidden), "{name}: {hidden:?} came through");
        }
        let mut attributes = page.split("\"'>").skip(1);
        assert!(
            attributes.next().is_none(),
            "{name}: an attribute was closed"
        );
    }
    let mut pages = pages().into_iter();
    let (_, page) = pages
        .find(|(name, _)| *name == "candidate-hostile")
        .unwrap();
    assert!(
        page.contains("&#60;script&#62;alert(1)"),
        "it is shown, escaped"
    );
    assert!(page.contains("<span class=\"unseen\">U+202E</span>"));
}

#[test]
fn pages_keep_to_the_content_security_policy() {
    for (name, page) in pages() {
        for inline in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            "javascript:",
            "http-equiv",
        ] {
            assert!(!page.contains(inline), "{name}: {inline}");
        }
        for (at, _) in page
            .match_indices(" src=")
            .chain(page.match_indices(" href="))
        {
            let mut parts = page[at..].split('"');
            let target = parts.nth(1).unwrap();
            let rest: String = parts.take(2).collect();
            // A link to a publisher is followed by a person or not at all, and tells nothing.
            let publisher = target.starts_with("https://") && rest == " rel=external noreferrer";
            assert!(
                publisher || target.starts_with(['/', '#']),
                "{name}: {target}"
            );
        }
    }
}

#[test]
fn anchors_lead_somewhere_and_ids_are_unique() {
    for (name, page) in pages() {
        let mut ids: Vec<&str> = page
            .match_indices(" id=\"")
            .filter_map(|(at, _)| page[at..].split('"').nth(1))
            .collect();
        ids.sort_unstable();
        let with_doubles = ids.len();
        ids.dedup();
        assert_eq!(ids.len(), with_doubles, "{name}: an id stands twice");
        for (at, _) in page.match_indices(" href=\"#") {
            let target = page[at..]
                .split('"')
                .nth(1)
                .unwrap()
                .trim_start_matches('#');
            assert!(
                ids.binary_search(&target).is_ok(),
                "{name}: nothing at #{target}"
            );
        }
    }
}

#[test]
fn no_page_gives_a_verdict() {
    let templates = [
        include_str!("../../../templates/layout.html"),
        include_str!("../../../templates/macros.html"),
        include_str!("../../../templates/error.html"),
        include_str!("../../../templates/queue/index.html"),
        include_str!("../../../templates/queue/_rows.html"),
        include_str!("../../../templates/queue/_keys.html"),
        include_str!("../../../templates/candidates/_assign.html"),
        include_str!("../../../templates/candidates/show.html"),
        include_str!("../../../templates/candidates/_score.html"),
        include_str!("../../../templates/candidates/_findings.html"),
        include_str!("../../../templates/candidates/_resume.html"),
        include_str!("../../../templates/candidates/_texts.html"),
        include_str!("../../../templates/candidates/_education.html"),
        include_str!("../../../templates/candidates/_record.html"),
        include_str!("../../../templates/candidates/_quiet.html"),
        include_str!("../../../templates/candidates/_history.html"),
        include_str!("../../../templates/candidates/_at_work.html"),
        include_str!("../../../templates/candidates/_claim_rows.html"),
        include_str!("../../../templates/candidates/_claims.html"),
        include_str!("../../../templates/candidates/_comments.html"),
        include_str!("../../../templates/candidates/_questions.html"),
        include_str!("../../../templates/candidates/_timeline.html"),
        include_str!("../../../templates/candidates/versions.html"),
        include_str!("../../../templates/connections/index.html"),
        include_str!("../../../templates/connections/choose.html"),
        include_str!("../../../templates/connections/new.html"),
        include_str!("../../../templates/connections/show.html"),
        include_str!("../../../templates/connections/_access.html"),
        include_str!("../../../templates/connections/_open.html"),
        include_str!("../../../templates/connections/_told.html"),
        include_str!("../../../templates/endpoints/new.html"),
        include_str!("../../../templates/endpoints/show.html"),
        include_str!("../../../templates/deliveries/index.html"),
        include_str!("../../../templates/deliveries/show.html"),
        include_str!("../../../templates/deliveries/_rows.html"),
        include_str!("../../../templates/intake/index.html"),
        include_str!("../../../templates/intake/new.html"),
        include_str!("../../../templates/intake/show.html"),
        include_str!("../../../templates/intake/_mapping.html"),
        include_str!("../../../templates/intake/_done.html"),
        include_str!("../../../templates/reference/index.html"),
        include_str!("../../../templates/rings/index.html"),
        include_str!("../../../templates/rings/show.html"),
        include_str!("../../../templates/rings/_picture.html"),
        include_str!("../../../templates/rings/_explain.html"),
        include_str!("../../../templates/rules/index.html"),
        include_str!("../../../templates/rules/show.html"),
        include_str!("../../../templates/rules/_refused.html"),
        include_str!("../../../templates/rules/_tests.html"),
        include_str!("../../../templates/rules/_trial.html"),
        include_str!("../../../templates/rules/backtest.html"),
        include_str!("../../../templates/rules/history.html"),
        include_str!("../../../templates/rules/try.html"),
        include_str!("../../../templates/onboardings/new.html"),
        include_str!("../../../templates/workers/index.html"),
        include_str!("../../../templates/workers/show.html"),
        include_str!("../../../templates/workers/unbound.html"),
        include_str!("../../../templates/workers/_devices.html"),
        include_str!("../../../templates/workers/_findings.html"),
        include_str!("../../../templates/workers/_physics.html"),
        include_str!("../../../templates/workers/_sessions.html"),
        include_str!("../../../templates/workers/_timings.html"),
    ];
    let words = [
        "fraud",
        "fake",
        "suspicious",
        "suspect",
        "impostor",
        "scam",
        "liar",
        "lying",
        "criminal",
        "guilty",
        "dishonest",
        "cheat",
        "north korea",
        "dprk",
        "reject",
        "blacklist",
        "red flag",
    ];
    let pages = pages();
    let texts = templates
        .into_iter()
        .chain(pages.iter().map(|(_, page)| page.as_str()));
    for text in texts {
        // A field of the record, as a column may be called.
        let text = text.to_lowercase().replace("rejected_at", "");
        for word in words {
            let told = text.split(word).next().map(|before| {
                let from = before.chars().count().saturating_sub(200);
                before.chars().skip(from).collect::<String>()
            });
            assert!(!text.contains(word), "{word} after {told:?}");
        }
    }
}

#[test]
fn a_candidate_without_findings_is_not_called_cleared() {
    let page = samples::quiet_candidate().render().unwrap();
    assert!(page.contains("Nothing due"));
    assert!(!page.contains("What would clear it"));
}

#[test]
fn numbers_that_are_hashed_are_never_filled_in() {
    for (name, page) in pages() {
        for field in ["bank_account", "document_number"] {
            let input = format!("name=\"{field}\"");
            for (at, _) in page.match_indices(&input) {
                let rest = page[at..].split('>').next().unwrap();
                assert!(!rest.contains("value="), "{name}: {rest}");
            }
        }
    }
}

#[test]
fn a_picture_of_timings_has_the_same_figures_beside_it() {
    let page = samples::worker().render().unwrap();
    let pictures = page.matches("<svg class=\"chart\"").count();
    assert_eq!(pictures, 4, "three series and the physics");
    assert_eq!(page.matches("<desc id=").count(), pictures);
    assert_eq!(page.matches("The same in figures").count(), 3);
    assert!(page.contains("▲ found 2026-02-20"));
    assert!(page.contains("a high one proves nothing"));
    let list = samples::workers().render().unwrap();
    assert_eq!(list.matches("role=\"img\" aria-label=\"Medians").count(), 4);
}
