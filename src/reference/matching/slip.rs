//! Whether words that were put right are surely the ones meant: what may be another school's name is
//! none mistyped (`Stamford` is not `Stanford`, nor `Downing` `Dowling`).

use std::sync::LazyLock;

use super::find::{Finder, Hit};
use super::fold::{Folded, Word};
use super::hash::{self, Set};
use super::words::{self, Role};

/// Weight of a word from which on it carries a name: one of 150 names or fewer has it.
const CARRIES: f64 = 5.0;
/// A word of so many letters is hardly another one by chance.
const LONG: usize = 9;

/// Mistakes that are often made, and what is meant by them: no school is called so.
const USUAL: [(&str, &str); 17] = [
    ("standford", "stanford"),
    ("havard", "harvard"),
    ("harvad", "harvard"),
    ("harverd", "harvard"),
    ("princton", "princeton"),
    ("berkely", "berkeley"),
    ("uc berkley", "uc berkeley"),
    ("california berkley", "california berkeley"),
    ("john hopkins", "johns hopkins"),
    ("john hopkin", "johns hopkins"),
    ("johns hopkin", "johns hopkins"),
    ("carnegie melon", "carnegie mellon"),
    ("cornel university", "cornell university"),
    ("virgina", "virginia"),
    ("arizonia", "arizona"),
    ("louisianna", "louisiana"),
    ("brigham yong", "brigham young"),
];

/// Names of places and persons that are like others: none is another mistyped. Compiled by us.
const NAMES: &str = "georgian downing dowling stamford stanford sanford sandford samford strafford stratford \
     stafford regents regent kings queens catherine catharine katherine katharine catherines \
     abbot abbott allan allen alan ashford bedford radford bradford branford hartford hertford harford \
     bennet bennett barnet barnett elliot elliott russel russell philip philips phillip phillips \
     carol carrol caroll carroll matthews mathews stephens stevens steven stephen thomson thompson \
     davison davidson dickinson dickenson harding hardin hanna hannah marion marian marianne marina \
     martin marten morton norton newton newtown hampton hamptons hampden hamden holly hopper cooper \
     clark clarke brown browne green greene read reade reed reid smyth smith gray grey lesley leslie \
     francis frances lewis louis lawrence laurence jefferson jeffers robert roberts rogers rodgers \
     peterson petersen andersen anderson johnson johnston jonson nicholls nichols mitchel mitchell \
     columbian colombian columbia colombia californian virginian carolinian floridian indian \
     victorian columbus cumberland northumberland cumbrian cambrian berkley berkeley barkley \
     wellesley wesley westley lynne lynn kendal kendall randal randall hudson judson madison addison \
     alfred albert alberta augusta augustine augustinian benedictine westminister winchester \
     manchester dorchester rochester chichester chester leicester lancaster lancashire \
     washington warrington worthington darlington arlington burlington wellington welling \
     canton clinton linton hilton milton melton fulton felton dalton walton weston easton preston \
     eaton eton elton alton ashton aston boston bolton barton burton carlton carleton charlton \
     charleston charlestown georgetown jamestown johnstown morristown";

static KNOWN: LazyLock<Set> = LazyLock::new(|| NAMES.split_whitespace().map(hash::word).collect());

/// The words with the usual mistakes put right, if there are any.
pub(super) fn put_right(folded: &Folded) -> Option<Vec<Word>> {
    let words = &folded.words;
    for (written, meant) in USUAL {
        let len = written.split(' ').count();
        let mut rows = words.windows(len);
        let is_row = |row: &[Word]| {
            let row = row.iter().map(|word| folded.text(word));
            row.eq(written.split(' '))
        };
        if let Some(at) = rows.position(is_row) {
            let mut row = words.clone();
            for (word, meant) in row[at..].iter_mut().zip(meant.split(' ')) {
                word.hash = hash::word(meant);
            }
            return Some(row);
        }
    }
    None
}

/// Whether a name, found in words some of which were guessed, is surely meant.
pub(super) fn is_sure(finder: &Finder, folded: &Folded, words: &[Word], hit: &Hit) -> bool {
    let name = &words[hit.span.0..hit.span.1];
    let carried = name
        .iter()
        .any(|word| carries(finder, word) && folded.wrote(word));
    name.iter()
        .filter(|word| word.role == Role::Plain && !folded.wrote(word))
        .all(|word| {
            let letters = folded.text(word);
            let mut slip = false;
            finder.tables.spellings.near(letters, |spelling| {
                slip |= spelling.word == word.hash
                    && is_slip(letters, finder.tables.spellings.text(spelling), carried);
            });
            slip && !is_known(finder, letters)
        })
}

/// Whether a name without the initials before it is still told from others: two words of it do.
pub(super) fn is_named(finder: &Finder, words: &[Word], hit: &Hit) -> bool {
    let name = words[hit.span.0..hit.span.1].iter();
    name.filter(|word| carries(finder, word)).count() > 1
}

/// Whether a word tells one name from most others.
fn carries(finder: &Finder, word: &Word) -> bool {
    word.role == Role::Plain
        && !words::is_common(word.hash)
        && !words::is_given_often(word.hash)
        && finder.tables.rows.weight(word.hash) >= CARRIES
}

/// Whether letters are a word of any known name, or another that names are made of.
fn is_known(finder: &Finder, letters: &str) -> bool {
    let word = hash::word(letters);
    finder.tables.rows.word(word).is_some() || KNOWN.contains(&word)
}

/// Whether letters are others mistyped; `carried` by another word of the name, any one mistake
/// behind the first letter is. A word alone must be long, or have letters doubled or swapped.
fn is_slip(written: &str, meant: &str, carried: bool) -> bool {
    let (short, long) = if written.len() < meant.len() {
        (written.as_bytes(), meant.as_bytes())
    } else {
        (meant.as_bytes(), written.as_bytes())
    };
    if short.first() != long.first() {
        return false;
    }
    if carried {
        return true;
    }
    let is_long = short.len() >= LONG;
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    if short.len() < long.len() {
        let doubled = same > 0 && long[same] == long[same - 1];
        // `Georgian`, `Regents`: a last letter more makes another word.
        return doubled || is_long && same + 1 < long.len();
    }
    let (one, other) = (&short[same..], &long[same..]);
    let swapped =
        one.len() > 1 && one[0] == other[1] && one[1] == other[0] && one[2..] == other[2..];
    let vowels = || {
        let is_vowel = |letter: &u8| b"aeiouy".contains(letter);
        one.first().is_some_and(is_vowel) && other.first().is_some_and(is_vowel)
    };
    let one_letter = !one.is_empty() && one[1..] == other[1..];
    swapped || is_long && (!one_letter || vowels())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_alone_is_mistyped_only_where_it_can_hardly_be_another() {
        let cases = [
            ("cornel", "cornell", true),
            ("princetno", "princeton", true),
            ("massachussetts", "massachusetts", true),
            ("pepperdene", "pepperdine", true),
            ("vandebilt", "vanderbilt", true),
            ("georgian", "georgia", false),
            ("regents", "regent", false),
            ("californian", "california", false),
            ("downing", "dowling", false),
            ("stamford", "stanford", false),
            ("strafford", "stratford", false),
            ("leon", "elon", false),
        ];
        for (written, meant, expected) in cases {
            assert_eq!(is_slip(written, meant, false), expected, "{written}");
        }
        assert!(is_slip("mellan", "mellon", true));
        assert!(!is_slip("bellon", "mellon", true));
    }
}
