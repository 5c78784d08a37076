//! What of a candidate says who it is: the comparison record.
//!
//! Birth data, schools' regions and the like have no place here. Employers and schools are compared
//! by name and weigh little.

use crate::candidate::{Address, Candidate};
use crate::normalise::address::street;
use crate::normalise::unicode;

/// Phones, mailboxes, links, employers and schools looked at, each.
const MOST: usize = 6;

/// Bytes of a text that are compared.
pub(super) const LONGEST: usize = 48;

/// A record to compare; what is missing is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The name's tokens, folded, in the order written.
    pub tokens: Vec<String>,
    /// Whether the family name comes first.
    pub family_first: bool,
    /// `jr`, `sr`, `ii`, `iii`, `iv`, or nothing.
    pub generation: &'static str,
    /// House number.
    pub number: String,
    /// Street without its kind: `stanley` of `8 Stanley Street`.
    pub street: String,
    /// The second line: a building, a property, a district.
    pub extra: String,
    /// Apartment, floor.
    pub unit: String,
    /// City or suburb.
    pub city: String,
    /// State or region.
    pub region: String,
    /// Postal code.
    pub postal: String,
    /// Own numbers, E.164.
    pub phones: Vec<String>,
    /// Own mailboxes, canonical.
    pub mails: Vec<String>,
    /// Own profiles, canonical.
    pub links: Vec<String>,
    /// Employers and schools, folded.
    pub history: Vec<String>,
}

impl Record {
    /// The comparison record of a candidate.
    pub fn of(candidate: &Candidate) -> Self {
        let name = candidate.name.as_ref();
        let mut record = Self {
            tokens: name.map_or_else(Vec::new, |name| name.tokens.clone()),
            family_first: name.is_some_and(|name| name.family_first),
            generation: name.map_or("", |name| generation(&name.raw)),
            phones: few(
                candidate.phones.iter().filter(|phone| phone.seen.own),
                |p| p.e164.clone(),
            ),
            mails: few(candidate.emails.iter().filter(|mail| mail.seen.own), |m| {
                m.canonical.clone()
            }),
            links: few(
                candidate.links.iter().filter(|l| l.seen.own && l.profile),
                |link| link.canonical.clone(),
            ),
            history: few(candidate.work.iter(), |work| work.employer_key.clone()),
            ..Self::default()
        };
        let schools = few(candidate.education.iter(), |study| {
            unicode::key(study.institution.as_deref()?)
        });
        record.history.extend(schools);
        if let Some(address) = &candidate.address {
            record.lives_at(address);
        }
        record
    }

    fn lives_at(&mut self, address: &Address) {
        let raw = &address.raw;
        let line = |line: &Option<String>| street::parts(line.as_deref().unwrap_or_default());
        let (mut first, mut units) = line(&raw.line1);
        let (mut second, more) = line(&raw.line2);
        units.extend(more);
        units.sort_unstable();
        units.dedup();
        self.unit = cut(units.join(" "));
        // A line of a number alone belongs to the other; `main st 12` has its number behind.
        let number = take_number(&mut first).or_else(|| take_number(&mut second));
        self.number = number.map(cut).unwrap_or_default();
        if first.is_empty() {
            std::mem::swap(&mut first, &mut second);
        }
        self.street = named(first);
        self.extra = named(second);
        self.city = words(raw.city.as_deref());
        self.region = address
            .region
            .as_deref()
            .map(str::to_ascii_lowercase)
            .unwrap_or_default();
        let written = words(raw.postal_code.as_deref());
        let code = written.replace(' ', "");
        let american = address.country == Some("US") && code.len() == 9;
        self.postal = if american { code[..5].to_owned() } else { code };
        let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
        // Each in the other's place.
        let (city, postal) = (digits(&self.city), digits(&self.postal));
        if (city || self.city.is_empty()) && !postal && !self.postal.is_empty() {
            self.postal = std::mem::replace(&mut self.city, written).replace(' ', "");
        } else if city && self.postal.is_empty() {
            self.postal = std::mem::take(&mut self.city).replace(' ', "");
        }
    }
}

fn few<T>(items: impl Iterator<Item = T>, of: impl Fn(T) -> Option<String>) -> Vec<String> {
    let mut few: Vec<String> = Vec::new();
    for item in items.filter_map(of) {
        if few.len() == MOST {
            break;
        }
        if !few.contains(&item) {
            few.push(item);
        }
    }
    few
}

/// Takes the first word that begins with a digit and is no ordinal such as `5th`.
fn take_number(words: &mut Vec<String>) -> Option<String> {
    let is_number = |word: &String| {
        let ordinal = ["st", "nd", "rd", "th"];
        word.as_bytes()[0].is_ascii_digit() && !ordinal.iter().any(|end| word.ends_with(end))
    };
    let at = words.iter().position(is_number)?;
    let word = words.remove(at);
    let bare = word.trim_start_matches('0');
    Some(if bare.is_empty() {
        word
    } else {
        bare.to_owned()
    })
}

/// A street's name: without its kind, unless nothing else is left.
fn named(mut words: Vec<String>) -> String {
    if let Some(last) = words.iter().rposition(|word| street::is_way(word))
        && last > 0
    {
        words.remove(last);
    }
    cut(words.join(" "))
}

/// Folded words with one space between.
fn words(text: Option<&str>) -> String {
    let text = any_ascii::any_ascii(text.unwrap_or_default()).to_ascii_lowercase();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    cut(words.join(" "))
}

fn cut(mut text: String) -> String {
    text.truncate(LONGEST);
    text
}

/// The mark that tells father and son of one name apart.
fn generation(name: &str) -> &'static str {
    const MARKS: [&str; 5] = ["jr", "sr", "ii", "iii", "iv"];
    let mut words = name.rsplit(|c: char| !c.is_alphanumeric());
    let last = words.find(|word| !word.is_empty()).unwrap_or_default();
    let mark = MARKS
        .into_iter()
        .find(|mark| last.eq_ignore_ascii_case(mark));
    mark.unwrap_or_default()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::application::{self, Application};
    use crate::normalise::{Settings, candidate};

    /// `name; line1; line2; city; region; postal code; phones; emails`.
    pub fn record(text: &str) -> Record {
        let mut parts = text.split(';').map(str::trim);
        let mut next = || {
            parts
                .next()
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
        };
        let name = next();
        let address = application::Address {
            line1: next(),
            line2: next(),
            city: next(),
            region: next(),
            postal_code: next(),
            country: None,
        };
        let application = Application {
            name,
            address: Some(address),
            phones: next().into_iter().collect(),
            emails: next().into_iter().collect(),
            ..Application::default()
        };
        Record::of(&candidate(&application, &Settings::default()))
    }

    #[test]
    fn lines_are_taken_apart_whatever_their_order() {
        for (text, number, street, extra, unit, city, postal) in [
            (
                "A B; 8 Stanley Street; Miami; Winston Hills; nsw; 4223",
                "8",
                "stanley",
                "miami",
                "",
                "winston hills",
                "4223",
            ),
            (
                "A B; Stanley Street 8; ; Winston Hills; nsw; 4223",
                "8",
                "stanley",
                "",
                "",
                "winston hills",
                "4223",
            ),
            (
                "A B; ; 8 Stanley Street; 4223; nsw; Winston Hills",
                "8",
                "stanley",
                "",
                "",
                "winston hills",
                "4223",
            ),
            (
                "A B; 350 5th Ave, Apt 4; ; New York; NY; 10118",
                "350",
                "5th",
                "",
                "apt 4",
                "new york",
                "10118",
            ),
            (
                "A B; Stanley Street; 8; ; ; ",
                "8",
                "stanley",
                "",
                "",
                "",
                "",
            ),
            ("A B; 012; ; ; ; ", "12", "", "", "", "", ""),
        ] {
            let read = record(text);
            let found = [
                &read.number,
                &read.street,
                &read.extra,
                &read.unit,
                &read.city,
                &read.postal,
            ];
            assert_eq!(found, [number, street, extra, unit, city, postal], "{text}");
        }
        assert_eq!(record("John Hart Jr.").generation, "jr");
    }
}
