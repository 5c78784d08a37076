use super::*;
use crate::reference::Vintage;
use crate::reference::fact::{Mill, Taught};
use crate::reference::{AwardLevel, Calendar};

fn set(kind: Kind, vintage: &str, facts: Vec<Fact>) -> Loaded {
    let set = Set {
        kind,
        vintage: vintage.parse::<Vintage>().unwrap(),
        file: String::new(),
        digest: String::new(),
        rows: 1,
        imported_at: jiff::Timestamp::UNIX_EPOCH,
    };
    Loaded { set, facts }
}

/// An American institution of a federal directory.
fn federal(unitid: u32, name: &str, state: &str, domain: &str) -> Listed {
    Listed {
        unitid: Some(unitid),
        ..american(name, Some(state), domain)
    }
}

fn american(name: &str, state: Option<&str>, domain: &str) -> Listed {
    Listed {
        name: name.into(),
        domains: [domain]
            .iter()
            .filter(|domain| !domain.is_empty())
            .map(|&domain| domain.into())
            .collect(),
        country: Some("US".into()),
        state: state.map(Into::into),
        ..Listed::default()
    }
}

fn facts(listed: &[Listed]) -> Vec<Fact> {
    listed.iter().cloned().map(Fact::Listed).collect()
}

/// Those that a federal directory lists, and others in a list without unit ids.
fn directory() -> Vec<Listed> {
    vec![
        federal(
            999_001,
            "Northmoor University-Main Campus",
            "OH",
            "northmoor.example",
        ),
        federal(
            999_002,
            "Northmoor University-Birch",
            "OH",
            "birch.northmoor.example",
        ),
        federal(999_003, "Ashland Union College", "KY", "union-ky.example"),
        federal(999_004, "Ashland Union College", "NE", "union-ne.example"),
        federal(999_005, "Northwest Moor College", "WY", "nwmoor.example"),
        federal(
            999_006,
            "Moorland State University-Elm",
            "CA",
            "elm.moorland.example",
        ),
        federal(
            999_007,
            "Moorland State University-Oak",
            "CA",
            "shared.example",
        ),
        federal(
            999_008,
            "Moorland State University-Fir",
            "CA",
            "shared.example",
        ),
        federal(
            999_009,
            "West Liberty Moor University",
            "WV",
            "wlmoor.example",
        ),
        federal(
            999_010,
            "West Virginia Moor University",
            "WV",
            "wvmoor.example",
        ),
    ]
}

/// Entries of a list without unit ids: whose record each joins, and whether it makes a new institution.
fn entries() -> Vec<(Listed, Option<u32>, bool)> {
    let abroad = Listed {
        country: Some("CA".into()),
        ..american(
            "Northmoor University-Main Campus",
            None,
            "northmoor.example",
        )
    };
    vec![
        (
            american("Northmoor University", None, "northmoor.example"),
            Some(999_001),
            false,
        ),
        (
            american(
                "Northmoor University Birch",
                None,
                "birch.northmoor.example",
            ),
            Some(999_002),
            false,
        ),
        (
            american("Ashland Union College", None, "union-ne.example"),
            Some(999_004),
            false,
        ),
        (
            american("Ashland Union College", Some("KY"), ""),
            Some(999_003),
            false,
        ),
        (american("Ashland Union College", None, ""), None, false),
        (
            american("Ashland Union College", None, "union.example"),
            None,
            false,
        ),
        (
            american("Ashland Union College", Some("TN"), "union-tn.example"),
            None,
            true,
        ),
        (
            american("Northwest Moor College", None, "www2.nwmoor.example"),
            Some(999_005),
            false,
        ),
        (
            american("Northwest Moor College", None, "nwcollege.example"),
            None,
            false,
        ),
        (
            american("Northwest Moor College", Some("CA"), "nwcollege.example"),
            None,
            true,
        ),
        (
            american("Oakmoor Institute", None, "shared.example"),
            None,
            true,
        ),
        (
            american("Baptist Bible Seminary", None, "wlmoor.example"),
            None,
            true,
        ),
        (
            american("West Virginia Moor University", None, "wlmoor.example"),
            None,
            false,
        ),
        (
            american("Graduate School", None, "lab.northmoor.example"),
            None,
            true,
        ),
        (abroad, None, true),
    ]
}

#[test]
fn a_list_without_ids_adds_to_whom_it_surely_means_and_to_nobody_else() {
    let base = build(&[set(Kind::IpedsHd, "2020", facts(&directory()))]);
    for (entry, joins, makes) in entries() {
        let built = build(&[
            set(
                Kind::Hipolabs,
                "2019-01-01",
                facts(std::slice::from_ref(&entry)),
            ),
            set(Kind::IpedsHd, "2020", facts(&directory())),
        ]);
        let case = format!("{} {:?} {:?}", entry.name, entry.state, entry.domains);
        let more = built.institutions().len() - base.institutions().len();
        assert_eq!(more, usize::from(makes), "{case}");
        for (before, after) in base.institutions().iter().zip(built.institutions()) {
            let same = (&before.name, &before.aliases, &before.domains)
                == (&after.name, &after.aliases, &after.domains);
            let may_differ = joins.is_some() && after.unitid == joins;
            assert!(same || may_differ, "{case}: {after:?}");
        }
    }
}

#[test]
fn a_campus_does_not_take_the_name_of_the_whole_from_a_list() {
    let list = [
        american("Northmoor University", None, "northmoor.example"),
        american("Moorland State University", None, "elm.moorland.example"),
    ];
    let built = build(&[
        set(Kind::IpedsHd, "2020", facts(&directory())),
        set(Kind::Hipolabs, "2026-01-01", facts(&list)),
    ]);
    let unitid = |name| built.named(name).and_then(|one| one.unitid);
    assert_eq!(unitid("Northmoor University"), Some(999_001));
    assert_eq!(unitid("Moorland State University"), None);
}

#[test]
fn a_newer_directory_has_the_last_word_and_keeps_former_names() {
    let closed = Listed {
        closed: PartialDate::new(2015, Some(6), None),
        ..federal(999_001, "Northmoor College", "OH", "northmoor.example")
    };
    let restored = federal(999_001, "Northmoor University", "OH", "northmoor.example");
    let accredited = Listed {
        id: Some("dapip:1".into()),
        ..federal(999_001, "Northmoor University of Ohio", "OH", "")
    };
    let built = build(&[
        set(Kind::Dapip, "2016-01-01", facts(&[accredited])),
        set(Kind::IpedsHd, "2021", facts(&[restored])),
        set(Kind::IpedsHd, "2015", facts(std::slice::from_ref(&closed))),
    ]);
    let found = built.named("Northmoor University").unwrap();
    assert_eq!((&*found.name, found.closed), ("Northmoor University", None));
    assert_eq!(
        found.aliases,
        ["Northmoor College", "Northmoor University of Ohio"]
    );
    let alone = build(&[set(Kind::IpedsHd, "2015", facts(&[closed]))]);
    assert!(alone.named("Northmoor College").unwrap().closed.is_some());
}

#[test]
fn what_is_known_by_year_is_kept_for_every_year() {
    let taught = |calendar, levels: &[AwardLevel]| {
        Fact::Taught(Taught {
            unitid: 999_001,
            calendar: Some(calendar),
            levels: levels.to_vec(),
        })
    };
    let built = build(&[
        set(
            Kind::IpedsIc,
            "2021",
            vec![taught(Calendar::Semester, &[AwardLevel::Bachelor])],
        ),
        set(
            Kind::IpedsIc,
            "2012",
            vec![taught(Calendar::Quarter, &[AwardLevel::Associate])],
        ),
        set(Kind::IpedsHd, "2021", facts(&directory()[..1])),
    ]);
    let found = built.named("Northmoor University-Main Campus").unwrap();
    assert_eq!(found.calendar(2013), Some(Calendar::Quarter));
    assert_eq!(found.calendar(2020), Some(Calendar::Semester));
    assert_eq!(found.levels.len(), 2);
}

#[test]
fn only_the_newest_list_of_mills_counts() {
    let mill = |name: &str| {
        Fact::Mill(Mill {
            name: name.into(),
            source: "Example register".into(),
            ..Mill::default()
        })
    };
    let built = build(&[
        set(Kind::MillList, "2026-05-01", vec![mill("Westmoor Online")]),
        set(
            Kind::MillList,
            "2025-05-01",
            vec![mill("Westmoor Online"), mill("Cleared School")],
        ),
    ]);
    assert!(built.mills().listed("Westmoor Online").is_some());
    assert!(built.mills().listed("Cleared School").is_none());
    assert_eq!(built.sets().len(), 2);
}

#[test]
fn a_faculty_under_the_universitys_domain_lends_its_name_and_nothing_else() {
    let university = Listed {
        city: Some("Ash".into()),
        position: Some((40.0, -83.0)),
        ..federal(999_001, "Northmoor University", "OH", "northmoor.example")
    };
    let faculty = Listed {
        id: Some("ror:faculty".into()),
        city: Some("Elm".into()),
        position: Some((41.0, -81.0)),
        opened: PartialDate::new(2015, None, None),
        closed: PartialDate::new(2019, None, None),
        ..american(
            "Northmoor School of Public Health",
            Some("OH"),
            "northmoor.example",
        )
    };
    let built = build(&[
        set(Kind::IpedsHd, "2020", facts(&[university])),
        set(
            Kind::Ror,
            "2024-01-01",
            facts(std::slice::from_ref(&faculty)),
        ),
        set(Kind::Ror, "2025-01-01", facts(&[faculty])),
    ]);
    let found = built.named("Northmoor University").unwrap();
    assert_eq!(found.aliases, ["Northmoor School of Public Health"]);
    let place = (found.city.as_deref(), found.position);
    assert_eq!(place, (Some("Ash"), Some((40.0, -83.0))));
    assert_eq!((found.opened, found.closed), (None, None));
}

#[test]
fn the_earlier_opening_and_the_federal_directorys_place_count() {
    let year = |year| PartialDate::new(year, None, None);
    let university = |city: &str, opened| Listed {
        city: Some(city.into()),
        position: Some((40.0, -83.0)),
        opened,
        ..federal(999_001, "Northmoor University", "OH", "northmoor.example")
    };
    let other = |opened| Listed {
        id: Some("ror:whole".into()),
        city: Some("Elm".into()),
        position: Some((41.0, -81.0)),
        opened,
        ..american("Northmoor University", Some("OH"), "northmoor.example")
    };
    for (known, first, second, opened) in [
        (None, 1991, 2015, 1991),
        (None, 2015, 1991, 1991),
        (year(1970), 1991, 2015, 1970),
    ] {
        let built = build(&[
            set(Kind::IpedsHd, "2020", facts(&[university("Ash", known)])),
            set(Kind::IpedsHd, "2021", facts(&[university("Oak", None)])),
            set(Kind::Ror, "2024-01-01", facts(&[other(year(first))])),
            set(Kind::Ror, "2025-01-01", facts(&[other(year(second))])),
        ]);
        let found = built.named("Northmoor University").unwrap();
        assert_eq!(found.opened, year(opened));
        let place = (found.city.as_deref(), found.position);
        assert_eq!(place, (Some("Oak"), Some((40.0, -83.0))));
    }
}

#[test]
fn what_became_something_unknown_has_not_closed() {
    let closing = |unitid, name, successor: Option<&str>| Listed {
        closed: PartialDate::new(2013, Some(6), Some(30)),
        successors: successor.map(Into::into).into_iter().collect(),
        ..federal(unitid, name, "OH", "")
    };
    let built = build(&[set(
        Kind::IpedsHd,
        "2020",
        facts(&[
            closing(999_001, "Northmoor College", None),
            closing(999_002, "Southmoor College", Some("999009")),
        ]),
    )]);
    assert!(built.named("Northmoor College").unwrap().closed.is_some());
    assert_eq!(built.named("Southmoor College").unwrap().closed, None);
}

#[test]
fn only_a_later_year_restores_what_has_closed() {
    let row = |closed| Listed {
        closed,
        ..federal(999_001, "Northmoor College", "OH", "northmoor.example")
    };
    let closed = PartialDate::new(2021, Some(8), Some(31));
    for (year, expected) in [("2021", closed), ("2022", None)] {
        let built = build(&[
            set(Kind::IpedsHd, "2020", facts(&[row(closed)])),
            set(Kind::IpedsHd, year, facts(&[row(None)])),
        ]);
        assert_eq!(
            built.named("Northmoor College").unwrap().closed,
            expected,
            "{year}"
        );
    }
}
