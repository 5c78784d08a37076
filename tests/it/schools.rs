//! Moving a school from the US to abroad never raises a score (red-flags §7 d).

use rayon::prelude::*;
use telltale::rules::Ruleset;

use crate::golden::{fired, judge, now, record};
use crate::names::LATIN;

#[test]
fn a_school_moved_abroad_never_raises_a_score() {
    const ABROAD: [&str; 4] = [
        "University of Northmoor",
        "Universidad de San Telmo del Río",
        "Östra Havets Tekniska Högskola",
        "南海工业大学",
    ];
    let ruleset = Ruleset::shipped().unwrap();
    let schools = include_str!("../../src/reference/base/us.tsv");
    let schools = schools
        .lines()
        .skip(2)
        .map(|line| line.split('\t').nth(1).unwrap());
    let schools: Vec<&str> = schools.collect();
    assert!(schools.len() > 100);
    let months = [
        ("2014-08", "2018-05"),
        ("2014-02", "2018-10"),
        ("2014", "2018"),
        ("2017-02", "2018-03"),
    ];
    schools.par_iter().enumerate().for_each(|(n, school)| {
        let at = |school: &str, (start, end): (&str, &str)| {
            let mut application = record(&LATIN[0], "{g}.{f}");
            application.resume_text = None;
            application.education[0].institution = Some(school.into());
            application.education[0].start_date = Some(start.into());
            application.education[0].end_date = Some(end.into());
            // A second study at the same time, far from most of the others.
            application.education.push(application.education[0].clone());
            application.education[1].institution = Some("University of Washington".into());
            judge(&ruleset, &application, &[])
        };
        for months in months {
            let here = at(school, months);
            let there = at(ABROAD[n % ABROAD.len()], months);
            assert!(there.score_db <= here.score_db, "{school} {months:?}");
            assert!(
                fired(&there).is_subset(&fired(&here)),
                "{school} {months:?}"
            );
        }
    });
    for application in telltale::demo::applications(now()) {
        let mut moved = application.clone();
        for study in &mut moved.education {
            let (old, new) = (study.institution.take().unwrap_or_default(), ABROAD[0]);
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
