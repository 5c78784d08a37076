//! Street lines folded: `350 Fifth Avenue, Apartment 4` is `350 5th ave` and `apt 4`.

/// Longer lines are no street, bytes.
const LONGEST: usize = 300;

/// Words of streets and directions and their postal abbreviations.
/// Source: USPS Publication 28, appendices B and C, the common ones; November 2026.
const ABBREVIATIONS: &[(&str, &str)] = &[
    ("alley", "aly"),
    ("av", "ave"),
    ("aven", "ave"),
    ("avenue", "ave"),
    ("avn", "ave"),
    ("bend", "bnd"),
    ("bluff", "blf"),
    ("boul", "blvd"),
    ("boulevard", "blvd"),
    ("branch", "br"),
    ("bridge", "brg"),
    ("brook", "brk"),
    ("bypass", "byp"),
    ("canyon", "cyn"),
    ("center", "ctr"),
    ("centre", "ctr"),
    ("circle", "cir"),
    ("court", "ct"),
    ("cove", "cv"),
    ("creek", "crk"),
    ("crescent", "cres"),
    ("crossing", "xing"),
    ("drive", "dr"),
    ("drv", "dr"),
    ("east", "e"),
    ("estate", "est"),
    ("estates", "ests"),
    ("expressway", "expy"),
    ("extension", "ext"),
    ("freeway", "fwy"),
    ("garden", "gdn"),
    ("gardens", "gdns"),
    ("glen", "gln"),
    ("green", "grn"),
    ("grove", "grv"),
    ("harbor", "hbr"),
    ("heights", "hts"),
    ("highway", "hwy"),
    ("hill", "hl"),
    ("hills", "hls"),
    ("hollow", "holw"),
    ("island", "is"),
    ("junction", "jct"),
    ("lake", "lk"),
    ("landing", "lndg"),
    ("lane", "ln"),
    ("manor", "mnr"),
    ("meadow", "mdw"),
    ("meadows", "mdws"),
    ("mount", "mt"),
    ("mountain", "mtn"),
    ("north", "n"),
    ("northeast", "ne"),
    ("northwest", "nw"),
    ("park", "park"),
    ("parkway", "pkwy"),
    ("pkway", "pkwy"),
    ("place", "pl"),
    ("plaza", "plz"),
    ("point", "pt"),
    ("ridge", "rdg"),
    ("river", "riv"),
    ("road", "rd"),
    ("route", "rte"),
    ("saint", "st"),
    ("south", "s"),
    ("southeast", "se"),
    ("southwest", "sw"),
    ("spring", "spg"),
    ("springs", "spgs"),
    ("square", "sq"),
    ("station", "sta"),
    ("str", "st"),
    ("street", "st"),
    ("summit", "smt"),
    ("terr", "ter"),
    ("terrace", "ter"),
    ("trail", "trl"),
    ("turnpike", "tpke"),
    ("valley", "vly"),
    ("view", "vw"),
    ("village", "vlg"),
    ("vista", "vis"),
    ("west", "w"),
];

/// Ordinals written out.
const ORDINALS: [(&str, &str); 12] = [
    ("first", "1st"),
    ("second", "2nd"),
    ("third", "3rd"),
    ("fourth", "4th"),
    ("fifth", "5th"),
    ("sixth", "6th"),
    ("seventh", "7th"),
    ("eighth", "8th"),
    ("ninth", "9th"),
    ("tenth", "10th"),
    ("eleventh", "11th"),
    ("twelfth", "12th"),
];

/// Kinds of unit. People call one and the same door apartment, unit, suite or `#`.
const UNITS: &[(&str, &str)] = &[
    ("#", "apt"),
    ("apartment", "apt"),
    ("apt", "apt"),
    ("flat", "apt"),
    ("rm", "apt"),
    ("room", "apt"),
    ("ste", "apt"),
    ("suite", "apt"),
    ("unit", "apt"),
    ("bldg", "bldg"),
    ("building", "bldg"),
    ("fl", "fl"),
    ("floor", "fl"),
];

/// Street and unit of two lines; `None` without a number, as a street is no delivery point.
pub(super) fn fold(line1: &str, line2: &str) -> Option<(String, String)> {
    if line1.len() > LONGEST || line2.len() > LONGEST {
        return None;
    }
    let first = words(line1);
    let second = words(line2);
    let mut street = Vec::new();
    let mut units = Vec::new();
    take(&first, &mut street, &mut units);
    if let [door] = second.as_slice()
        && door.bytes().any(|byte| byte.is_ascii_digit())
    {
        units.push(format!("apt {}", value(door)));
    } else {
        take(&second, &mut street, &mut units);
    }
    let street = street.join(" ");
    let numbered = street.bytes().any(|byte| byte.is_ascii_digit());
    units.sort_unstable();
    units.dedup();
    numbered.then(|| (street, units.join(" ")))
}

/// The words of a street and its units, each folded, of a line that need not be a delivery point.
pub(crate) fn parts(line: &str) -> (Vec<String>, Vec<String>) {
    let (mut street, mut units) = (Vec::new(), Vec::new());
    if line.len() <= LONGEST {
        take(&words(line), &mut street, &mut units);
    }
    (street, units)
}

/// Whether a folded word only says what kind of way it is: `st`, `ave`.
pub(crate) fn is_way(word: &str) -> bool {
    ABBREVIATIONS.iter().any(|(_, short)| *short == word)
}

/// Lower-case ASCII words; `#` is one of its own, and digits keep a hyphen between them (`37-18`).
fn words(line: &str) -> Vec<String> {
    let line = if line.is_ascii() {
        line.to_ascii_lowercase()
    } else {
        any_ascii::any_ascii(line).to_ascii_lowercase()
    };
    let line = line.replace("p.o.", "po").replace('#', " # ");
    line.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '#' | '-' | '\'' | '.'))
        .map(|word| word.replace(['\'', '.'], ""))
        .map(|word| word.trim_matches('-').to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Sorts words into street and units.
fn take(words: &[String], street: &mut Vec<String>, units: &mut Vec<String>) {
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        // `3rd floor`
        if let Some(floor) = ordinal(word)
            && words.get(at).is_some_and(|next| unit(next) == Some("fl"))
        {
            units.push(format!("fl {floor}"));
            at += 1;
            continue;
        }
        let Some(kind) = unit(word) else {
            street.push(abbreviated(word));
            continue;
        };
        // `unit # 4`
        while words.get(at).is_some_and(|next| next == "#") {
            at += 1;
        }
        let Some(door) = words.get(at) else {
            continue;
        };
        at += 1;
        let mut door = value(ordinal(door).unwrap_or(door));
        // `4 B`
        let letter = words
            .get(at)
            .filter(|next| next.len() == 1 && next.as_bytes()[0].is_ascii_alphabetic());
        if let Some(letter) = letter.filter(|_| door.bytes().all(|b| b.is_ascii_digit())) {
            door.push_str(letter);
            at += 1;
        }
        units.push(format!("{kind} {door}"));
    }
}

/// What stands on the door, without hyphens and leading zeros.
fn value(door: &str) -> String {
    let door = door.replace('-', "");
    let bare = door.trim_start_matches('0');
    if bare.is_empty() {
        door
    } else {
        bare.to_owned()
    }
}

fn unit(word: &str) -> Option<&'static str> {
    UNITS.iter().find(|(name, _)| *name == word).map(|u| u.1)
}

/// The digits of `3rd`, written out or not.
fn ordinal(word: &str) -> Option<&str> {
    let word = ORDINALS
        .iter()
        .find(|(name, _)| *name == word)
        .map_or(word, |(_, digits)| digits);
    let digits = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|end| word.strip_suffix(end))?;
    (!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

fn abbreviated(word: &str) -> String {
    let known = ABBREVIATIONS.iter().chain(&ORDINALS);
    let short = known
        .into_iter()
        .find(|(long, _)| *long == word)
        .map_or(word, |(_, short)| short);
    short.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn street_and_unit_are_folded() {
        for (line1, line2, street, unit) in [
            ("350 Fifth Avenue", "", "350 5th ave", ""),
            ("350 Fifth Avenue, Apt. 04-B", "", "350 5th ave", "apt 4b"),
            ("12 W. 3rd St.", "2nd Fl", "12 w 3rd st", "fl 2"),
            (
                "5 O'Hare Pl",
                "Bldg C, Unit 7",
                "5 ohare pl",
                "apt 7 bldg c",
            ),
            ("5 Rose St", "Rear", "5 rose st rear", ""),
            ("7 Straße des Wegs", "", "7 strasse des wegs", ""),
        ] {
            let found = fold(line1, line2).unwrap();
            assert_eq!(
                (found.0.as_str(), found.1.as_str()),
                (street, unit),
                "{line1}"
            );
        }
        for line1 in ["", "Main St", "###", "Apt"] {
            assert_eq!(fold(line1, ""), None, "{line1}");
        }
    }
}
