use super::*;
use crate::web::pages::samples;

fn panel() -> Panel {
    samples::education()
}

fn line(study: &Study, topic: Topic) -> (State, &str, &[usize]) {
    let line = study.lines.iter().find(|line| line.topic == topic);
    let line = line.unwrap_or_else(|| panic!("no line on {topic:?} in {study:?}"));
    (line.state, &line.text, &line.findings)
}

#[test]
fn the_record_is_told_in_plain_words() {
    let panel = panel();
    let nursing = &panel.studies[0];
    let school = nursing.school.as_ref().unwrap();
    assert_eq!(school.name, "Invented State University");
    assert_eq!(school.sure.as_deref(), Some("97 % sure"));
    assert_eq!(nursing.findings, [3]);
    let cases = [
        (
            Topic::Terms,
            State::Differs,
            "Semester calendar: the start fits its terms, the end does not.",
            &[3][..],
        ),
        (Topic::Length, State::Told, "51 months by its dates.", &[]),
        (
            Topic::Programme,
            State::Differs,
            "Nursing (bachelor's degree): no award in any year, 2014–2018.",
            &[],
        ),
        (
            Topic::Level,
            State::Agrees,
            "Bachelor's degree, any field: awarded or offered, 2014–2018.",
            &[],
        ),
        (
            Topic::Lifetime,
            State::Agrees,
            "Opened 1891. The study lies within.",
            &[],
        ),
        (
            Topic::Overlap,
            State::Told,
            "At least 18 months together with the job “Engineer, Far Away Systems, Austin, TX”, 2,410 km apart.",
            &[],
        ),
        (
            Topic::Lists,
            State::Told,
            "On none of the lists of diploma mills that were loaded.",
            &[],
        ),
    ];
    for (topic, state, text, findings) in cases {
        assert_eq!(line(nursing, topic), (state, text, findings), "{topic:?}");
    }
    assert_eq!(nursing.no_data, []);
}

#[test]
fn what_is_not_known_is_told_with_its_reason() {
    let panel = panel();
    let abroad = &panel.studies[1];
    assert_eq!(abroad.school, None);
    assert_eq!(
        abroad.no_data,
        [
            NoData {
                topics: "Name".to_owned(),
                why: "the lists of all American institutions were not loaded"
            },
            NoData {
                topics: "Terms, programme, level, lifetime".to_owned(),
                why: "the institution was not recognised"
            }
        ]
    );
    let mut silent = samples::studied();
    silent.education.truncate(1);
    let facts = serde_json::json!({"education": [
        {"field": "education[0]", "value": "x", "is": {"school": "A School", "calendar": "semester", "has_months": false, "level": "bachelor"}}
    ]});
    let facts = Facts::from_json(&facts);
    let panel = Panel::of(&silent, &facts, &[], samples::TODAY);
    let told: Vec<(&str, &str)> = panel.studies[0]
        .no_data
        .iter()
        .map(|gap| (gap.topics.as_str(), gap.why))
        .collect();
    assert_eq!(
        told,
        [
            ("Terms", "its dates name no month"),
            ("Programme", "no field of study is given"),
            (
                "Level, lifetime",
                "the data loaded does not say; of schools abroad it never does"
            ),
            ("Lists", "no list of diploma mills was loaded"),
        ]
    );
}

#[test]
fn a_screening_that_saw_nothing_still_has_its_timeline() {
    let candidate = samples::studied();
    let panel = Panel::of(&candidate, &Facts::default(), &[], samples::TODAY);
    assert!(panel.studies.is_empty() && panel.picture.is_some());
    assert_eq!(
        panel.entries.len(),
        candidate.education.len() + candidate.work.len()
    );
    let nobody = Candidate::default();
    let panel = Panel::of(&nobody, &Facts::default(), &[], samples::TODAY);
    assert!(panel.is_empty());
}

#[test]
fn years_that_are_known_are_told_from_those_looked_at() {
    let facts = serde_json::json!({
        "education": [{"field": "f", "value": "v", "is": {"school": "S", "level": "master", "area": "Law", "programme": "law"}}],
        "education.awards": [{"field": "f", "value": "v", "is": {"school": "S", "programme": "law", "degree": "master's degree",
            "first_year": 2018.0, "last_year": 2022.0, "known_first": 2020.0, "known_last": 2022.0,
            "programme_awarded": false, "programme_years_missing": 2.0, "series_years": 3.0}}]
    });
    let facts = Facts::from_json(&facts);
    let panel = Panel::of(&Candidate::default(), &facts, &[], samples::TODAY);
    let line = panel.studies[0]
        .lines
        .iter()
        .find(|line| line.topic == Topic::Programme);
    assert_eq!(
        line.unwrap().text,
        "Law (master's degree): no award seen, 2020–2022; the data has no other year of those looked at, 2018–2022."
    );
}

#[test]
fn years_missing_are_no_absence() {
    let facts = |missing: f64, awarded: bool| {
        serde_json::json!({
            "education": [{"field": "f", "value": "v", "is": {"school": "S", "level": "master", "area": "Law", "programme": "law"}}],
            "education.awards": [{"field": "f", "value": "v", "is": {"school": "S", "programme": "law", "degree": "master's degree",
                "first_year": 2016.0, "last_year": 2020.0, "programme_awarded": awarded, "programme_years_missing": missing}}]
        })
    };
    for (missing, awarded, state, text) in [
        (
            2.0,
            false,
            State::Told,
            "Law (master's degree): no award seen, 2016–2020, but 2 of these years are not in the data.",
        ),
        (
            0.0,
            false,
            State::Differs,
            "Law (master's degree): no award in any year, 2016–2020.",
        ),
        (
            4.0,
            true,
            State::Agrees,
            "Law (master's degree): awards seen, 2016–2020.",
        ),
    ] {
        let facts = Facts::from_json(&facts(missing, awarded));
        let nobody = Candidate::default();
        let panel = Panel::of(&nobody, &facts, &[], samples::TODAY);
        let told = line(&panel.studies[0], Topic::Programme);
        assert_eq!((told.0, told.1), (state, text));
    }
}

#[test]
fn the_summary_counts_the_recognised() {
    assert_eq!(
        panel().summary(),
        "3 claims of study; 2 of their institutions recognised."
    );
}

#[test]
fn a_lifetime_is_told_by_the_edge_that_says_most() {
    let told = |is: serde_json::Value| {
        let facts = serde_json::json!({
            "education": [{"field": "f", "value": "v", "is": {"school": "S"}}],
            "education.lifetimes": [{"field": "f", "value": "v", "is": is}]
        });
        let facts = Facts::from_json(&facts);
        let nobody = Candidate::default();
        let panel = Panel::of(&nobody, &facts, &[], samples::TODAY);
        let told = line(&panel.studies[0], Topic::Lifetime);
        (told.0, told.1.to_owned())
    };
    let json = |text: &str| serde_json::from_str(text).unwrap();
    for (is, state, text) in [
        (
            r#"{"opened": "2015", "start_before_opening": 13.0}"#,
            State::Differs,
            "Opened 2015. The study begins 13 months before it opened.",
        ),
        (
            r#"{"closed": "2016-09", "successor": "T", "start_after_closing": 1.0, "end_after_closing": 40.0}"#,
            State::Differs,
            "Closed 2016-09, T counted in. The study begins 1 month after it closed.",
        ),
        (
            r#"{"closed": "2016-09", "start_after_closing": 0.0, "end_after_closing": 8.0}"#,
            State::Differs,
            "Closed 2016-09. The study ends 8 months after it closed.",
        ),
        (
            r#"{"opened": "1891", "closed": "2016-09", "start_before_opening": 0.0}"#,
            State::Agrees,
            "Opened 1891, closed 2016-09. The study lies within.",
        ),
        (r#"{"opened": "1891"}"#, State::Told, "Opened 1891."),
    ] {
        assert_eq!(told(json(is)), (state, text.to_owned()), "{is}");
    }
}

#[test]
fn a_level_is_told_by_the_nearest_year_where_no_award_is_known() {
    for (offered, off, state, text) in [
        (
            true,
            0.0,
            State::Agrees,
            "Master's degree, any field: offered in the year of the degree.",
        ),
        (
            false,
            3.0,
            State::Differs,
            "Master's degree, any field: not offered in the nearest known year, 3 off.",
        ),
    ] {
        let facts = serde_json::json!({
            "education": [{"field": "f", "value": "v", "is": {"school": "S", "level": "master"}}],
            "education.awards": [{"field": "f", "value": "v", "is": {"degree": "master's degree", "level_offered": offered, "level_years_off": off}}]
        });
        let facts = Facts::from_json(&facts);
        let nobody = Candidate::default();
        let panel = Panel::of(&nobody, &facts, &[], samples::TODAY);
        let told = line(&panel.studies[0], Topic::Level);
        assert_eq!((told.0, told.1), (state, text));
    }
}
