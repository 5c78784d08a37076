//! The name at a résumé's head: lines that may be one, and what speaks for each.
//!
//! No list of names decides: one would know the names of some origins better than of others. A line
//! of the right shape is a name if a word of it is in the form's name or in the person's mailbox, or
//! if it stands first, right above the contacts, and holds no word of places, titles, companies or
//! documents. What is missed here does no harm; what is taken wrongly is held against somebody.

mod words;

use unicode_normalization::char::is_combining_mark;

use words::{CITIES, DOCUMENTS, FIRMS, NO_NAMES};

use super::entries;
use super::section;
use crate::normalise::email;
use crate::normalise::name::{self, Name};
use crate::normalise::place;

/// Lines with text in which a name is looked for.
pub(super) const LINES: usize = 6;
/// Lines below a name within which contacts speak for it.
pub(super) const CONTACTS_WITHIN: usize = 4;
/// No line with a name is longer, bytes.
const LONGEST: usize = 120;
/// Words of the longest name: two given ones, two surnames, particles between them.
const MOST_WORDS: usize = 6;

/// What has been seen of the head.
#[derive(Clone, Debug, Default)]
pub struct Heads {
    /// Lines that have the shape of a name.
    names: Vec<Name>,
    /// The one of them, and its line, that the contacts below it can speak for.
    first: Option<(usize, Name)>,
    /// Whether a line was seen that is neither a name nor known to be something else.
    passed: bool,
}

impl Heads {
    /// Takes a line above the first heading; lines are counted from 1, blank ones left out.
    pub(super) fn add(&mut self, number: usize, line: &str) {
        let line = line.trim_matches(['#', '*', '_', ' ', '-', '=']);
        if salutes(line) {
            // a letter: the names at its head are the reader's as often as the writer's
            self.passed = true;
            self.first = None;
            return;
        }
        let name = of_line(line);
        if let Some((name, _)) = &name {
            self.names.push(name.clone());
        }
        if self.passed || is_something_else(line) {
            return;
        }
        self.passed = true;
        if let Some((name, whole)) = name
            && whole
        {
            self.first = Some((number, name));
        }
    }

    /// The name that the contacts speak for, if one of them stands on its line or close below.
    pub(super) fn above_contacts(&self, contacts: &[usize]) -> Option<&Name> {
        let (line, name) = self.first.as_ref()?;
        let near = *line..=line + CONTACTS_WITHIN;
        contacts
            .iter()
            .any(|contact| near.contains(contact))
            .then_some(name)
    }

    /// The first line that has a word of the name, written alike: what is only similar is somebody
    /// else's as often.
    pub(super) fn like(&self, claimed: &Name) -> Option<&Name> {
        let is_own = |token: &String| token.len() > 1 && claimed.tokens.contains(token);
        self.names
            .iter()
            .find(|name| name.tokens.iter().any(is_own))
    }

    /// The first line that has a word of the mailbox; words that are no names are not counted.
    pub(super) fn in_mailbox(&self, raw: &str) -> Option<&Name> {
        let local = email::read("", raw).local;
        if local.is_empty() || self.names.is_empty() {
            return None;
        }
        let local = any_ascii::any_ascii(&local).to_ascii_lowercase();
        self.names.iter().find(|name| is_in(name, &local))
    }
}

/// Whether a part of a name is in a local part: three letters of it or more anywhere, a shorter one
/// as a word, or two neighbouring parts as one.
fn is_in(name: &Name, local: &str) -> bool {
    const ANYWHERE: usize = 3;
    let own = |token: &&String| !is_one_of(&NO_NAMES, token);
    let mut parts = name.tokens.iter().filter(own);
    let word = |token: &str| {
        local
            .split(|c: char| !c.is_ascii_alphabetic())
            .any(|word| word == token)
    };
    parts.any(|token| {
        (token.len() >= ANYWHERE && local.contains(token.as_str()))
            || (token.len() > 1 && word(token))
    }) || name.tokens.windows(2).any(|pair| {
        let (there, back) = (pair.concat(), [&*pair[1], &*pair[0]].concat());
        pair.iter().all(|token| own(&token))
            && there.len() >= ANYWHERE
            && (local.contains(&there) || local.contains(&back))
    })
}

/// The name in a line of the shape of one, and whether it is whole: a single word can be anything,
/// unless the script writes whole names without a space.
fn of_line(line: &str) -> Option<(Name, bool)> {
    if line.len() > LONGEST {
        return None;
    }
    let line = line.split(['|', '•', '·', ',', '\t']).next()?;
    let line = line.split("  ").next()?.trim();
    let mut words = 0;
    for word in line.split_whitespace() {
        let word = word.trim_matches(['"', '“', '”', '(', ')']);
        let first = word.chars().next()?;
        // small words stand inside a name only: `de la`, `bin`, `van`
        let small = first.is_lowercase();
        let plain = word.chars().all(|c| {
            c.is_alphabetic()
                || is_combining_mark(c)
                || matches!(c, '.' | '-' | '\'' | '’' | '‘' | '\u{200c}' | '\u{200d}')
        });
        if !plain || !first.is_alphabetic() || (small && (words == 0 || word.len() > 4)) {
            return None;
        }
        words += 1;
    }
    let last_is_small = line
        .rsplit(char::is_whitespace)
        .next()
        .is_some_and(|word| word.starts_with(char::is_lowercase));
    if words > MOST_WORDS || last_is_small || is_document(line) {
        return None;
    }
    if section::heading(line).is_some() || entries::is_title(line) {
        return None;
    }
    // a script of syllables has no letters of two cases and no marks between names
    let unspaced = line.chars().all(|c| {
        matches!(u32::from(c), 0x3040..0x3100 | 0x3400..0xA000 | 0xAC00..0xD7B0 | 0xF900..0xFB00 | 0x20000..0x40000)
    });
    let letters = line.chars().count();
    let whole = words > 1 || (unspaced && (2..=5).contains(&letters));
    name::read(line).map(|name| (name, whole))
}

/// Whether a line is known to be no name: a document's title, a heading, a job's title, a place, a
/// company, or words of the trade.
fn is_something_else(line: &str) -> bool {
    let part = line
        .split(['|', '•', '·', ',', '\t'])
        .next()
        .unwrap_or(line);
    let part = part.split("  ").next().unwrap_or(part).trim();
    is_document(part)
        || section::heading(line).is_some()
        || entries::is_title(part)
        || place::state_of(line).is_some()
        || place::us_state(part).is_some()
        || place::country::of(part).is_some()
        || place::squeezed(part).is_some_and(|key| {
            CITIES.binary_search(&key.as_str()).is_ok() || FIRMS.contains(&key.as_str())
        })
        || part
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| is_one_of(&NO_NAMES, &word.to_lowercase()))
}

/// Whether a line greets the reader of a letter.
fn salutes(line: &str) -> bool {
    let mut words = line.split(|c: char| !c.is_alphabetic());
    let first = words.next().unwrap_or_default();
    [
        "dear",
        "hello",
        "hi",
        "hey",
        "greetings",
        "attention",
        "attn",
    ]
    .iter()
    .any(|greeting| first.eq_ignore_ascii_case(greeting))
        && words.any(|word| !word.is_empty())
        || line
            .get(..7)
            .is_some_and(|head| head.eq_ignore_ascii_case("to whom"))
}

/// Whether a line is what a document of this kind calls itself.
fn is_document(line: &str) -> bool {
    let line = line.trim_matches([':', '.', ' ']).to_lowercase();
    DOCUMENTS.contains(&line.as_str())
        || line
            .split(' ')
            .any(|word| ["resume", "résumé", "curriculum", "vitae", "cv"].contains(&word))
}

/// Whether a list in ascending order holds a word.
fn is_one_of(list: &[&str], word: &str) -> bool {
    list.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    /// The name read off a résumé, for a form's name and mailboxes.
    fn head(text: &str, form: Option<&str>, mailboxes: &[&str]) -> Option<String> {
        let mut resume = read(text);
        let mailboxes: Vec<String> = mailboxes.iter().map(|&raw| raw.to_owned()).collect();
        resume.settle_name(form.and_then(name::read).as_ref(), &mailboxes);
        resume.name.map(|name| name.raw)
    }

    #[test]
    fn what_stands_at_a_head_and_is_no_name_is_none() {
        for line in [
            "Cover Letter",
            "New York",
            "New York, NY 10118",
            "San Francisco",
            "South Korea",
            "Full Stack",
            "Google Cloud",
            "John Hopkins Hospital",
            "Robert Half",
            "Dear Ms. Helen Carter",
            "Brightwater Logistics",
            "Copperline Payments Inc.",
            "Senior Software Engineer",
            "Results Driven Professional",
            "Personal Statement",
            "Hoja de Vida",
            "السيرة الذاتية",
            "简历",
            "Brightwater",
        ] {
            let text = format!("{line}\n(212) 736-5000 | me@example.org\n");
            assert_eq!(head(&text, None, &[]), None, "{line}");
            assert_eq!(head(&text, Some("Maria Lopez"), &[]), None, "{line}");
            let text = format!("{line}\nMaria Lopez\nmaria.lopez@example.org\n");
            let found = head(&text, None, &[]);
            assert_eq!(found.as_deref(), Some("Maria Lopez"), "{line}");
        }
    }

    #[test]
    fn names_of_all_shapes_and_scripts_stand_above_their_contacts() {
        for line in [
            "Maria Lopez",
            "MARIA LOPEZ",
            "Nguyễn Văn An",
            "NGUYE\u{302}\u{303}N THI\u{323} MAI",
            "Bo Li",
            "Wang Xiaoming",
            "王小明",
            "王明",
            "山田 太郎",
            "김민수",
            "محمد علي",
            "فاطمة الزهراء بنت محمد",
            "Иван Петров",
            "विक्रम सेठ",
            "Björk Guðmundsdóttir",
            "Jón Þór Sigurðsson",
            "José María García Márquez",
            "Ana María de la Cruz Fernández",
            "Abdullah bin Salman",
            "Seán O’Brien",
            "Siobhán Ní Dhómhnaill",
            "J. R. Smith",
            "Wu, Li",
            "William \"Bill\" Hart",
            "Chidimma Ngozi Okonkwo-Eze",
        ] {
            // `Lopez, Maria` is cut at the comma, and one word alone needs more
            let text = format!("{line}\nAustin, TX\n(212) 736-5000\n");
            let form = (line == "Wu, Li").then_some("Li Wu");
            let wanted = if line == "Wu, Li" { "Wu" } else { line };
            assert_eq!(head(&text, form, &[]).as_deref(), Some(wanted), "{line}");
            assert_eq!(
                head(&format!("{line}\nAustin\n"), None, &[]),
                None,
                "{line}"
            );
        }
    }

    #[test]
    fn a_single_name_is_known_by_form_or_mailbox() {
        for (line, form, mailbox) in [
            ("Suharto", Some("Suharto"), ""),
            ("Suharto", None, "suharto77@example.org"),
            ("Björk", None, "bjork@example.org"),
            ("Nur", Some("Nur"), ""),
            ("مريم", Some("مريم"), ""),
            ("王小明", None, "wangxiaoming@example.org"),
            ("Wei", None, "wei.engineer@example.org"),
        ] {
            assert_eq!(head(line, form, &[mailbox]).as_deref(), Some(line));
            assert_eq!(head(line, None, &[]), None, "{line}");
        }
    }

    #[test]
    fn form_and_mailbox_speak_before_the_place_of_a_line() {
        for (text, form, mailboxes, wanted) in [
            (
                "Blue Harbour\nMaria Lopez\n(212) 736-5000",
                Some("Maria Garcia"),
                &[][..],
                Some("Maria Lopez"),
            ),
            (
                "Blue Harbour\nMaria Lopez\nmlopez@example.org",
                None,
                &[],
                Some("Maria Lopez"),
            ),
            (
                "Grace Cloud\nAustin",
                Some("Grace Cloud"),
                &[],
                Some("Grace Cloud"),
            ),
            (
                "Grace Cloud\nAustin",
                None,
                &["grace.c@example.org"],
                Some("Grace Cloud"),
            ),
            ("Full Stack\nfullstack.dev@example.org", None, &[], None),
            ("Bo Li\nAustin", None, &["boli@example.org"], Some("Bo Li")),
            ("Li Bo\nAustin", None, &["bo.x@example.org"], Some("Li Bo")),
            (
                "Bill Hart\nAustin",
                Some("William Hart"),
                &[],
                Some("Bill Hart"),
            ),
            ("Maria Lopez\n1\n2\n3\n4\n(212) 736-5000", None, &[], None),
            (
                "Helen Carter\nDear Ms. Carter\n(212) 736-5000",
                Some("Maria Lopez"),
                &[],
                None,
            ),
            (
                "I build things\nBlue Harbour\n(212) 736-5000",
                None,
                &[],
                None,
            ),
        ] {
            let found = head(text, form, mailboxes);
            assert_eq!(found.as_deref(), wanted, "{text} {form:?} {mailboxes:?}");
        }
    }

    #[test]
    fn the_lists_are_in_order() {
        assert!(NO_NAMES.is_sorted() && CITIES.is_sorted());
    }
}
