//! The invented candidates of `serve --demo`: honest people stay quiet, the rest is seen.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::common::TestApp;

/// Rules that the demonstration shows at work.
const SHOWN: &[&str] = &[
    "app.shared_device",
    "app.shared_ip",
    "app.tz_conflict",
    "drift.contact",
    "drift.education",
    "drift.employment",
    "drift.name",
    "drift.place",
    "edu.calendar_mismatch",
    "edu.duration",
    "edu.level_not_offered",
    "edu.major_not_offered",
    "edu.outside_lifetime",
    "edu.overlap_far",
    "email.disposable",
    "email.mmdd",
    "email.name_conflict",
    "emp.fulltime_overlap",
    "emp.reference_channel",
    "emp.reference_shared",
    "identity.name_conflict",
    "phone.nanp_invalid",
    "phone.npa_state_conflict",
    "phone.plus1_format",
    "phone.special_npa",
    "src.contact_swap",
    "text.file_meta",
    "text.other_person",
    "text.unicode_tricks",
    "x.email",
    "x.link",
    "x.phone",
];

/// The referee that every member of a ring names.
const OF_RINGS: &str = "Corwin Vale";

#[tokio::test]
async fn honest_people_stay_quiet_and_the_rest_is_seen() {
    let app = TestApp::start().await;
    assert!(telltale::demo::fill(&app.app).await.unwrap());
    let candidates = everybody(&app).await;
    assert!(candidates.len() > 290, "{}", candidates.len());
    let (mut rings, mut singles, mut moved) = (0, 0, 0);
    let mut fired = BTreeSet::new();
    for candidate in &candidates {
        let screening = &candidate["screening"];
        let application = &candidate["application"];
        let quiet = screening["next_step"] == "none";
        let found: Vec<&str> = ["findings", "shadow"]
            .iter()
            .flat_map(|kind| screening[kind].as_array().unwrap())
            .map(|finding| finding["rule"].as_str().unwrap())
            .collect();
        if application["references"][0]["name"] == OF_RINGS {
            rings += 1;
            assert!(!quiet, "{}: {found:?}", application["name"]);
        } else {
            singles += usize::from(!quiet);
            moved += usize::from(found.contains(&"phone.npa_state_conflict"));
        }
        if application["emails"].to_string().contains(".household@") {
            assert!(quiet, "a couple is two people: {found:?}");
        }
        fired.extend(found.into_iter().map(str::to_owned));
    }
    assert_eq!(rings, 18);
    // All of them are applications made to be asked about; nobody else is.
    assert!((14..=20).contains(&singles), "{singles} beside the rings");
    let percent = moved * 100 / (candidates.len() - rings);
    assert!(
        (5..=15).contains(&percent),
        "{percent} % have a number from elsewhere"
    );
    for rule in SHOWN {
        assert!(
            fired.contains(*rule),
            "{rule} finds nothing in the demonstration"
        );
    }
    assert!(
        !telltale::demo::fill(&app.app).await.unwrap(),
        "a database that holds anybody stays as it is"
    );
}

/// All candidates with their latest screenings.
async fn everybody(app: &TestApp) -> Vec<Value> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = app
            .get(&format!("/api/v1/candidates?limit=200{cursor}"))
            .await
            .json();
        for item in page["items"].as_array().unwrap() {
            let id = item["candidate_id"].as_str().unwrap();
            all.push(app.get(&format!("/api/v1/candidates/{id}")).await.json());
        }
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}
