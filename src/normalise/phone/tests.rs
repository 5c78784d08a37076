//! Phone numbers against the vectors of red-flags §7a, the libraries and the publisher's files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};

use super::*;
use crate::application;
use crate::normalise::resume::Piece;

fn us(raw: &str) -> Phone {
    read("phones[0]", raw, Region::default(), &Settings::default())
}

fn abroad(raw: &str, iso: &str) -> Phone {
    let region = Region::of(iso).expect("a region");
    read("phones[0]", raw, region, &Settings::default())
}

#[test]
fn the_vectors_of_the_plan_hold() {
    use NanpFault::{AreaReserved, AreaStart, ExchangeService, Fiction};
    // number, fault, in service, special, valid, country, states
    for (raw, fault, assigned, special, valid, country, states) in [
        (
            "2125550123",
            Some(Fiction),
            None,
            false,
            false,
            Some("US"),
            &["NY"][..],
        ),
        (
            "2129110123",
            Some(ExchangeService),
            None,
            false,
            false,
            Some("US"),
            &["NY"],
        ),
        ("1925551234", Some(AreaStart), None, false, false, None, &[]),
        (
            "2925551234",
            Some(AreaReserved),
            None,
            false,
            false,
            None,
            &[],
        ),
        ("2225551234", None, Some(false), false, false, None, &[]),
        ("8005551234", None, Some(true), true, true, None, &[]),
        (
            "2015561234",
            None,
            Some(true),
            false,
            true,
            Some("US"),
            &["NJ"],
        ),
        (
            "6045561234",
            None,
            Some(true),
            false,
            true,
            Some("CA"),
            &["BC"],
        ),
    ] {
        let phone = us(raw);
        let nanp = phone.nanp.expect("of the plan");
        assert_eq!(nanp.fault, fault, "{raw}");
        assert_eq!(nanp.assigned, assigned, "{raw}");
        assert_eq!(nanp.special, special, "{raw}");
        assert_eq!(nanp.states, states, "{raw}");
        assert_eq!(phone.valid, Some(valid), "{raw}");
        assert_eq!(phone.country, country, "{raw}");
        assert_eq!(phone.e164, Some(format!("+1{raw}")));
    }
}

#[test]
fn every_way_to_write_a_number_is_the_same_number() {
    for raw in [
        "2127365000",
        "(212) 736-5000",
        "212.736.5000",
        "1-212-736-5000",
        "+1 (212) 736-5000",
        "+12127365000",
        "001 212 736 5000",
        "011 1 212 736 5000",
        "tel:+1-212-736-5000;ext=44",
        "212-736-5000 x123",
        "212-736-5000 ext. 5",
        "Cell: 212 736 5000",
        "212 736 5000 (mobile)",
        "＋１ ２１２ ７３６ ５０００",
        "٢١٢ ٧٣٦ ٥٠٠٠",
        "\u{202a}+1 212\u{200b}736 5000\u{202c}",
        "212\u{2011}736\u{2013}5000",
    ] {
        let phone = us(raw);
        assert_eq!(phone.e164.as_deref(), Some("+12127365000"), "{raw}");
        assert_eq!(phone.raw, raw);
        assert_eq!(phone.country, Some("US"));
    }
    for raw in ["+1 212 736 5000", "0012127365000", "+1 (0)212 736 5000"] {
        let phone = abroad(raw, "IN");
        let whole = phone.e164.as_deref() == Some("+12127365000");
        assert_eq!(whole, !raw.contains("(0)"), "{raw}");
    }
}

#[test]
fn what_is_not_a_whole_number_is_not_guessed() {
    for raw in [
        "",
        "n/a",
        "736-5000",
        "21273650001",
        "2127365000123",
        "+1 212 736 50001",
        "+1 212 736",
        "212-736-5000 / 917-736-5000",
        "442079460018",
        "0",
        "+",
        "00",
        "011",
    ] {
        let phone = us(raw);
        assert_eq!(phone.e164, None, "{raw}");
        assert_eq!(phone.nanp, None, "{raw}");
        assert_eq!(phone.valid, Some(false), "{raw}");
    }
}

#[test]
fn a_number_without_a_country_code_belongs_to_the_address() {
    let home = |country: &str| {
        Region::of_application(&Application {
            address: Some(application::Address {
                country: Some(country.to_owned()),
                ..application::Address::default()
            }),
            ..Application::default()
        })
    };
    assert_eq!(
        Region::of_application(&Application::default()),
        Region::default()
    );
    assert_eq!(home("us"), Region::default());
    assert_eq!(Some(home("GB")), Region::of("GB"));
    assert_eq!(home("XX"), Region::default());
    let read = |raw: &str, country: &str| read("", raw, home(country), &Settings::default()).e164;
    assert_eq!(
        read("020 7946 0018", "GB").as_deref(),
        Some("+442079460018")
    );
    assert_eq!(
        read("011-2345 6789", "IN").as_deref(),
        Some("+911123456789")
    );
    assert_eq!(
        read("(604) 556-1234", "CA").as_deref(),
        Some("+16045561234")
    );
    assert_eq!(
        read("+86 138 0013 8000", "US").as_deref(),
        Some("+8613800138000")
    );
    assert_eq!(
        read("011 44 20 7946 0018", "US").as_deref(),
        Some("+442079460018")
    );
    assert_eq!(
        read("+44 (0)20 7946 0018", "US").as_deref(),
        Some("+442079460018")
    );
}

#[test]
fn a_demonstration_may_use_fictional_numbers() {
    let settings = Settings {
        fictional_numbers: true,
        ..Settings::default()
    };
    let phone = read("", "(212) 555-0123", Region::default(), &settings);
    assert_eq!(phone.nanp.expect("of the plan").fault, None);
    assert_eq!(phone.valid, Some(true));
}

#[test]
fn form_and_résumé_are_one_list() {
    let application = Application {
        phones: vec!["(212) 736-5000".to_owned()],
        ..Application::default()
    };
    let piece = |raw: &str, own| Piece {
        raw: raw.to_owned(),
        own,
        referee: false,
    };
    let resume = Resume {
        phones: vec![
            piece("(212) 736-5000", true),
            piece("+1 212 736 5000", true),
            piece("917-736-5000", false),
        ],
        ..Resume::default()
    };
    let phones = all(&application, Some(&resume), &Settings::default());
    let seen: Vec<_> = phones
        .iter()
        .map(|p| {
            (
                p.field.as_str(),
                p.e164.as_deref(),
                p.seen.in_form,
                p.seen.in_resume_text,
                p.seen.own,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("phones[0]", Some("+12127365000"), true, true, true),
            ("resume_text", Some("+12127365000"), false, true, true),
            ("resume_text", Some("+19177365000"), false, true, false),
        ]
    );
}

/// A number of an area code, with an exchange and a line that are in use everywhere.
fn of_area(npa: u16) -> String {
    format!("+1{npa}2342345")
}

#[test]
fn area_codes_are_those_of_the_phone_library() {
    // Exchanges to try: territories have opened only some.
    let valid = |npa: u16| {
        (234..1000).step_by(8).find_map(|nxx| {
            let number = PhoneNumber::parse(format!("+1{npa}{nxx}2345"), None).ok()?;
            number.is_valid().then_some(number)
        })
    };
    let mut differing = BTreeSet::new();
    for npa in 200..1000 {
        let ours = us(&of_area(npa));
        let nanp = ours.nanp.expect("of the plan");
        let first = PhoneNumber::parse(of_area(npa), None).expect("a number");
        let theirs = if nanp.assigned == Some(true) {
            valid(npa)
        } else {
            Some(first).filter(PhoneNumber::is_valid)
        };
        if (nanp.assigned == Some(true)) != theirs.is_some() {
            differing.insert(npa);
        } else if let Some(theirs) = theirs.filter(|_| !nanp.special) {
            let region = theirs.get_region_code().expect("a region").to_string();
            assert_eq!(ours.country, Some(region.as_str()), "{npa}");
        }
    }
    // The library knows neither the carriers' own code nor the government's.
    assert_eq!(differing, BTreeSet::from([700, 710]));
}

#[test]
fn there_are_as_many_area_codes_as_published() {
    let count = |country: &str| {
        (200..1000)
            .filter_map(areas::of)
            .filter(|area| area.country == country && !area.states.is_empty())
            .count()
    };
    // libphonenumber metadata of July 2026, counted (red-flags §4).
    assert_eq!((count("US"), count("CA")), (359, 55));
}

/// Valid numbers of every country: the library's examples, and those with other last digits.
fn generated() -> Vec<PhoneNumber> {
    let mut numbers = Vec::new();
    for region in PHONE_NUMBER_UTIL.get_supported_regions() {
        for kind in [PhoneNumberType::FixedLine, PhoneNumberType::Mobile] {
            let Ok(example) =
                PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind)
            else {
                continue;
            };
            let e164 = example.format_as(PhoneNumberFormat::E164).into_owned();
            for last in 0..4 {
                let other = format!("{}{}", &e164[..e164.len() - 2], 17 + 23 * last);
                numbers.extend(
                    PhoneNumber::parse(&other, None)
                        .ok()
                        .filter(PhoneNumber::is_valid),
                );
            }
        }
    }
    numbers
}

#[test]
fn numbers_of_every_country_are_those_of_the_phone_library() {
    let numbers = generated();
    assert!(numbers.len() > 1_000, "{}", numbers.len());
    let mut differing = Vec::new();
    for number in &numbers {
        let e164 = number.format_as(PhoneNumberFormat::E164);
        for format in [
            PhoneNumberFormat::E164,
            PhoneNumberFormat::International,
            PhoneNumberFormat::RFC3966,
        ] {
            let text = number.format_as(format);
            if us(&text).e164.as_deref() != Some(&*e164) {
                differing.push(text.into_owned());
            }
        }
    }
    assert_eq!(differing, [""; 0]);
}

#[test]
fn numbers_written_at_home_are_those_of_the_phone_library() {
    let mut wrong = BTreeMap::new();
    let mut tried = 0;
    for number in generated() {
        let Some(iso) = number.get_region_code().map(|region| region.to_string()) else {
            continue;
        };
        let Some(region) = Region::of(&iso) else {
            continue;
        };
        let e164 = number.format_as(PhoneNumberFormat::E164);
        let national = number.format_as(PhoneNumberFormat::National);
        tried += 1;
        if read("", &national, region, &Settings::default())
            .e164
            .as_deref()
            != Some(&*e164)
        {
            *wrong.entry(iso).or_insert(0) += 1;
        }
    }
    assert_eq!((wrong, tried > 300), (BTreeMap::new(), true));
}

/// A publisher's file, where `TELLTALE_REFERENCE_DATA` names the folder of them: lines `prefix|value`.
fn reference(name: &str) -> Option<Vec<(String, String)>> {
    let path = PathBuf::from(std::env::var_os("TELLTALE_REFERENCE_DATA")?).join(name);
    let text =
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    Some(
        lines
            .filter_map(|line| line.split_once('|'))
            .map(|(prefix, value)| (prefix.to_owned(), value.to_owned()))
            .collect(),
    )
}

#[test]
fn states_are_those_of_the_published_geocoding() {
    let Some(lines) = reference("nanp-geocoding-en.txt") else {
        return;
    };
    let mut places: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for (prefix, place) in lines {
        let Ok(npa) = prefix.get(1..4).unwrap_or_default().parse() else {
            continue;
        };
        assert!(areas::of(npa).is_some(), "{npa} is not in the table");
        // `Jersey City, NJ`: the state stands at the end of a place.
        if let Some((_, state)) = place
            .rsplit_once(", ")
            .filter(|(_, state)| state.len() == 2)
        {
            places.entry(npa).or_default().push(state.to_owned());
        }
    }
    assert!(places.len() > 200, "{}", places.len());
    for (npa, states) in places {
        let area = areas::of(npa).expect("in the table");
        if area.states.is_empty() {
            continue;
        }
        // Some exchanges at a border have moved across it.
        let inside = states
            .iter()
            .filter(|state| area.states.contains(&state.as_str()));
        assert!(
            inside.count() * 10 >= states.len() * 9,
            "{npa}: {:?}",
            area.states
        );
    }
}

/// One name for each clock that several zones of the map keep.
fn clock(zone: &str) -> &str {
    match zone {
        "America/North_Dakota/Center" => "America/Chicago",
        "America/Juneau" => "America/Anchorage",
        "America/Boise" => "America/Denver",
        "America/Puerto_Rico" => "America/Halifax",
        "America/Fort_Nelson" => "America/Whitehorse",
        zone => zone,
    }
}

#[test]
fn zones_are_those_of_the_published_map() {
    let Some(lines) = reference("nanp-timezones.txt") else {
        return;
    };
    let mut checked = 0;
    for (prefix, zones) in lines {
        let Ok(npa) = prefix.get(1..4).unwrap_or_default().parse::<u16>() else {
            continue;
        };
        // Wrong in the map: Orlando (689) is on Eastern time, Saskatchewan (474) on its own.
        if prefix.len() != 4 || matches!(npa, 474 | 689) {
            continue;
        }
        let area = areas::of(npa).unwrap_or_else(|| panic!("{npa} is not in the table"));
        for zone in zones.split('&') {
            let known = area.zones.iter().any(|ours| clock(ours) == clock(zone));
            assert!(known, "{npa} keeps {zone}");
            checked += 1;
        }
    }
    assert!(checked > 300, "{checked}");
}
