//! The forms of an institution's names: as listed, and as they are cut short.

use super::fold::{Folded, Word};
use super::hash;
use super::words::{self, COLLEGE, Role, UNIVERSITY};
use crate::normalise::place;
use crate::reference::Institution;

/// How a name belongs to an institution, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sort {
    /// Our own table gives it as the usual name or short name.
    Usual,
    /// The name of a directory.
    Official,
    /// Another name of a directory.
    Other,
    /// A name of the main campus without saying so.
    Main,
    /// A name without its words for the kind.
    Short,
    /// A name without what stands behind its kind: `of Arts and Science`.
    Cut,
    /// A name without its campus or place: others may go by it too.
    Campus,
    /// A name in English words.
    Translated,
    /// The first word last, or the last first: `Oxford University`, `Queens College, CUNY`.
    Turned,
    /// Initials, or a name's only distinctive word: never enough.
    Hint,
}

/// `institute`.
const INSTITUTE: u64 = hash::word("institute");

/// Systems of colleges whose word stands before the college's own name.
const SYSTEMS: [u64; 2] = [hash::word("cuny"), hash::word("suny")];

/// Gives each form of a name; `is_place` tells whether words are where the institution is.
pub(super) fn forms(
    folded: &Folded,
    sort: Sort,
    is_place: impl Fn(&[Word]) -> bool,
    mut give: impl FnMut(u64, Sort),
) {
    let words = &folded.words[..];
    // `U of M`, `N/A`, `Community College`: letters and kinds are nobody's name.
    let letters = words
        .iter()
        .filter(|word| word.role == Role::Plain)
        .all(|word| folded.text(word).len() < 2);
    if letters && sort == Sort::Other {
        return give(row(words), Sort::Hint);
    }
    give(row(words), sort);
    for turned in turned(words) {
        give(turned, Sort::Turned);
    }
    give(translated(words), Sort::Translated);
    if sort == Sort::Other {
        return;
    }
    shortened(words, &mut give);
    let named = words.iter().filter(|word| !word.initials);
    if (3..words.len()).contains(&named.clone().count()) {
        // `James A Rhodes State College`
        give(hash::row(named.map(|word| word.hash)), Sort::Short);
    }
    if words.len() > 2 && SYSTEMS.contains(&words[0].hash) {
        give(row(&words[1..]), Sort::Campus);
    }
    cut(words, is_place, &mut give);
    for initials in initials(folded) {
        give(initials, Sort::Hint);
    }
}

/// `Harvey Mudd`, `Wake Tech`, `Loyola Chicago`.
fn shortened(words: &[Word], give: &mut impl FnMut(u64, Sort)) {
    let kind = words.iter().position(is_university);
    if let Some(kind) = kind.filter(|kind| (1..words.len() - 1).contains(kind)) {
        let without = words[..kind].iter().chain(&words[kind + 1..]);
        give(hash::row(without.map(|word| word.hash)), Sort::Short);
    }
    let mut left = words;
    while let Some((last, rest)) = left.split_last()
        && (last.role == Role::Modifier || is_university(last) || last.hash == INSTITUTE)
        && rest.last().is_none_or(|before| before.role != Role::Kind)
        && rest.iter().any(|word| word.role == Role::Plain)
    {
        left = rest;
        let sort = if left.len() > 1 {
            Sort::Short
        } else {
            Sort::Hint
        };
        give(row(left), sort);
    }
}

/// `University of Minnesota` of `University of Minnesota-Duluth`, `Tulane University` of `Tulane
/// University of Louisiana`, and `Penn State Altoona`.
fn cut(words: &[Word], is_place: impl Fn(&[Word]) -> bool, give: &mut impl FnMut(u64, Sort)) {
    /// `Main Campus`, its second word silent.
    const MAIN: u64 = hash::word("main");
    for at in 1..words.len() {
        let (left, right) = words.split_at(at);
        let begins = right[0].dashed || right[0].joined;
        let behind_kind = is_university(&left[at - 1])
            || left[at - 1].role == Role::Kind && right.iter().any(|word| word.role == Role::Kind);
        if !(begins || behind_kind) || !is_whole(left) {
            continue;
        }
        if right.len() == 1 && right[0].hash == MAIN {
            give(row(left), Sort::Main);
            shortened(left, give);
            continue;
        }
        let kinds = right.iter().any(|word| word.role != Role::Plain);
        let campus = begins || !(right[0].linked || kinds) || is_place(right);
        give(row(left), if campus { Sort::Campus } else { Sort::Cut });
        if right[0].dashed && right.len() > 1 && !words::is_head(right[0].hash) {
            let whole = right.iter().any(|word| word.role != Role::Plain);
            give(row(right), if whole { Sort::Cut } else { Sort::Campus });
        }
    }
}

/// Whether a word is `university` or `college`.
fn is_university(word: &Word) -> bool {
    matches!(words::translated(word.hash), UNIVERSITY | COLLEGE)
}

/// Whether words are a name of their own: a kind, and which.
pub(super) fn is_whole(words: &[Word]) -> bool {
    words.iter().any(|word| word.role == Role::Kind)
        && words.iter().any(|word| word.role == Role::Plain)
}

/// Whether no word tells which institution: `Polytechnic University`, `School of Law`.
pub(super) fn is_common(words: &[Word]) -> bool {
    words
        .iter()
        .all(|word| word.role != Role::Plain || words::is_common(word.hash))
}

/// Whether a name is of a saint, a virtue or the like, as schools in every country are given:
/// `Holy Family College`.
pub(super) fn is_given_often(words: &[Word]) -> bool {
    let mut plain = words.iter().filter(|word| word.role == Role::Plain);
    plain.clone().any(|word| words::is_saint(word.hash))
        || plain.all(|word| words::is_given_often(word.hash))
}

/// The initials of a name, whole and without its campus.
pub(super) fn initials(folded: &Folded) -> impl Iterator<Item = u64> + '_ {
    let words = &folded.words;
    let campus = words
        .iter()
        .skip(1)
        .position(|word| word.dashed)
        .map(|at| at + 1);
    [Some(words.len()), campus]
        .into_iter()
        .flatten()
        .filter(|len| (2..=8).contains(len))
        .map(|len| {
            let letters = words[..len].iter();
            let letters: String = letters
                .filter_map(|word| folded.text(word).chars().next())
                .collect();
            hash::row([hash::word(&letters)])
        })
}

/// The hash of words in their order.
pub(super) fn row(words: &[Word]) -> u64 {
    hash::row(words.iter().map(|word| word.hash))
}

/// The hash of words in English.
pub(super) fn translated(words: &[Word]) -> u64 {
    hash::row(words.iter().map(|word| words::translated(word.hash)))
}

/// The hashes of words with the first last, and with the last first.
fn turned(words: &[Word]) -> impl Iterator<Item = u64> {
    let hashes = |words| <[Word]>::iter(words).map(|word| word.hash);
    let ends = words.split_first().zip(words.split_last());
    let turned = ends
        .filter(|_| words.len() > 1)
        .map(|((first, after), (last, before))| {
            let left = hash::row(hashes(after).chain([first.hash]));
            let right = hash::row([last.hash].into_iter().chain(hashes(before)));
            [left, right]
        });
    turned.into_iter().flatten()
}

/// Whether a name is of an office that awards nothing, or of a system whose colleges do:
/// `University of Alabama System Office`.
pub(super) fn is_office(institution: &Institution) -> bool {
    let name = institution.name.to_ascii_lowercase();
    name.ends_with(" system")
        || ["office", "system administration", "administration central"]
            .iter()
            .any(|word| name.contains(word))
}

/// The words of a name that a list tells from others by the place in brackets: `Northeastern
/// University (China)`.
pub(super) fn shared(name: &str) -> Option<u64> {
    let (bare, place) = name.strip_suffix(')')?.split_once(" (")?;
    let place = place::country::of(place).is_some() || place::us_state(place).is_some();
    place.then(|| row(&Folded::read(bare).words))
}

/// The short name that our own table puts in brackets behind a name: `(MIT)`.
pub(super) fn bracketed(name: &str) -> Option<u64> {
    let (_, short) = name.strip_suffix(')')?.rsplit_once(" (")?;
    let capitals = short.len() > 2 && short.bytes().all(|byte| byte.is_ascii_uppercase());
    capitals.then(|| row(&Folded::read(short).words))
}
