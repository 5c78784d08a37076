use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::candidate::{Education, Work};
use crate::check::Claim;
use crate::normalise::education::Level;

const NOON: Timestamp = Timestamp::UNIX_EPOCH;

fn study(field: &str, institution: &str, level: Level) -> Education {
    Education {
        field: field.into(),
        raw: format!("{level:?}, {institution}"),
        institution: Some(institution.into()),
        level: Some(level),
        ..Education::default()
    }
}

fn studied(studies: &[(&str, Level)]) -> Candidate {
    let studies = studies.iter().enumerate();
    Candidate {
        name: name::read("Maria Lopez"),
        education: studies
            .map(|(at, (school, level))| study(&format!("education[{at}]"), school, *level))
            .collect(),
        ..Candidate::default()
    }
}

/// A check of a version of the candidate, some hours after the first.
fn check(
    kind: CheckKind,
    result: Outcome,
    about: Option<&str>,
    (version, candidate): (i64, &Candidate),
    hours: i64,
) -> Check {
    let at = NOON + SignedDuration::from_hours(hours);
    Check {
        id: format!("c{hours}"),
        version,
        kind,
        result,
        about: about.map(str::to_owned),
        claim: Claim::of(kind, about, candidate),
        by: "Dana Reed".into(),
        note: None,
        at,
        recorded_at: at,
    }
}

/// Field, result and whether it stands, of each row.
fn rows(candidate: &Candidate, checks: &[Check]) -> Vec<String> {
    let subject = Subject {
        checks,
        ..Subject::alone(
            candidate,
            crate::reference::base::shipped(),
            NOON + SignedDuration::from_hours(60),
        )
    };
    let Some(Value::Rows(rows)) = read(&subject) else {
        return Vec::new();
    };
    let told = rows.iter().map(|row| {
        assert_eq!(row.cells.len(), COLUMNS.len());
        let Some(Value::Text(result)) = &row.cells[1] else {
            panic!("{row:?}");
        };
        let stands = match row.cells[5] {
            Some(Value::Flag(true)) => "",
            Some(Value::Flag(false)) => ", gone",
            _ => ", not known",
        };
        format!("{}: {result}{stands}", row.field)
    });
    told.collect()
}

#[test]
fn nobody_asked_is_not_known() {
    assert_eq!(rows(&Candidate::default(), &[]), [""; 0]);
}

#[test]
fn the_latest_of_a_kind_and_claim_wins_however_they_are_stored() {
    use CheckKind::{Employer, Registrar};
    use Outcome::{Confirmed, Denied, NoAnswer};
    let mut now = studied(&[
        ("Northmoor College", Level::Bachelor),
        ("Northmoor College", Level::Master),
    ]);
    now.work.push(Work {
        field: "work[0]".into(),
        employer: Some("Brightwater".into()),
        ..Work::default()
    });
    let first = Some("education[0]");
    let mut checks = vec![
        check(Registrar, Denied, first, (1, &now), 1),
        check(Registrar, Confirmed, first, (1, &now), 2),
        check(Registrar, Denied, Some("education[1]"), (1, &now), 3),
        check(Employer, NoAnswer, Some("work[0]"), (1, &now), 4),
        check(Registrar, NoAnswer, None, (1, &now), 5),
    ];
    let expected = [
        "education: no_answer",
        "work[0]: no_answer",
        "education[1]: denied",
        "education[0]: confirmed",
    ];
    assert_eq!(rows(&now, &checks), expected);
    checks.reverse();
    assert_eq!(rows(&now, &checks), expected);
}

#[test]
fn a_result_follows_its_claim_and_not_its_place() {
    use Outcome::{Confirmed, Denied};
    let about = Some("education[0]");
    let of = |result, (version, candidate), hours| {
        check(
            CheckKind::Registrar,
            result,
            about,
            (version, candidate),
            hours,
        )
    };
    let before = studied(&[("Northmoor College", Level::Bachelor)]);
    let corrected = studied(&[("Northmoor  Coll.", Level::Bachelor)]);
    let swapped = studied(&[
        ("Eastfold University", Level::Bachelor),
        ("Northmoor College", Level::Bachelor),
    ]);
    let other = studied(&[("Eastfold University", Level::Bachelor)]);
    let degree = studied(&[("Northmoor College", Level::Master)]);
    for (now, checks, expected) in [
        (
            &corrected,
            vec![of(Confirmed, (1, &before), 1)],
            vec!["education[0]: confirmed"],
        ),
        (
            &swapped,
            vec![of(Confirmed, (1, &before), 1)],
            vec!["education[1]: confirmed"],
        ),
        (
            &other,
            vec![of(Confirmed, (1, &before), 1)],
            vec!["education[0] of an earlier version: confirmed, gone"],
        ),
        (
            &degree,
            vec![of(Denied, (1, &before), 1)],
            vec!["education[0] of an earlier version: denied, gone"],
        ),
        // The corrected claim was checked again.
        (
            &corrected,
            vec![
                of(Denied, (1, &before), 1),
                of(Confirmed, (2, &corrected), 2),
            ],
            vec!["education[0]: confirmed"],
        ),
        // Another claim in the same place takes nothing back.
        (
            &swapped,
            vec![of(Denied, (1, &before), 1), of(Confirmed, (2, &swapped), 2)],
            vec!["education[0]: confirmed", "education[1]: denied"],
        ),
    ] {
        assert_eq!(rows(now, &checks), expected);
    }
}

#[test]
fn what_one_vendor_finds_takes_back_nothing_that_another_found() {
    use CheckKind::{Background, IdInPerson, IdRemote, Registrar};
    use Outcome::{Confirmed, Denied, NoAnswer};
    let candidate = studied(&[]);
    let by = |kind, result, by: &str, hours| Check {
        by: by.to_owned(),
        ..check(kind, result, None, (1, &candidate), hours)
    };
    // Kind, result and how many others found the same before, the latest first.
    let told = |checks: &[Check]| {
        let subject = Subject {
            checks,
            ..Subject::alone(&candidate, crate::reference::base::shipped(), NOON)
        };
        let Some(Value::Rows(rows)) = read(&subject) else {
            return Vec::new();
        };
        let one = |row: Row| match (&row.cells[4], &row.cells[1], &row.cells[7]) {
            (Some(Value::Text(by)), Some(Value::Text(result)), Some(Value::Number(before))) => {
                format!("{by} {result} {before}")
            }
            other => panic!("{other:?}"),
        };
        rows.into_iter().map(one).collect::<Vec<_>>()
    };
    for (checks, expected) in [
        (
            vec![
                by(IdRemote, Denied, "Persona", 1),
                by(IdRemote, Confirmed, "Onfido", 2),
            ],
            vec!["Onfido confirmed 0", "Persona denied 0"],
        ),
        (
            vec![
                by(IdRemote, Denied, "Persona", 1),
                by(IdRemote, Confirmed, " persona", 2),
            ],
            vec![" persona confirmed 0"],
        ),
        (
            vec![
                by(IdRemote, Denied, "Persona", 1),
                by(IdRemote, NoAnswer, "Persona", 2),
            ],
            vec!["Persona no_answer 0"],
        ),
        (
            vec![
                by(IdRemote, Denied, "Persona", 1),
                by(IdInPerson, Denied, "Dana Reed", 2),
                by(IdRemote, Denied, "Onfido", 3),
                by(IdRemote, Denied, "Dana Reed", 4),
            ],
            vec![
                "Dana Reed denied 0",
                "Onfido denied 2",
                "Dana Reed denied 1",
                "Persona denied 0",
            ],
        ),
        (
            vec![
                by(IdInPerson, Confirmed, "Dana Reed", 1),
                by(IdRemote, Confirmed, "Persona", 2),
                by(IdRemote, Confirmed, "Onfido", 3),
            ],
            vec![
                "Onfido confirmed 1",
                "Persona confirmed 0",
                "Dana Reed confirmed 0",
            ],
        ),
        (
            vec![
                by(Background, Denied, "Checkr", 1),
                by(Background, Confirmed, "Certn", 2),
            ],
            vec!["Certn confirmed 0", "Checkr denied 0"],
        ),
        (
            vec![
                by(Registrar, Denied, "Dana Reed", 1),
                by(Registrar, Confirmed, "Kim Ito", 2),
            ],
            vec!["Kim Ito confirmed 0"],
        ),
    ] {
        assert_eq!(told(&checks), expected);
    }
}

#[test]
fn a_document_speaks_for_the_name_it_was_seen_with() {
    let named = |raw: &str| Candidate {
        name: name::read(raw),
        ..Candidate::default()
    };
    for (then, now, told) in [
        ("Maria Lopez", "Maria Lopez", "name: confirmed"),
        ("Maria Lopez", "López, María", "name: confirmed"),
        ("山田太郎", "山田太郎", "name: confirmed"),
        ("", "Maria Lopez", "name: confirmed"),
        ("Maria Lopez", "John Smith", "name: confirmed, gone"),
        ("山田太郎", "Taro Yamada", "name: confirmed, not known"),
    ] {
        let seen = check(
            CheckKind::IdInPerson,
            Outcome::Confirmed,
            None,
            (1, &named(then)),
            1,
        );
        assert_eq!(rows(&named(now), &[seen]), [told], "{then}, then {now}");
    }
}

#[test]
fn days_are_whole_and_never_negative() {
    let candidate = studied(&[]);
    for (hours, days) in [(1, 2.0), (59, 0.0), (90, 0.0)] {
        let one = check(
            CheckKind::IdInPerson,
            Outcome::Confirmed,
            None,
            (1, &candidate),
            hours,
        );
        let subject = Subject {
            checks: std::slice::from_ref(&one),
            ..Subject::alone(
                &candidate,
                crate::reference::base::shipped(),
                NOON + SignedDuration::from_hours(60),
            )
        };
        let there = (Some(true), "name".to_owned());
        let row = row(&one, &subject, there, 0);
        assert_eq!(row.cells[6], Some(Value::Number(days)));
    }
}
