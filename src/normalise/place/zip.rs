//! The state of a US ZIP code, by its first three digits.

/// Ranges of three-digit prefixes, ascending. A few prefixes reach over a border by some
/// post offices, so this fills a missing state and never contradicts a stated one.
/// Source: USPS Publication 65 facts (L002 three-digit labels), compiled November 2026.
static PREFIXES: &[(u16, u16, &str)] = &[
    (5, 5, "NY"),
    (6, 7, "PR"),
    (8, 8, "VI"),
    (9, 9, "PR"),
    (10, 27, "MA"),
    (28, 29, "RI"),
    (30, 38, "NH"),
    (39, 49, "ME"),
    (50, 54, "VT"),
    (55, 55, "MA"),
    (56, 59, "VT"),
    (60, 69, "CT"),
    (70, 89, "NJ"),
    (100, 149, "NY"),
    (150, 196, "PA"),
    (197, 199, "DE"),
    (200, 200, "DC"),
    (201, 201, "VA"),
    (202, 205, "DC"),
    (206, 219, "MD"),
    (220, 246, "VA"),
    (247, 268, "WV"),
    (270, 289, "NC"),
    (290, 299, "SC"),
    (300, 319, "GA"),
    (320, 339, "FL"),
    (341, 349, "FL"),
    (350, 369, "AL"),
    (370, 385, "TN"),
    (386, 397, "MS"),
    (398, 399, "GA"),
    (400, 427, "KY"),
    (430, 459, "OH"),
    (460, 479, "IN"),
    (480, 499, "MI"),
    (500, 528, "IA"),
    (530, 549, "WI"),
    (550, 567, "MN"),
    (570, 577, "SD"),
    (580, 588, "ND"),
    (590, 599, "MT"),
    (600, 629, "IL"),
    (630, 658, "MO"),
    (660, 679, "KS"),
    (680, 693, "NE"),
    (700, 714, "LA"),
    (716, 729, "AR"),
    (730, 732, "OK"),
    (733, 733, "TX"),
    (734, 749, "OK"),
    (750, 799, "TX"),
    (800, 816, "CO"),
    (820, 831, "WY"),
    (832, 838, "ID"),
    (840, 847, "UT"),
    (850, 865, "AZ"),
    (870, 884, "NM"),
    (885, 885, "TX"),
    (889, 898, "NV"),
    (900, 961, "CA"),
    (967, 968, "HI"),
    (970, 979, "OR"),
    (980, 994, "WA"),
    (995, 999, "AK"),
];

/// Whether a text is a ZIP code: five digits, or five and four.
pub fn is_zip(text: &str) -> bool {
    five(text).is_some()
}

/// The five digits of a ZIP code, with or without its four.
pub fn five(text: &str) -> Option<&str> {
    let text = text.trim();
    let (five, four) = match text.split_once('-') {
        Some((five, four)) => (five, Some(four)),
        None => (text, None),
    };
    let digits =
        |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    (digits(five, 5) && four.is_none_or(|four| digits(four, 4))).then_some(five)
}

/// The state a ZIP code lies in; `None` for military and unused prefixes.
pub fn state(zip: &str) -> Option<&'static str> {
    let prefix: u16 = five(zip)?[..3].parse().ok()?;
    let at = PREFIXES.partition_point(|(_, last, _)| *last < prefix);
    let (first, _, state) = PREFIXES.get(at)?;
    (*first <= prefix).then_some(*state)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_ascending_and_name_states() {
        assert!(PREFIXES.windows(2).all(|pair| pair[0].1 < pair[1].0));
        for (first, last, state) in PREFIXES {
            assert!(first <= last);
            assert_eq!(super::super::us_state(state), Some(*state));
        }
    }

    #[test]
    fn a_zip_code_lies_in_a_state() {
        for (zip, state_of_it) in [
            ("10118", Some("NY")),
            ("10118-0110", Some("NY")),
            ("90210", Some("CA")),
            ("73301", Some("TX")),
            ("00501", Some("NY")),
            ("99950", Some("AK")),
            ("09012", None),
            ("96201", None),
            ("00100", None),
            ("1011", None),
            ("1011é", None),
            ("10118-", None),
            ("SW1A 1AA", None),
        ] {
            assert_eq!(state(zip), state_of_it, "{zip}");
        }
    }
}
