//! Other names of an institution, as its directory packs them into one cell.

use crate::normalise::place;

/// Words of which an institution's name has at least one.
const KINDS: [&str; 15] = [
    "university",
    "univ",
    "college",
    "coll",
    "institute",
    "institution",
    "school",
    "academy",
    "seminary",
    "conservatory",
    "center",
    "centre",
    "polytechnic",
    "tech",
    "campus",
];

/// Words that alone are nobody's name.
const ALONE: [&str; 12] = [
    "north",
    "south",
    "east",
    "west",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "western",
    "eastern",
    "northern",
    "southern",
];

/// Beginnings that speak of a name rather than being part of one.
const BEFORE: [&str; 9] = [
    "formerly known as ",
    "formerly called ",
    "formerly ",
    "previously known as ",
    "also known as ",
    "known as ",
    "f/k/a ",
    "a/k/a ",
    "aka ",
];

/// No name is longer, bytes.
const LONGEST: usize = 120;

/// The names in an `IALIAS` of IPEDS, where institutions write them with `|`, `;`, wide blanks or
/// commas between them; not those that are only its town or state.
pub(super) fn split(cell: &str, name: &str, city: &str, state: &str) -> Vec<String> {
    let mut aliases = Vec::new();
    let parts = cell.split(['|', ';']).flat_map(|part| part.split("  "));
    let parts: Vec<&str> = parts
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect();
    let alone = parts.len() == 1;
    for part in parts {
        if alone && part.contains(',') && !names_a_place(part, state) {
            for piece in part.split(',') {
                keep(&mut aliases, piece, name, city);
            }
        } else {
            keep(&mut aliases, part, name, city);
        }
    }
    aliases
}

/// Whether what stands between commas is rather where it is or what form it has: `Trinity College,
/// Washington, D.C.`, `Quattro Barber Colleges, Corp.`
fn names_a_place(part: &str, state: &str) -> bool {
    part.split(',').skip(1).any(|piece| {
        let piece = piece.trim();
        let code = place::us_state(piece);
        let form = ["inc", "corp", "llc", "ltd", "co"];
        let bare = piece.trim_end_matches('.');
        code.is_some_and(|code| code == state || code.len() != piece.len())
            || form.iter().any(|form| bare.eq_ignore_ascii_case(form))
    })
}

fn keep(aliases: &mut Vec<String>, written: &str, name: &str, city: &str) {
    let mut written = written.trim_matches(|c: char| c.is_whitespace() || ",'\"".contains(c));
    for before in BEFORE {
        let head = written.get(..before.len());
        if head.is_some_and(|head| head.eq_ignore_ascii_case(before)) {
            written = written[before.len()..].trim();
        }
    }
    let letters = written.chars().filter(|c| c.is_alphabetic()).count();
    let same = |other: &str| place::squeezed(written) == place::squeezed(other);
    let words: Vec<String> = written.split_whitespace().map(str::to_lowercase).collect();
    let sentence = written.ends_with('.') && words.len() > 4
        || words
            .iter()
            .any(|word| ["our", "we", "changed", "effective"].contains(&word.as_str()));
    let one_of = |list: &[&str]| {
        words
            .iter()
            .any(|word| list.contains(&word.trim_matches(|c: char| !c.is_alphabetic())))
    };
    if letters < 2
        || written.len() > LONGEST
        || sentence
        || same(name)
        || same(city)
        || words.len() == 1 && ALONE.contains(&words[0].as_str())
        || place::us_state(written).is_some() && !one_of(&KINDS)
        || aliases.iter().any(|known| known == written)
    {
        return;
    }
    aliases.push(written.to_owned());
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn names_are_taken_apart_where_they_are_names() {
        for (cell, city, state, names) in [
            ("AAMU", "Normal", "AL", &["AAMU"][..]),
            (
                "UT Austin | UTX | UT",
                "Austin",
                "TX",
                &["UT Austin", "UTX"],
            ),
            (
                "ASU   Arizona State",
                "Tempe",
                "AZ",
                &["ASU", "Arizona State"],
            ),
            (
                "CCC; Contra Costa; ",
                "San Pablo",
                "CA",
                &["CCC", "Contra Costa"],
            ),
            ("UHart, UHA, Hartford", "Hartford", "CT", &["UHart", "UHA"]),
            ("Mudd, HMC", "Claremont", "CA", &["Mudd", "HMC"]),
            ("Western, WCSU", "Danbury", "CT", &["WCSU"]),
            (
                "Trinity College, Washington, D.C.",
                "Washington",
                "DC",
                &["Trinity College, Washington, D.C."],
            ),
            (
                "Trinity College, Hartford, Connecticut",
                "Hartford",
                "CT",
                &["Trinity College, Hartford, Connecticut"],
            ),
            (
                "Quattro Barber Colleges, Corp.",
                "San Juan",
                "PR",
                &["Quattro Barber Colleges, Corp."],
            ),
            (
                "Formerly Northmoor Academy",
                "Ash",
                "OH",
                &["Northmoor Academy"],
            ),
            (
                "Our name change was effective July 1, 2011.",
                "Ash",
                "OH",
                &[],
            ),
            ("We changed our name as of April 1, 2011.", "Ash", "OH", &[]),
            ("Ohio", "Ash", "OH", &[]),
            (" ", "Ash", "OH", &[]),
        ] {
            assert_eq!(split(cell, "Some University", city, state), names, "{cell}");
        }
    }
}
