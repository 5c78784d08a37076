//! Words of fields of study, folded: abbreviations written out, plurals and fillers dropped, degree
//! words told from the field's own.

use std::borrow::Cow;

/// A text longer than this names no field, bytes.
const LONGEST: usize = 200;

/// More words than this name no field.
const MOST_WORDS: usize = 24;

/// The text in lower-case ASCII, cut into parts at commas, brackets, slashes and free dashes, and
/// each part into its words; nothing of a text too long for a field.
pub(super) fn parts(text: &str) -> Vec<Vec<String>> {
    if text.len() > LONGEST {
        return Vec::new();
    }
    let mut ascii = if text.is_ascii() {
        text.to_owned()
    } else {
        any_ascii::any_ascii(text)
    };
    ascii.make_ascii_lowercase();
    let ascii = ascii.replace(" - ", "|").replace(['&', '+'], " and ");
    let parts: Vec<Vec<String>> = ascii
        .split([',', ';', '/', '|', '(', ')', '[', ']', ':'])
        .map(|part| {
            part.split(|c: char| c.is_whitespace() || matches!(c, '-' | '_' | '*'))
                // "B.S." and "Int'l" are one word each
                .map(|word| word.chars().filter(char::is_ascii_alphanumeric).collect())
                .filter(|word: &String| !word.is_empty())
                .collect()
        })
        .filter(|part: &Vec<String>| !part.is_empty())
        .collect();
    if parts.iter().map(Vec::len).sum::<usize>() > MOST_WORDS {
        return Vec::new();
    }
    parts
}

/// What words are looked up by: fillers dropped, the rest folded; `None` when nothing is left.
pub(super) fn key<'a>(words: impl IntoIterator<Item = &'a String>) -> Option<String> {
    let mut key = String::new();
    for word in words {
        if is_filler(word) {
            continue;
        }
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(&folded(word));
    }
    (!key.is_empty()).then_some(key)
}

/// Whether a word tells no field from another.
pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

/// Whether a word belongs to a degree's name and not to the field's.
pub(super) fn is_degree(word: &str) -> bool {
    DEGREES.contains(&word)
}

/// Whether a word stands behind a degree and still names no field: "of Applied Science".
pub(super) fn completes_degree(word: &str) -> bool {
    is_filler(word) || COMPLETIONS.contains(&word)
}

/// Whether a part names a faculty: whatever stands in its name is wider than a field.
pub(super) fn is_faculty(part: &[String]) -> bool {
    part.first()
        .is_some_and(|word| FACULTIES.contains(&word.as_str()))
}

/// Whether a key is too wide to be held against a list of programmes.
pub(super) fn is_vague(key: &str) -> bool {
    VAGUE.contains(&key)
}

/// Whether a part says how well somebody did and names no field.
pub(super) fn is_praise(part: &[String]) -> bool {
    part.iter().any(|word| PRAISE.contains(&word.as_str()))
        || part
            .iter()
            .all(|word| word.bytes().any(|b| b.is_ascii_digit()) || is_filler(word))
}

/// One word as it is compared.
pub(super) fn folded(word: &str) -> Cow<'_, str> {
    let long = ABBREVIATIONS.binary_search_by(|(short, _)| (*short).cmp(word));
    let word = long.map_or(word, |at| ABBREVIATIONS[at].1);
    singular(word)
}

/// The singular of an English plural, roughly: only that both sides are treated alike matters.
fn singular(word: &str) -> Cow<'_, str> {
    match word.strip_suffix('s') {
        Some(stem) if word.len() > 4 && !stem.ends_with(['s', 'u', 'i']) => {
            match stem.strip_suffix("ie") {
                Some(stem) => format!("{stem}y").into(),
                None => stem.into(),
            }
        }
        _ => word.into(),
    }
}

/// Words that tell no field from another.
const FILLERS: [&str; 19] = [
    "and", "of", "in", "the", "an", "for", "et", "und", "en", "de", "del", "des", "la", "el", "di",
    "der", "to", "on", "with",
];

/// Short forms of words, written out.
const ABBREVIATIONS: [(&str, &str); 52] = [
    ("acct", "accounting"),
    ("acctg", "accounting"),
    ("adm", "administration"),
    ("admin", "administration"),
    ("administrative", "administration"),
    ("aero", "aerospace"),
    ("ag", "agriculture"),
    ("anthro", "anthropology"),
    ("app", "applied"),
    ("appl", "applied"),
    ("arch", "architecture"),
    ("bio", "biology"),
    ("bioengg", "bioengineering"),
    ("biz", "business"),
    ("bus", "business"),
    ("chem", "chemical"),
    ("civ", "civil"),
    ("comm", "communication"),
    ("comms", "communication"),
    ("comp", "computer"),
    ("compsci", "computer science"),
    ("dev", "development"),
    ("econ", "economics"),
    ("ed", "education"),
    ("edu", "education"),
    ("educ", "education"),
    ("elec", "electrical"),
    ("elect", "electrical"),
    ("eng", "engineering"),
    ("engg", "engineering"),
    ("engr", "engineering"),
    ("engrg", "engineering"),
    ("env", "environmental"),
    ("enviro", "environmental"),
    ("fin", "finance"),
    ("gen", "general"),
    ("govt", "government"),
    ("ind", "industrial"),
    ("info", "information"),
    ("intl", "international"),
    ("lit", "literature"),
    ("math", "mathematics"),
    ("mech", "mechanical"),
    ("mfg", "manufacturing"),
    ("mgmt", "management"),
    ("mgt", "management"),
    ("pol", "political"),
    ("poli", "political"),
    ("psych", "psychology"),
    ("sci", "science"),
    ("soc", "social"),
    ("tech", "technology"),
];

/// Words of degrees: they stand before the field, or behind it, and name none.
const DEGREES: [&str; 85] = [
    "ab",
    "associate",
    "associates",
    "aas",
    "aa",
    "as",
    "ba",
    "bachelor",
    "bachelors",
    "barch",
    "basc",
    "bba",
    "bbm",
    "bca",
    "bcom",
    "be",
    "beng",
    "bfa",
    "bm",
    "bmus",
    "bs",
    "bsc",
    "bsn",
    "btech",
    "certificate",
    "concentration",
    "degree",
    "diploma",
    "diplom",
    "doctor",
    "doctorate",
    "doctoral",
    "dual",
    "double",
    "emphasis",
    "field",
    "focus",
    "graduate",
    "graduated",
    "grado",
    "hons",
    "honors",
    "honours",
    "hon",
    "licence",
    "licenciatura",
    "licenciado",
    "ma",
    "major",
    "majors",
    "majoring",
    "majored",
    "march",
    "masc",
    "master",
    "masters",
    "mca",
    "me",
    "meng",
    "mfa",
    "mphil",
    "mres",
    "ms",
    "msc",
    "msci",
    "mtech",
    "phd",
    "dphil",
    "program",
    "programme",
    "postgraduate",
    "specialization",
    "specialisation",
    "specializing",
    "studying",
    "study",
    "undergraduate",
    "pg",
    "ug",
    "integrated",
    "bse",
    "med",
    "studied",
    "general",
    "track",
];

/// Words that complete a degree's name.
const COMPLETIONS: [&str; 14] = [
    "science",
    "sciences",
    "arts",
    "art",
    "applied",
    "fine",
    "technology",
    "engineering",
    "commerce",
    "philosophy",
    "s",
    "sc",
    "professional",
    "studies",
];

/// Words that a faculty's name begins with.
const FACULTIES: [&str; 6] = [
    "school",
    "college",
    "department",
    "dept",
    "faculty",
    "institute",
];

/// Folded names of faculties and of nothing in particular.
const VAGUE: [&str; 10] = [
    "art science",
    "engineering",
    "general",
    "general study",
    "interdisciplinary",
    "leadership",
    "liberal art science",
    "science",
    "technology",
    "various",
];

/// Words of how well somebody did.
const PRAISE: [&str; 18] = [
    "gpa",
    "cgpa",
    "cum",
    "laude",
    "magna",
    "summa",
    "dean",
    "deans",
    "list",
    "class",
    "grade",
    "distinction",
    "scholarship",
    "valedictorian",
    "present",
    "expected",
    "graduation",
    "merit",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_of_writing_fold_to_one() {
        let key = |text: &str| key(parts(text).iter().flatten());
        for (a, b) in [
            ("Comp. Sci.", "computer science"),
            (
                "Computer Sciences & Engg",
                "Computer Science and Engineering",
            ),
            ("Biz Admin", "Business Administration"),
            (
                "Industrial & Systems Engineering",
                "Industrial Systems Engineering",
            ),
            ("Génie civil", "genie civil"),
            ("Studies", "study"),
            ("Int'l Business", "International Business"),
        ] {
            assert_eq!(key(a), key(b), "{a}");
        }
        assert_ne!(key("Computer Science"), key("Computer Engineering"));
        assert_eq!(key(&"a b c ".repeat(20)), None);
    }

    #[test]
    fn abbreviations_are_sorted() {
        assert!(ABBREVIATIONS.is_sorted());
    }
}
