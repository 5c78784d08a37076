//! Words written one letter off: a missing, doubled, wrong or swapped letter in a word that is common
//! in résumés. They say nothing of a person and count nothing; a rare one that stands in several
//! people's résumés of one layout says that the résumés are of one hand.

use std::collections::{HashMap, HashSet};
use std::hash::Hasher;
use std::sync::LazyLock;

use siphasher::sip::SipHasher13;

/// Letters of the shortest word looked at.
const LETTERS_AT_LEAST: usize = 7;
/// Letters of the longest.
const LETTERS_AT_MOST: usize = 20;
/// Listed words that a text must have: else it is in another language, where spelling is another.
const LISTED_AT_LEAST: usize = 20;
/// Slips kept of a text. Those that come first by their hashes: of two texts with the same slips, the same.
const SLIPS_AT_MOST: usize = 8;
/// Different words looked at in a text.
const WORDS_AT_MOST: usize = 4000;

/// What has lost a letter at each of its places is found by hashes that are sums over the letters.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
/// 1 / [`BASE`] modulo 2⁶⁴.
const UNBASE: u64 = inverse(BASE);

const fn inverse(odd: u64) -> u64 {
    let (mut x, mut step) = (odd, 0);
    while step < 6 {
        x = x.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(x)));
        step += 1;
    }
    x
}

struct Listed {
    words: HashSet<&'static str>,
    /// Listed words by the hashes of themselves and of themselves less one letter.
    near: HashMap<u64, Vec<&'static str>>,
    /// Whether there is such a hash at all, by its upper bits.
    any: Vec<u64>,
}

static LISTED: LazyLock<Listed> = LazyLock::new(|| {
    let lines = include_str!("slip/words.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#'));
    let words: HashSet<&str> = lines.flat_map(str::split_whitespace).collect();
    let mut near = HashMap::<u64, Vec<&str>>::new();
    for word in words.iter().filter(|word| word.len() >= 8) {
        less_one(word.as_bytes(), |hash| {
            near.entry(hash).or_default().push(word);
        });
    }
    let mut any = vec![0; 1 << 11];
    for hash in near.keys() {
        let (at, bit) = place(*hash);
        any[at] |= bit;
    }
    Listed { words, near, any }
});

fn place(hash: u64) -> (usize, u64) {
    let hash = super::mix(hash) >> 47;
    (
        usize::try_from(hash >> 6).unwrap_or_default(),
        1 << (hash & 63),
    )
}

/// Calls with the hash of a word, and of the word less each of its letters.
fn less_one(word: &[u8], mut each: impl FnMut(u64)) {
    let mut powers = [0; LETTERS_AT_MOST + 1];
    let mut power = 1_u64;
    let mut whole = 0_u64;
    for (letter, kept) in word.iter().zip(&mut powers) {
        *kept = power;
        whole = whole.wrapping_add(power.wrapping_mul(u64::from(*letter)));
        power = power.wrapping_mul(BASE);
    }
    each(whole);
    let mut before = 0_u64;
    for (letter, power) in word.iter().zip(powers) {
        let through = before.wrapping_add(power.wrapping_mul(u64::from(*letter)));
        each(before.wrapping_add(whole.wrapping_sub(through).wrapping_mul(UNBASE)));
        before = through;
    }
}

/// The words of a text that are one letter off, lower case, at most eight.
pub fn all(text: &str) -> Vec<String> {
    let listed = &*LISTED;
    let (mut known, mut seen, mut slips) = (0, HashSet::new(), Vec::new());
    let mut lower = [0; LETTERS_AT_MOST];
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '@' && c != '.') {
        // What ends a sentence is no part of the word; what has a dot inside is a name on the web.
        let word = word.trim_end_matches(['.', '\'']);
        let fits = (LETTERS_AT_LEAST..=LETTERS_AT_MOST).contains(&word.len());
        // A capital inside is a product's name; one in front may begin a sentence.
        let plain = |(at, byte): (usize, u8)| {
            byte.is_ascii_lowercase() || at == 0 && byte.is_ascii_uppercase()
        };
        if !fits || !word.bytes().enumerate().all(plain) || seen.len() > WORDS_AT_MOST {
            continue;
        }
        let lower = &mut lower[..word.len()];
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        let Ok(lower) = str::from_utf8(lower) else {
            continue;
        };
        if listed.words.contains(lower) {
            known += 1;
            continue;
        }
        let mut may_be = false;
        less_one(lower.as_bytes(), |hash| {
            let (at, bit) = place(hash);
            may_be |= listed.any[at] & bit != 0;
        });
        if may_be && seen.insert(lower.to_owned()) && listed.is_slip(lower) {
            slips.push(lower.to_owned());
        }
    }
    if known < LISTED_AT_LEAST {
        return Vec::new();
    }
    slips.sort_by_cached_key(|word| {
        let mut hasher = SipHasher13::new();
        hasher.write(word.as_bytes());
        hasher.finish()
    });
    slips.truncate(SLIPS_AT_MOST);
    slips
}

impl Listed {
    fn is_slip(&self, word: &str) -> bool {
        let mut near = false;
        less_one(word.as_bytes(), |hash| {
            let words = self.near.get(&hash).into_iter().flatten();
            near |= words
                .into_iter()
                .any(|listed| strsim::osa_distance(word, listed) == 1);
        });
        near && !self.is_form(word) && !self.is_spelt_elsewhere(word)
    }

    /// Whether it is a listed word with an ending.
    fn is_form(&self, word: &str) -> bool {
        const ENDINGS: [&str; 14] = [
            "s", "es", "d", "ed", "r", "er", "rs", "ers", "or", "ors", "ing", "ings", "ly", "n",
        ];
        let has = |stem: &str| self.words.contains(stem);
        ENDINGS.into_iter().any(|ending| {
            let Some(stem) = word.strip_suffix(ending) else {
                // The word without its ending: manage for manages.
                return has(&format!("{word}{ending}"));
            };
            has(stem)
                || has(&format!("{stem}e"))
                || ENDINGS.iter().any(|e| has(&format!("{stem}{e}")))
        })
    }

    /// Whether another country spells a listed word so, or another language has it.
    fn is_spelt_elsewhere(&self, word: &str) -> bool {
        const PAIRS: [(&str, &str); 14] = [
            ("is", "iz"),
            ("ys", "yz"),
            ("our", "or"),
            ("ll", "l"),
            ("l", "ll"),
            ("re", "er"),
            ("ogue", "og"),
            ("mme", "m"),
            ("ce", "se"),
            ("se", "ce"),
            ("dgement", "dgment"),
            ("ae", "e"),
            ("able", "ible"),
            ("ise", "ize"),
        ];
        const OTHER_LANGUAGES: [&str; 8] = [
            "cion", "zion", "tie", "tique", "onal", "onel", "ente", "ive",
        ];
        let british = PAIRS.into_iter().any(|(theirs, ours)| {
            word.match_indices(theirs).any(|(at, _)| {
                let ours = format!("{}{ours}{}", &word[..at], &word[at + theirs.len()..]);
                self.words.contains(&*ours) || self.is_form(&ours)
            })
        });
        british || OTHER_LANGUAGES.iter().any(|ending| word.ends_with(ending))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_letter_off_is_a_slip() {
        for slip in [
            "managment",
            "developement",
            "enviroment",
            "experiance",
            "acheivements",
            "responsibilites",
            "comunication",
            "recieved",
            "implimented",
            "strenghts",
            "maintenence",
            "succesfully",
        ] {
            assert!(LISTED.is_slip(slip), "{slip}");
        }
    }

    #[test]
    fn words_forms_and_other_spellings_are_none() {
        for word in [
            "manages",
            "organised",
            "organisation",
            "analyse",
            "analysed",
            "modelling",
            "behaviour",
            "programme",
            "centre",
            "fulfilment",
            "enrolment",
            "judgement",
            "optimisation",
            "licence",
            "responsable",
            "administracion",
            "professionel",
            "designs",
            "includes",
            "marketer",
            "creations",
            "kubernetes",
            "postgresql",
            "interned",
            "computed",
        ] {
            assert!(!LISTED.is_slip(word), "{word}");
        }
    }

    #[test]
    fn only_plain_words_of_english_texts_are_looked_at() {
        let prose = "Software engineer with experience in management, development and communication. Designed systems, \
            delivered projects, maintained services, improved performance, supported customers, reported progress to \
            stakeholders, prepared presentations, planning, testing, training, documentation, architecture, security, \
            operations, marketing.";
        let slips = |words: &str| all(&format!("{prose}\n{words}"));
        assert_eq!(slips(""), [""; 0]);
        let both = slips("Managment of an enviroment.");
        assert_eq!(both.len(), 2);
        assert_eq!(
            both,
            slips("An enviroment; managment"),
            "whatever their order"
        );
        assert_eq!(slips("Managment here.").len(), 1);
        for word in [
            "managment@example.com",
            "www.managment.example",
            "ManagMent",
            "managment2",
        ] {
            assert_eq!(slips(word), [""; 0], "{word}");
        }
        assert_eq!(all("managment enviroment"), [""; 0]);
    }

    #[test]
    fn a_letter_less_is_the_same_hash() {
        let hashes = |word: &str| {
            let mut all = Vec::new();
            less_one(word.as_bytes(), |hash| all.push(hash));
            all
        };
        assert_eq!(hashes("managment")[0], hashes("management")[6]);
        assert!(
            hashes("recieved")[1..]
                .iter()
                .any(|hash| hashes("received")[1..].contains(hash))
        );
    }
}
