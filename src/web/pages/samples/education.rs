//! Studies, work, and what a screening saw of them.

use super::{hostile, judgement, normal_form};
use crate::candidate::{Candidate, Education, PartialDate, Seen, Work};
use crate::normalise::education::Level;
use crate::signals::Facts;
use crate::web::pages::Panel;

/// The day up to which the samples' timelines go.
pub const TODAY: jiff::civil::Date = jiff::civil::date(2026, 3, 2);

/// The record with more studies and jobs.
pub fn studied() -> Candidate {
    let mut candidate = normal_form();
    let date = |text: &str| PartialDate::parse(text).ok();
    let study = |at: usize, raw: &str, institution: &str, level, start, end| Education {
        field: format!("education[{at}]"),
        raw: raw.to_owned(),
        seen: Seen::FORM,
        institution: Some(institution.to_owned()),
        level,
        start: date(start),
        end: date(end),
        ..Education::default()
    };
    let job = |at: usize, employer: &str, position: &str, start, end| Work {
        field: format!("work[{at}]"),
        raw: format!("{position}, {employer}"),
        seen: Seen::FORM,
        employer: Some(employer.to_owned()),
        position: Some(position.to_owned()),
        start: date(start),
        end: date(end),
        ..Work::default()
    };
    candidate.education[0].institution = Some("Invented State University".to_owned());
    candidate.education.extend([
        study(
            1,
            "Licence de physique, Université de l'Invention, 2010 to 2012",
            "Université de l'Invention",
            None,
            "2010",
            "2012",
        ),
        study(
            2,
            "Master, Closed College, 2017 to 2018",
            "Closed College",
            Some(Level::Master),
            "2017",
            "2018",
        ),
    ]);
    candidate.work.extend([
        job(
            1,
            "Far Away Systems, Austin, TX",
            "Engineer",
            "2014-01",
            "2016-01",
        ),
        job(2, "Placeholder Labs", "Engineer", "2016-07", "2019-02"),
        job(3, "Summer Kitchen", "Cook", "", ""),
    ]);
    candidate
}

/// What a screening of [`studied`] saw.
pub fn saw() -> Facts {
    let of = |at: usize, is: &serde_json::Value| {
        let study = &studied().education[at];
        serde_json::json!({"field": study.field, "value": study.raw, "is": is})
    };
    let known = serde_json::json!({
        "education": [
            of(0, &serde_json::json!({"institution": "Invented State University", "area": "Nursing", "level": "bachelor",
                "has_months": true, "calendar": "semester", "start_in_terms": true, "end_in_terms": false,
                "length": "51 months", "school": "Invented State University", "confidence": 0.974, "programme": "nursing"})),
            of(1, &serde_json::json!({"institution": "Université de l'Invention", "length": "13 to 35 months", "has_months": false})),
            of(2, &serde_json::json!({"institution": "Closed College", "level": "master", "has_months": false, "calendar": "semester",
                "length": "1 to 23 months", "school": "Closed College of the Invented Arts", "confidence": 1.0, "resume_differs": true})),
        ],
        "education.mills": [
            of(2, &serde_json::json!({"institution": "Closed College", "source": "Example register of degrees", "listed_on": "2019-04"})),
        ],
        "education.awards": [
            of(0, &serde_json::json!({"school": "Invented State University", "programme": "nursing", "degree": "bachelor's degree",
                "first_year": 2014.0, "last_year": 2018.0, "programme_awarded": false, "programme_years_missing": 0.0,
                "level_awarded": true, "level_years_missing": 0.0, "source": "IPEDS Completions", "level_source": "IPEDS Completions"})),
        ],
        "education.lifetimes": [
            of(0, &serde_json::json!({"opened": "1891", "start_before_opening": 0.0})),
            of(2, &serde_json::json!({"opened": "1946", "closed": "2013-06", "successor": "Invented State University", "start_after_closing": 42.0, "end_after_closing": 54.0})),
        ],
        "education.overlaps": [
            of(0, &serde_json::json!({"other": "Engineer, Far Away Systems, Austin, TX", "with": "job", "months": 18.0, "km": 2410.0})),
        ],
    });
    Facts::from_json(&known)
}

/// The panel of [`studied`].
pub fn education() -> Panel {
    Panel::of(&studied(), &saw(), &judgement().findings, TODAY)
}

/// Forty studies and forty jobs, each as strange as can be.
pub fn hostile_education() -> Panel {
    let mut candidate = studied();
    let (study, job) = (candidate.education[0].clone(), candidate.work[0].clone());
    let strange = [
        hostile(),
        "جامعة الاختراع الحكومية ".repeat(20),
        "👩🏽‍🔬🏴󠁧󠁢󠁳󠁣󠁴󠁿".repeat(60),
        "\u{FDFD}".repeat(80),
        "一".repeat(300),
    ];
    for (n, raw) in (1900..1940).zip(strange.iter().cycle()) {
        let start = PartialDate::new(n, None, None);
        let end = PartialDate::new(n + 150, Some(12), None);
        let (raw, field) = (raw.clone(), hostile());
        candidate.education.push(Education {
            institution: Some(raw.clone()),
            start,
            end,
            field: field.clone(),
            raw: raw.clone(),
            ..study.clone()
        });
        candidate.work.push(Work {
            employer: Some(raw.clone()),
            start: end,
            end: start,
            current: n % 2 == 0,
            field,
            raw,
            ..job.clone()
        });
    }
    let rows = candidate.education.iter().map(|study| {
        serde_json::json!({"field": study.field, "value": study.raw, "is": {
            "institution": hostile(), "school": hostile(), "confidence": 7.5, "programme": hostile(), "calendar": hostile(),
            "level": hostile(), "area": hostile(), "end_in_terms": false, "length": hostile()}})
    });
    let known = serde_json::json!({"education": rows.collect::<Vec<_>>()});
    let facts = Facts::from_json(&known);
    Panel::of(&candidate, &facts, &judgement().findings, TODAY)
}
