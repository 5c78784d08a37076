//! The words that stand in both of two texts, quoted as each writes them.

use std::collections::{HashMap, HashSet};

use super::Common;
use crate::normalise::text::{SHINGLE_WORDS, Words};
use crate::signals::Passage;

/// Words of the shortest passage.
const WORDS_AT_LEAST: usize = 8;
/// Passages quoted.
const PASSAGES_AT_MOST: usize = 5;
/// A quote is cut behind so many characters.
const QUOTED_AT_MOST: usize = 300;
/// Of longer texts the beginning is looked at, bytes.
const LOOKED_AT: usize = 200_000;

/// A text with the places of its words.
struct Read<'a> {
    text: &'a str,
    /// Where each word stands, with what touches it.
    spans: Vec<(usize, usize)>,
    shingles: Vec<u64>,
}

impl<'a> Read<'a> {
    fn of(text: &'a str) -> Self {
        let text = &text[..text.floor_char_boundary(LOOKED_AT)];
        let mut words = Words::with_capacity(text.len());
        let mut spans = Vec::new();
        for piece in text.split_whitespace() {
            let from = piece.as_ptr().addr() - text.as_ptr().addr();
            words.push(piece);
            spans.resize(words.len(), (from, from + piece.len()));
        }
        Self {
            text,
            spans,
            shingles: words.shingles_in_order(),
        }
    }

    /// The text from one shingle to the end of another.
    fn quote(&self, first: usize, shingles: usize) -> String {
        let from = self.spans[first].0;
        let to = self.spans[first + shingles + SHINGLE_WORDS - 2].1;
        let quote = &self.text[from..to];
        let Some((end, _)) = quote.char_indices().nth(QUOTED_AT_MOST) else {
            return quote.to_owned();
        };
        let whole_words = quote[..end].rfind(char::is_whitespace).unwrap_or(end);
        quote[..whole_words].trim_end().to_owned()
    }
}

/// The longest runs of words in both texts, the longest first. What is common ends a run.
pub fn shared(own: &str, other: &str, common: &Common) -> Vec<Passage> {
    let (own, other) = (Read::of(own), Read::of(other));
    let mut places = HashMap::new();
    for (place, shingle) in own.shingles.iter().enumerate() {
        places.entry(*shingle).or_insert(place);
    }
    let same = |a: usize, b: usize| {
        let shingle = own.shingles.get(a);
        shingle == other.shingles.get(b) && shingle.is_some_and(|hash| !common.has(*hash))
    };
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(shingle) = other.shingles.get(at) {
        let mut length = 0;
        if let Some(&start) = places.get(shingle) {
            while same(start + length, at + length) {
                length += 1;
            }
            if length + SHINGLE_WORDS > WORDS_AT_LEAST {
                runs.push((length, start, at));
            }
        }
        at += length.max(1);
    }
    runs.sort_unstable_by_key(|(length, start, _)| (usize::MAX - length, *start));
    let mut quoted = HashSet::new();
    runs.retain(|(_, start, _)| quoted.insert(*start));
    runs.truncate(PASSAGES_AT_MOST);
    let passage = |(length, start, at): (usize, usize, usize)| Passage {
        own: own.quote(start, length),
        other: other.quote(at, length),
    };
    runs.into_iter().map(passage).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::short;

    #[test]
    fn passages_are_quoted_as_each_text_writes_them() {
        let own = "Before.\n- Moved the ledger from NIGHTLY batches\n  to a stream; closing was quick. After";
        let other = "Else: moved the ledger from nightly batches to a stream, closing was slow";
        let found = shared(own, other, &Common::default());
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].own,
            "Moved the ledger from NIGHTLY batches\n  to a stream; closing was"
        );
        assert_eq!(
            found[0].other,
            "moved the ledger from nightly batches to a stream, closing was"
        );
    }

    #[test]
    fn seven_words_are_no_passage_and_eight_are() {
        for (words, count) in [("a b c d e f g", 0), ("a b c d e f g h", 1)] {
            let own = format!("before one {words} behind");
            let other = format!("not {words} here");
            let found = shared(&own, &other, &Common::default());
            assert_eq!(found.len(), count, "{words}");
        }
    }

    #[test]
    fn what_is_common_ends_a_passage() {
        let text = "one two three four five six seven eight nine ten eleven twelve";
        let mut words = Words::default();
        words.push(text);
        let common = Common::of([short(words.shingles_in_order()[4])]);
        assert_eq!(shared(text, text, &Common::default())[0].own, text);
        let found = shared(text, text, &common);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].own, "one two three four five six seven eight");
        let all = Common::of(words.shingles_in_order().into_iter().map(short));
        assert_eq!(shared(text, text, &all), []);
    }

    #[test]
    fn the_longest_come_first_and_are_cut_at_a_word() {
        let long = (0..200).map(|n| format!("word{n}")).collect::<Vec<_>>();
        let long = long.join(" ");
        let own = format!("a b c d e f g h i {long}");
        let other = format!("{long} und a b c d e f g h i");
        let found = shared(&own, &other, &Common::default());
        assert!(found[0].own.starts_with("word0 word1 "));
        assert!(found[0].own.len() <= QUOTED_AT_MOST && long.starts_with(&found[0].own));
        assert!(long[found[0].own.len()..].starts_with(' '));
        assert_eq!(found[1].own, "a b c d e f g h i");
    }

    #[test]
    fn a_hostile_text_takes_no_longer() {
        let own = "same ".repeat(100_000);
        let found = shared(&own, &own, &Common::default());
        assert!(found.len() <= PASSAGES_AT_MOST);
        assert_eq!(shared("", "é ½ \u{200b}", &Common::default()), []);
    }
}
