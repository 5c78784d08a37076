//! Fields of study as people write them, to sets of CIP codes.
//!
//! The Classification of Instructional Programs (NCES) has families of two digits, `51`, and
//! programmes of four, `51.38`. One field is reported under several codes, by institution and by
//! edition of the classification: a field is a *set* of them, over the editions of 2000, 2010 and
//! 2020, so that no crosswalk is needed between the years.

mod table;
mod words;

use std::borrow::Cow;

/// A field of study that was recognised.
#[derive(Clone, Debug, PartialEq)]
pub struct Major {
    /// Its usual name, or names: `nursing`, `economics and mathematics`.
    pub name: Cow<'static, str>,
    /// The codes under which its awards may be reported.
    pub fields: Fields,
    /// 0 to 1: how sure it is that this, and nothing more, was meant.
    pub confidence: f64,
}

/// A set of CIP programmes of four digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Codes without the dot, rising: 5138.
    codes: Vec<u16>,
}

impl Fields {
    /// The set of these codes, without the dot: 5138.
    pub fn of_codes(codes: impl IntoIterator<Item = u16>) -> Self {
        let mut fields = Self {
            codes: codes.into_iter().collect(),
        };
        fields.settle();
        fields
    }

    /// The codes, rising.
    pub fn codes(&self) -> impl Iterator<Item = u16> + '_ {
        self.codes.iter().copied()
    }

    /// The families as bits: bit 51 for family 51.
    pub fn families(&self) -> u128 {
        self.codes
            .iter()
            .map(|code| code / 100)
            .filter(|family| *family < 128)
            .fold(0, |bits, family| bits | 1 << family)
    }

    /// Adds the codes of another set.
    fn join(&mut self, other: &Self) {
        self.codes.extend(&other.codes);
        self.settle();
    }

    fn settle(&mut self) {
        self.codes.sort_unstable();
        self.codes.dedup();
    }
}

/// The number of a code with its dot: 5138 of `51.38`.
pub fn code(text: &str) -> Option<u16> {
    let (family, programme) = text.trim().split_once('.')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(family) || !digits(programme) {
        return None;
    }
    Some(family.parse::<u16>().ok()? * 100 + programme.parse::<u16>().ok()?)
}

/// Several fields, each written in full.
const SEVERAL: f64 = 0.95;

/// What a misspelt word keeps at most, and at least: one letter off in a word of five or more.
const MISSPELT: f64 = 0.97;
const SURE_OF_SPELLING: f64 = 0.93;

/// A field of which only a part was recognised: a concentration or another word is not known.
const IN_PART: f64 = 0.6;

/// More fields than this are a list of courses.
const MOST_FIELDS: usize = 4;

/// The field of study of a text as people write it: `B.S. in Comp Sci`, `Economics & Maths`,
/// `Informatik`. `None` where nothing was recognised. Degree words and minors are left out; of
/// several fields the set is that of all.
pub fn look_up(written: &str) -> Option<Major> {
    let parts = words::parts(written);
    let whole = words::key(parts.iter().flatten()).and_then(|key| known(&key));
    if let Some(whole) = whole {
        let all: Vec<String> = parts.concat();
        return match several(&all) {
            Some(several) => joined(vec![whole, several]),
            None => Some(whole),
        };
    }
    let parts = without_minor(parts);
    let (mut found, mut unknown) = (Vec::<Major>::new(), false);
    for part in &parts {
        match read(part) {
            Part::Field(major) => found.push(major),
            Part::Nothing => {}
            Part::Unknown => unknown = true,
        }
    }
    let mut major = joined(found)?;
    if unknown {
        major.confidence *= IN_PART;
    }
    Some(major)
}

/// What a part of a text is.
enum Part {
    Field(Major),
    /// A degree, praise: nothing that tells one field from another.
    Nothing,
    Unknown,
}

fn known(key: &str) -> Option<Major> {
    let entered = table::named(key).or_else(|| table::squeezed(key))?;
    Some(major(entered, 1.0))
}

fn major(entered: &table::Entered, confidence: f64) -> Major {
    Major {
        name: entered.name.into(),
        fields: entered.fields.clone(),
        confidence,
    }
}

/// The parts before the word "minor" and what introduces it.
fn without_minor(mut parts: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let minor =
        |word: &String| matches!(word.as_str(), "minor" | "minors" | "minoring" | "minored");
    if let Some(at) = parts.iter().position(|part| part.iter().any(minor)) {
        let word = parts[at].iter().position(minor).unwrap_or_default();
        parts[at].truncate(word);
        let introduces = |word: &String| word == "a" || words::is_filler(word);
        while parts[at].last().is_some_and(introduces) {
            parts[at].pop();
        }
        parts.truncate(at + 1);
        parts.retain(|part| !part.is_empty());
    }
    parts
}

fn read(part: &[String]) -> Part {
    if words::is_faculty(part) {
        return Part::Nothing;
    }
    let mut degree = false;
    let mut start = 0;
    // "Bachelor of Science in Nursing": the longest rest that is a field, behind degree words alone
    loop {
        let rest = &part[start..];
        let mut end = rest.len();
        loop {
            if let Some(major) = words::key(&rest[..end]).and_then(|key| known(&key)) {
                return Part::Field(major);
            }
            if end > 1 && words::is_degree(&rest[end - 1]) {
                end -= 1;
            } else {
                break;
            }
        }
        let Some(word) = rest.first() else { break };
        if words::is_degree(word) || words::is_filler(word) {
            degree |= words::is_degree(word);
        } else if !(degree && words::completes_degree(word)) {
            break;
        }
        start += 1;
    }
    let rest = &part[start..];
    if rest.is_empty() || words::is_praise(part) {
        return Part::Nothing;
    }
    // behind "in", whatever the degree is called: "Executive Diploma in Finance"
    if let Some(at) = part.iter().position(|word| word == "in")
        && let Some(major) = words::key(&part[at + 1..]).and_then(|key| known(&key))
        && part[..at].iter().any(|word| words::is_degree(word))
    {
        return Part::Field(major);
    }
    if let Some(major) = several(rest).or_else(|| misspelt(rest)) {
        return Part::Field(major);
    }
    Part::Unknown
}

/// Fields joined by "and", each of them known.
fn several(rest: &[String]) -> Option<Major> {
    let sides: Vec<&[String]> = rest
        .split(|word| matches!(word.as_str(), "and" | "y" | "und" | "et" | "e"))
        .filter(|side| !side.is_empty())
        .collect();
    if sides.len() < 2 {
        return None;
    }
    let one = |side: &&[String]| match read_alone(side) {
        Some(major) => Some(major),
        None => misspelt(side),
    };
    let found: Option<Vec<Major>> = sides.iter().map(one).collect();
    joined(found?)
}

fn read_alone(side: &[String]) -> Option<Major> {
    words::key(side).and_then(|key| known(&key))
}

fn misspelt(rest: &[String]) -> Option<Major> {
    let (entered, likeness) = table::put_right(rest)?;
    Some(major(entered, likeness.clamp(SURE_OF_SPELLING, MISSPELT)))
}

/// All fields as one.
fn joined(found: Vec<Major>) -> Option<Major> {
    if found.len() > MOST_FIELDS {
        return None;
    }
    let mut found = found.into_iter();
    let mut all = found.next()?;
    for major in found {
        if major.fields == all.fields || major.name == all.name {
            continue;
        }
        all.fields.join(&major.fields);
        all.confidence = all.confidence.min(major.confidence).min(SEVERAL);
        all.name = format!("{} and {}", all.name, major.name).into();
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_two_digits_on_both_sides() {
        for (text, expected) in [
            ("51.38", Some(5138)),
            ("01.00", Some(100)),
            ("51", None),
            ("51.3", None),
            ("51.3801", None),
            ("5a.38", None),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }

    #[test]
    fn a_field_is_found_behind_degrees_and_before_minors() {
        let cases = [
            ("Computer Science", Some(1107)),
            ("B.S. in Computer Science", Some(1107)),
            ("Bachelor of Science (B.S.), Computer Science", Some(1107)),
            ("BSc Comp. Sci. (Hons)", Some(1107)),
            ("Compter Science", Some(1107)),
            ("Bachelor of Science in Nursing", Some(5138)),
            ("Psychology with a minor in French", Some(4201)),
            ("Economics and Mathematics", Some(4506)),
            ("Minor in French", None),
            ("Honors", None),
            ("GPA 3.8", None),
            ("", None),
        ];
        for (written, code) in cases {
            let found = look_up(written).filter(|major| major.confidence >= 0.9);
            match code {
                Some(code) => assert!(
                    found.is_some_and(|major| major.fields.codes().any(|known| known == code)),
                    "{written}"
                ),
                None => assert_eq!(found, None, "{written}"),
            }
        }
        let psychology = look_up("Psychology with a minor in French").unwrap();
        assert_eq!(psychology.fields.families() & (1 << 16), 0);
    }

    #[test]
    fn words_that_are_not_known_take_the_certainty_away() {
        let major = look_up("Computer Science, Quidditch").unwrap();
        assert!(major.confidence < 0.9);
    }

    #[test]
    fn hostile_text_is_no_field() {
        for text in ["(".repeat(10_000), "and ".repeat(50), "ß".repeat(90)] {
            assert_eq!(look_up(&text), None);
        }
    }
}
