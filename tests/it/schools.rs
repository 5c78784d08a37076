//! Moving a school from the US to abroad never raises a score (red-flags §7 d).

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;
use telltale::application::{Application, Education};
use telltale::normalise::{self, Settings};
use telltale::reference::build::{Loaded, build};
use telltale::reference::fact::{Awarded, Listed, Mill};
use telltale::reference::{AwardLevel, Fact, Kind, Reference, Set, base};
use telltale::rules::{Judgement, Ruleset};
use telltale::signals::{self, Shape, Subject};

use crate::golden::{fired, judge, now, record};
use crate::names::LATIN;

/// Schools abroad that no directory knows, some with what could be read as a place in the US.
const UNKNOWN_ABROAD: [&str; 9] = [
    "University of Northmoor",
    "Universidad de San Telmo del Río",
    "Östra Havets Tekniska Högskola",
    "南海工业大学",
    "Northmoor State University, Tbilisi, Georgia",
    "Northmoor Institute of Technology, Mumbai, IN",
    "University of Northmoor, Perth, WA",
    "Politecnico di Northmoor, Milano, MI",
    "American University of Northmoor",
];

/// A set of these facts.
pub fn loaded(kind: Kind, vintage: &str, facts: Vec<Fact>) -> Loaded {
    Loaded {
        set: Set {
            kind,
            vintage: vintage.parse().unwrap(),
            file: String::new(),
            digest: String::new(),
            rows: 0,
            imported_at: Timestamp::UNIX_EPOCH,
        },
        facts,
    }
}

/// What the rules make of a record by another picture of the public records than the shipped one.
pub fn judge_by(
    reference: &Arc<Reference>,
    rules: &Ruleset,
    application: &Application,
) -> Judgement {
    let settings = Settings {
        fictional_numbers: true,
        reference: reference.clone(),
    };
    let candidate = normalise::candidate(application, &settings);
    let facts = signals::read(&Subject::alone(&candidate, reference, now()));
    rules.judge(&facts, application.stage)
}

/// Everything imported, and more than is true: schools abroad with places, openings and closings,
/// years in which every American school awarded computing alone, and a list of diploma mills with
/// names of both.
fn imported() -> Arc<Reference> {
    let shipped = base::shipped().institutions();
    let units = shipped.iter().filter_map(|school| school.unitid);
    let computing = |unitid| {
        Fact::Awarded(Awarded {
            unitid,
            level: Some(AwardLevel::Bachelor),
            codes: vec![1107],
        })
    };
    let abroad = shipped.iter().filter(|school| !school.is_american());
    let abroad = abroad.map(|school| (school.name.clone(), school.country.clone()));
    let unknown = UNKNOWN_ABROAD[..4].iter();
    let unknown = unknown.map(|name| ((*name).to_owned(), Some("GB".to_owned())));
    let date = |text: &str| telltale::candidate::PartialDate::parse(text).ok();
    let abroad = abroad
        .chain(unknown)
        .enumerate()
        .map(|(n, (name, country))| {
            Fact::Listed(Listed {
                id: Some(format!("ror:{n}")),
                name,
                country,
                position: Some((-33.0, 151.0)),
                opened: date("2020"),
                closed: date("2013"),
                ..Listed::default()
            })
        });
    let mills = [
        "Northmoor Degree Centre",
        "Rice University",
        "University of Tokyo",
    ];
    let mills = mills.map(|name| {
        Fact::Mill(Mill {
            name: name.into(),
            source: "Example register".into(),
            ..Mill::default()
        })
    });
    let mut sets = vec![
        loaded(Kind::IpedsHd, "2025", Vec::new()),
        loaded(Kind::Dapip, "2026-01-01", Vec::new()),
        loaded(Kind::Ror, "2026-01-01", abroad.collect()),
        loaded(Kind::MillList, "2026-01-01", mills.to_vec()),
    ];
    for year in 2008..=2025 {
        let facts = units.clone().map(computing).collect();
        sets.push(loaded(Kind::IpedsCompletions, &year.to_string(), facts));
    }
    Arc::new(build(&sets))
}

/// Degree, field, first and last month: each is something that a public record may contradict.
const CLAIMS: [(&str, &str, &str, &str); 9] = [
    ("Bachelor", "Computer Science", "2014-08", "2018-05"),
    ("Bachelor", "Computer Science", "2014-02", "2018-10"),
    ("Bachelor", "Computer Science", "2014", "2018"),
    ("Bachelor", "Computer Science", "2017-02", "2018-03"),
    ("Bachelor", "Nursing", "2018-08", "2022-05"),
    ("Master", "Veterinary Medicine", "2019-08", "2021-05"),
    ("PhD", "Library Science", "2017-08", "2022-05"),
    ("Bachelor", "History", "1921-09", "1925-06"),
    ("Bachelor", "History", "2021-08", "2025-05"),
];

/// The rules that fired on a claim at a school, beside a study in Seattle at the same time.
fn rules_at(
    reference: &Arc<Reference>,
    rules: &Ruleset,
    school: &str,
    (degree, area, start, end): (&str, &str, &str, &str),
) -> (f64, BTreeSet<String>) {
    let study = |institution: &str| Education {
        institution: Some(institution.into()),
        area: Some(area.into()),
        study_type: Some(degree.into()),
        start_date: Some(start.into()),
        end_date: Some(end.into()),
    };
    let application = Application {
        education: vec![study(school), study("University of Washington")],
        ..Application::default()
    };
    let judgement = judge_by(reference, rules, &application);
    (judgement.score_db, fired(&judgement))
}

/// Each claim at every school here and at every school abroad: whatever fires abroad fires at every
/// single school here, so no move from any to any other can raise a score.
#[test]
fn a_school_moved_abroad_never_raises_a_score() {
    let ruleset = Ruleset::shipped().unwrap();
    let shipped = base::shipped().institutions();
    let names = |american| {
        let schools = shipped
            .iter()
            .filter(move |one| one.is_american() == american);
        schools.map(|school| school.name.as_str())
    };
    let here: Vec<&str> = names(true).collect();
    let abroad: Vec<&str> = names(false).chain(UNKNOWN_ABROAD).collect();
    assert!(here.len() > 1000, "{}", here.len());
    let mut seen = BTreeSet::new();
    for reference in [base::shipped(), &imported()] {
        for claim in CLAIMS {
            let at = |schools: &[&str]| -> Vec<(f64, BTreeSet<String>)> {
                let schools = schools.par_iter();
                let found = schools.map(|school| rules_at(reference, &ruleset, school, claim));
                found.collect()
            };
            let (here, abroad) = (at(&here), at(&abroad));
            let lowest = here
                .iter()
                .map(|(score, _)| *score)
                .fold(f64::MAX, f64::min);
            let highest = abroad
                .iter()
                .map(|(score, _)| *score)
                .fold(f64::MIN, f64::max);
            assert!(
                highest <= lowest + 1e-9,
                "{claim:?}: {highest} over {lowest}"
            );
            for (_, rules) in &abroad {
                assert!(
                    here.iter().all(|(_, own)| rules.is_subset(own)),
                    "{claim:?}: {rules:?}"
                );
            }
            seen.extend(here.into_iter().flat_map(|(_, rules)| rules));
        }
    }
    for rule in [
        "edu.calendar_mismatch",
        "edu.duration",
        "edu.overlap_far",
        "edu.outside_lifetime",
        "edu.level_not_offered",
        "edu.major_not_offered",
    ] {
        assert!(
            seen.contains(rule),
            "{rule} was never put to the test: {seen:?}"
        );
    }
}

#[test]
fn a_listed_or_unknown_name_moved_abroad_never_raises_a_score() {
    let ruleset = Ruleset::shipped().unwrap();
    let imported = imported();
    let at = |school: &str| rules_at(&imported, &ruleset, school, CLAIMS[0]);
    for (school, rule) in [
        ("Northmoor Degree Centre", "edu.diploma_mill"),
        (
            "Zzyzx Valley Polytechnic, Austin, TX",
            "edu.institution_unknown",
        ),
        ("Zzyzx Valley Polytechnic (USA)", "edu.institution_unknown"),
    ] {
        let (score, rules) = at(school);
        assert!(rules.contains(rule), "{school}: {rules:?}");
        for abroad in UNKNOWN_ABROAD {
            let (moved, rules) = at(abroad);
            assert!(
                moved <= score && !rules.contains(rule),
                "{abroad}: {rules:?}"
            );
        }
    }
    for name in ["Rice University", "University of Tokyo"] {
        // a name that directories know too is ambiguous, here as abroad
        if imported.look_up(name).matched.is_some() {
            assert!(!at(name).1.contains("edu.diploma_mill"), "{name}");
        }
    }
}

#[test]
fn invented_applicants_whose_schools_are_moved_abroad_are_judged_no_worse() {
    let ruleset = Ruleset::shipped().unwrap();
    let with_resume = record(&LATIN[0], "{g}.{f}");
    let people = telltale::demo::applications(now()).into_iter();
    for application in people.chain([with_resume]) {
        let mut moved = application.clone();
        for study in &mut moved.education {
            let new = UNKNOWN_ABROAD[0];
            let old = study.institution.take().unwrap_or_default();
            moved.resume_text = moved.resume_text.map(|text| text.replace(&old, new));
            study.institution = Some(new.into());
        }
        let (here, there) = (
            judge(&ruleset, &application, &[]),
            judge(&ruleset, &moved, &[]),
        );
        assert!(
            there.score_db <= here.score_db + 1e-9,
            "{}: {:?}, not {:?}",
            application.external_id,
            fired(&there),
            fired(&here)
        );
    }
}

#[test]
fn the_region_of_a_school_is_in_no_signal_and_in_no_rule() {
    const REGION: [&str; 9] = [
        "country",
        "region",
        "state",
        "continent",
        "city",
        "place",
        "domain",
        "foreign",
        "abroad",
    ];
    let of_region = |name: &str| {
        let mut words = name.split(['.', '_']);
        words.any(|word| REGION.contains(&word.trim_end_matches('s')))
    };
    let about_schools = |name: &str| name == "education" || name.starts_with("education.");
    let signals = signals::ALL
        .iter()
        .filter(|signal| about_schools(signal.name));
    let mut columns = 0;
    for signal in signals {
        let Shape::Rows(all) = signal.shape else {
            panic!("{} is told by study", signal.name);
        };
        for column in all {
            columns += 1;
            assert!(!of_region(column.name), "{}.{}", signal.name, column.name);
            let kind = column.kind;
            let place = [signals::Kind::Country, signals::Kind::Domain];
            assert!(!place.contains(&kind), "{}.{}", signal.name, column.name);
            // what a school is called may be shown, and never compared with a literal
            let names = ["institution", "school", "successor", "other"];
            let name = names.contains(&column.name);
            assert!(
                !name || kind == signals::Kind::Quote,
                "{}.{}",
                signal.name,
                column.name
            );
        }
    }
    assert!(columns > 40);
    let names_of = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric() && c != '.' && c != '_');
        words
            .filter_map(|word| word.strip_prefix("it."))
            .map(str::to_owned)
            .collect()
    };
    let mut files = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/rules")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let rule: toml::Table = text.parse().unwrap();
        let text = |key: &str| {
            rule.get(key)
                .and_then(toml::Value::as_str)
                .unwrap_or_default()
        };
        if about_schools(text("for_each")) {
            files += 1;
            let read = names_of(text("when"))
                .into_iter()
                .chain(names_of(text("message")));
            for name in read {
                assert!(!of_region(&name), "{}: {name}", path.display());
            }
        }
    }
    assert!(files >= 8, "{files}");
}
