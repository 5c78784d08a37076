//! The North American Numbering Plan: what a ten-digit number is by its form and its area code.
//!
//! Facts and special codes: red-flags §4. The table of area codes is in `areas.rs`.

use super::{Nanp, NanpFault, areas};

/// Codes of no place: toll-free, premium, carriers' own, government (red-flags §4).
const SPECIAL: [u16; 10] = [800, 833, 844, 855, 866, 877, 888, 900, 700, 710];

/// Personal numbers follow their owner: 500, 52X and the doubles (red-flags §4).
const PERSONAL: [u16; 16] = [
    500, 521, 522, 523, 524, 525, 526, 527, 528, 529, 532, 533, 544, 566, 577, 588,
];

/// A number of the plan and the country of its area code.
pub(super) struct Read {
    pub nanp: Nanp,
    /// ISO 3166-1 code; `None` for codes of no country and codes not in service.
    pub country: Option<&'static str>,
}

/// Reads ten national digits; `None` when there are more, fewer or others.
pub(super) fn read(national: &str, fictional_numbers: bool) -> Option<Read> {
    let digits: &[u8; 10] = national.as_bytes().try_into().ok()?;
    let number = digits.iter().try_fold(0_u64, |number, byte| {
        byte.is_ascii_digit()
            .then(|| number * 10 + u64::from(byte - b'0'))
    })?;
    let part = |divisor, modulus| u16::try_from(number / divisor % modulus).ok();
    let (npa, nxx, line) = (
        part(10_000_000, 1_000)?,
        part(10_000, 1_000)?,
        part(1, 10_000)?,
    );
    let fault = fault(npa, nxx, line).filter(|f| *f != NanpFault::Fiction || !fictional_numbers);
    let area = areas::of(npa);
    let special = SPECIAL.contains(&npa) || PERSONAL.contains(&npa);
    let country = match npa {
        710 => Some("US"), // the federal government's
        _ => area.map(|area| area.country),
    };
    Some(Read {
        nanp: Nanp {
            npa,
            nxx,
            line,
            fault,
            assigned: fault.is_none().then_some(special || area.is_some()),
            special,
            states: area.map_or(&[], |area| area.states),
            zones: area.map_or(&[], |area| area.zones),
        },
        country,
    })
}

/// The first rule of the plan's form that a number breaks.
fn fault(npa: u16, nxx: u16, line: u16) -> Option<NanpFault> {
    if npa < 200 {
        Some(NanpFault::AreaStart)
    } else if npa % 100 == 11 {
        Some(NanpFault::AreaService)
    } else if npa / 10 % 10 == 9 {
        Some(NanpFault::AreaReserved)
    } else if nxx < 200 {
        Some(NanpFault::ExchangeStart)
    } else if nxx % 100 == 11 {
        Some(NanpFault::ExchangeService)
    } else if nxx == 555 && (100..=199).contains(&line) {
        Some(NanpFault::Fiction)
    } else {
        None
    }
}

impl NanpFault {
    /// The word that rules know it by.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AreaStart => "npa_start",
            Self::AreaReserved => "npa_reserved",
            Self::AreaService => "npa_service",
            Self::ExchangeStart => "nxx_start",
            Self::ExchangeService => "nxx_service",
            Self::Fiction => "fiction",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NanpFault::{
        AreaReserved, AreaService, AreaStart, ExchangeService, ExchangeStart, Fiction,
    };

    fn nanp(digits: &str) -> Nanp {
        read(digits, false).expect("ten digits").nanp
    }

    #[test]
    fn the_form_of_the_plan_is_kept_or_named() {
        for (digits, fault) in [
            ("2125550123", Some(Fiction)),
            ("2129110123", Some(ExchangeService)),
            ("2124110187", Some(ExchangeService)),
            ("1925551234", Some(AreaStart)),
            ("0125561234", Some(AreaStart)),
            ("2925551234", Some(AreaReserved)),
            ("9115561234", Some(AreaService)),
            ("2121561234", Some(ExchangeStart)),
            ("2225551234", None),
            ("8005551234", None),
            ("2015561234", None),
            ("2125550099", None),
            ("2125550100", Some(Fiction)),
            ("2125550199", Some(Fiction)),
            ("2125550200", None),
        ] {
            assert_eq!(nanp(digits).fault, fault, "{digits}");
        }
        assert_eq!(
            read("2125550123", true).expect("ten digits").nanp.fault,
            None
        );
    }

    #[test]
    fn an_area_code_knows_its_country_states_and_zones() {
        for (digits, country, states, zone) in [
            ("2015561234", Some("US"), &["NJ"][..], "America/New_York"),
            ("2035561234", Some("US"), &["CT"], "America/New_York"),
            ("3105561234", Some("US"), &["CA"], "America/Los_Angeles"),
            ("7135561234", Some("US"), &["TX"], "America/Chicago"),
            ("7185561234", Some("US"), &["NY"], "America/New_York"),
            ("6045561234", Some("CA"), &["BC"], "America/Vancouver"),
            ("9025561234", Some("CA"), &["NS", "PE"], "America/Halifax"),
            ("7875561234", Some("PR"), &["PR"], "America/Puerto_Rico"),
            ("8765561234", Some("JM"), &[], "America/Jamaica"),
            ("9155561234", Some("US"), &["TX"], "America/Denver"),
        ] {
            let read = read(digits, false).expect("ten digits");
            assert_eq!(read.country, country, "{digits}");
            assert_eq!(read.nanp.states, states, "{digits}");
            assert_eq!(read.nanp.zones[0], zone, "{digits}");
            assert_eq!(read.nanp.assigned, Some(true), "{digits}");
            assert!(!read.nanp.special, "{digits}");
        }
    }

    #[test]
    fn special_codes_belong_to_no_place() {
        for npa in SPECIAL.iter().chain(&PERSONAL) {
            let read = read(&format!("{npa}5561234"), false).expect("ten digits");
            assert!(
                read.nanp.special && read.nanp.assigned == Some(true),
                "{npa}"
            );
            assert!(read.nanp.states.is_empty(), "{npa}");
        }
        for npa in [222, 230, 999] {
            let nanp = nanp(&format!("{npa}5561234"));
            assert!(!nanp.special && nanp.assigned != Some(true), "{npa}");
        }
    }

    #[test]
    fn other_than_ten_digits_are_not_read() {
        for digits in ["", "7365000", "212736500", "21273650001", "212736500x"] {
            assert!(read(digits, false).is_none(), "{digits}");
        }
    }
}
