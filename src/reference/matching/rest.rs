//! What stands beside an institution's name: its place, a faculty, a degree, or another name.

use super::find::Finder;
use super::fold::{Folded, Word};
use super::hash;
use super::index::Owner;
use super::names::{self, Sort};
use super::words::{self, Role};
use crate::normalise::place;

/// What the rest of the words tells of an institution.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rest {
    /// How much of them is the institution's: 4 for its city, 1 for its state, country or a further
    /// word of its names.
    pub agrees: u8,
    /// What to take off the confidence.
    pub doubt: f64,
}

/// A name in a row of words, and an institution that goes by it.
pub(super) struct Side<'a> {
    pub finder: &'a Finder<'a>,
    pub folded: &'a Folded,
    pub words: &'a [Word],
    pub span: (usize, usize),
    pub owner: Owner,
    /// Whether names of other institutions begin with this one.
    pub shared: bool,
}

/// What a place tells of an institution.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    City,
    State,
    Country,
    /// A state or country that is not the institution's.
    Elsewhere,
}

/// No place's name has more words.
const MOST_WORDS_OF_A_PLACE: usize = 4;
/// Nor an institution's faculty, nor what is written behind a name.
const MOST_WORDS_OF_A_FACULTY: usize = 10;
/// A name of so many words is one without a word for its kind.
const LONG_NAME: usize = 3;
/// Longest short name in brackets.
const LONGEST_INITIALS: usize = 6;

/// What is taken off for a place or word that is not known to be the institution's.
const DOUBT_UNKNOWN: f64 = 0.02;
/// What is taken off for a faculty's name.
const DOUBT_FACULTY: f64 = 0.01;

impl Side<'_> {
    /// What the words beside the name tell; `None` when they speak against the institution.
    pub(super) fn rest(&self) -> Option<Rest> {
        let (from, to) = self.span;
        let mut rest = Rest::default();
        let mut unknown = 0;
        let mut own = None;
        let (mut city, mut state, mut country, mut named) = (false, false, false, false);
        let runs = |words| <[Word]>::chunk_by(words, |a, b| a.part == b.part);
        let before = runs(&self.words[..from]).map(|run| (run, false));
        let after = runs(&self.words[to..]).map(|run| (run, true));
        for (run, behind) in before.chain(after) {
            if is_debris(run) && !(behind && self.place(run).is_some()) {
                continue;
            }
            if self.is_faculty(run, behind) {
                rest.doubt += DOUBT_FACULTY;
                continue;
            }
            let own: &Vec<u64> = own.get_or_insert_with(|| self.own_words());
            let mut at = 0;
            while at < run.len() {
                let left = &run[at..];
                if behind && let Some((place, len)) = self.place(left) {
                    match place {
                        Place::City => city = true,
                        Place::State => state = true,
                        Place::Country => country = true,
                        Place::Elsewhere if own.contains(&words::translated(left[0].hash)) => {}
                        Place::Elsewhere => return None,
                    }
                    at += len;
                    continue;
                }
                let word = &run[at];
                at += 1;
                let is_own = own.contains(&words::translated(word.hash));
                named |= is_own && behind && word.role == Role::Plain;
                // Which kind it is, a name without its kind leaves open.
                let kind = self.owner.sort == Sort::Short && word.role != Role::Plain;
                let known = is_own && !kind
                    || word.role == Role::Number
                    || words::is_debris(word.hash) && !self.finder.strict
                    || (run.len() == 1 && self.is_short_name(word));
                if known {
                    continue;
                }
                let beside = run[0].part != self.words[to - 1].part;
                let name = &self.words[from..to];
                let plain = run.iter().all(|word| word.role != Role::Kind);
                if !(behind && beside && plain && names::is_whole(name)) {
                    return None;
                }
                unknown += 1;
            }
        }
        if self.owner.sort == Sort::Hint && !(city || state || named) {
            // Initials stand for many: only with a place they stand for one.
            return None;
        }
        rest.agrees = u8::from(city) * 4 + u8::from(state) + u8::from(country) + u8::from(named);
        if unknown > 0 {
            self.unknown_place(city, state || country, unknown)?;
            rest.doubt += DOUBT_UNKNOWN;
        }
        Some(rest)
    }

    /// Whether words that may be a place can be one of the institution's.
    fn unknown_place(&self, city: bool, region: bool, words: usize) -> Option<()> {
        /// `Pilani`, `Tamil Nadu`, `Santiago de Compostela`.
        const MOST: usize = 4;
        let institution = &self.finder.institutions[self.owner.institution as usize];
        let campus = self.finder.tables.traits[self.owner.institution as usize].campus;
        let open = city || !self.shared && (institution.city.is_none() || region && !campus);
        (open && words <= MOST).then_some(())
    }

    /// Every word of the institution's names and of its city.
    fn own_words(&self) -> Vec<u64> {
        let institution = &self.finder.institutions[self.owner.institution as usize];
        let names = std::iter::once(&institution.name).chain(&institution.aliases);
        let mut own = Vec::new();
        for name in names.chain(&institution.city) {
            let words = Folded::read(name).words;
            own.extend(words.iter().map(|word| words::translated(word.hash)));
        }
        own
    }

    /// `(BYU)`: initials, or a name that the institution goes by too.
    fn is_short_name(&self, word: &Word) -> bool {
        if self.finder.goes_by(self.owner.institution, word.hash) {
            return true;
        }
        let (from, to) = self.span;
        let short = self.folded.text(word);
        let first = |word: &Word| self.folded.text(word).chars().next();
        let mut letters = self.words[from..to].iter().filter_map(first);
        let beside = word.part != self.words[from].part;
        beside
            && (2..=LONGEST_INITIALS).contains(&short.len())
            && short.chars().all(|letter| letters.any(|one| one == letter))
    }

    /// The place at the beginning of words, and how many words it has.
    fn place(&self, words: &[Word]) -> Option<(Place, usize)> {
        let institution = &self.finder.institutions[self.owner.institution as usize];
        let own_city = institution.city.as_deref().map(Folded::read);
        for len in (1..=words.len().min(MOST_WORDS_OF_A_PLACE)).rev() {
            let text: String = words[..len]
                .iter()
                .map(|word| self.folded.text(word))
                .collect();
            let text = words::city(&text);
            if let Some(city) = &own_city
                && (hash::row(city.words.iter().map(|word| word.hash)) == names::row(&words[..len])
                    || place::squeezed(institution.city.as_deref()?).as_deref() == Some(text))
            {
                return Some((Place::City, len));
            }
            let state = place::us_state(text);
            let country = country(text);
            if state.is_none() && country.is_none() {
                continue;
            }
            if state.is_some() && state == institution.state.as_deref() {
                return Some((Place::State, len));
            }
            if country.is_some() && country == institution.country.as_deref() {
                return Some((Place::Country, len));
            }
            // A code of two letters may be of a region that we do not know.
            if text.len() > 2 || institution.is_american() {
                return Some((Place::Elsewhere, len));
            }
        }
        None
    }

    /// `School of Engineering`, `Haas School of Business`, `Medical School`.
    fn is_faculty(&self, run: &[Word], behind: bool) -> bool {
        let (from, to) = self.span;
        if run.len() > MOST_WORDS_OF_A_FACULTY
            || run.iter().any(|word| words::is_no_faculty(word.hash))
            || self.owner.sort > Sort::Main && self.owner.sort != Sort::Cut
        {
            return false;
        }
        let Some(head) = run.iter().position(|word| words::is_head(word.hash)) else {
            return false;
        };
        let field = head > 0 && words::is_field(run[head - 1].hash);
        let named = head + 1 < run.len() || field;
        if !named && (words::is_college(run[head].hash) || self.is_another(run)) {
            return false;
        }
        let whole = names::is_whole(&self.words[from..to]) || to - from >= LONG_NAME;
        let usual = self.owner.sort == Sort::Usual;
        if behind {
            let apart = run[0].part != self.words[to - 1].part;
            let school = words::is_school(run[head].hash);
            let college = words::is_college(run[head].hash) && named;
            apart && (whole || usual) || named && (whole && college || (whole || usual) && school)
        } else {
            let name = &self.words[from];
            let apart = run[0].part != name.part;
            apart && (whole || usual && named) || whole && (name.joined || name.dashed || named)
        }
    }

    /// Whether words are the name of another institution.
    fn is_another(&self, run: &[Word]) -> bool {
        let owners = self.finder.tables.keys.owners(names::row(run));
        !owners.is_empty()
            && owners
                .iter()
                .all(|owner| owner.institution != self.owner.institution)
    }
}

/// The country of a name, code, or of one of its regions that people write behind a city.
fn country(text: &str) -> Option<&'static str> {
    /// Regions of Australia, as Canada's provinces known by their codes.
    const AUSTRALIAN: [&str; 8] = [
        "nsw",
        "newsouthwales",
        "qld",
        "queensland",
        "vic",
        "victoria",
        "southaustralia",
        "westernaustralia",
    ];
    if place::canadian_province(text).is_some() {
        return Some("CA");
    }
    if AUSTRALIAN.contains(&text) {
        return Some("AU");
    }
    match text {
        "england" | "scotland" | "wales" => Some("GB"),
        _ => place::country::of(text),
    }
}

/// A degree, a year, a number of a list.
fn is_debris(run: &[Word]) -> bool {
    let degree = words::is_debris(run[0].hash) && run.iter().all(|word| word.role != Role::Kind);
    degree || run.iter().all(|word| word.role == Role::Number)
}
