//! A text as a few numbers, of which two texts share the more the more alike they are.
//!
//! The shingles are put into 128 bins by a keyed hash, and of each bin the least hash is kept
//! (one-permutation `MinHash`; Li, Owen, Zhang, 2012). A bin that stays empty takes another's value, by
//! a rule that is the same for all texts (Shrivastava, 2017). Two texts have the same value in a bin
//! with the probability of their Jaccard likeness j. Three values make a band; two texts share at
//! least one of the 42 bands with the probability 1 − (1 − j³)⁴²: 0.9999 at j = 0.6 and 0.94 at 0.4.

use super::{Common, bullet_hash, mix};

/// Bins of the hash.
const BINS: usize = 128;
/// Values in a band.
const ROWS: usize = 3;
/// Bands of a text.
pub const BANDS: usize = BINS / ROWS;
/// A text with fewer shingles, common ones left out, is too short to be told from others.
pub const SHINGLES_AT_LEAST: usize = 24;
/// Bullets that are looked up; of more, those that come first by their hashes.
const BULLETS_AT_MOST: usize = 24;
/// Pages that are looked up.
pub const PAGES_AT_MOST: usize = 2;

/// What of a candidate's texts others are found by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// One bit of each of the résumé's values; 0 without a résumé. Of unlike texts half agree.
    pub signature: u128,
    /// Hashes of the résumé's bands.
    pub bands: Vec<u32>,
    /// Hashes of its bullets.
    pub bullets: Vec<u32>,
    /// Hashes of each page's bands.
    pub pages: Vec<Vec<u32>>,
}

/// Makes sketches that only this installation can make.
#[derive(Clone, Copy, Debug)]
pub struct Sketcher {
    secret: u64,
}

/// Kinds of texts: what is alike in two of different kinds is never found.
const RESUME: u64 = 0x1000;
const PAGE: u64 = 0x2000;
const BULLET: u64 = 0x3000;

impl Sketcher {
    /// With the secret of [`crate::keys::Hash::secret_for`].
    pub const fn new(secret: u64) -> Self {
        Self { secret }
    }

    /// The sketch of a résumé's shingles and bullets and of pages' shingles.
    pub fn sketch<'a>(
        self,
        shingles: &[u64],
        bullets: impl IntoIterator<Item = &'a str>,
        pages: &[Vec<u64>],
        common: &Common,
    ) -> Sketch {
        let mut sketch = Sketch::default();
        if let Some(values) = self.values(shingles, common) {
            sketch.signature = signature(&values);
            sketch.bands = self.bands(RESUME, &values);
        }
        let hashes = bullets.into_iter().map(bullet_hash);
        let hashes = hashes.filter(|hash| !common.has(*hash));
        sketch.bullets = hashes
            .map(|hash| high(mix(mix(hash ^ self.secret) ^ BULLET)))
            .collect();
        sketch.bullets.sort_unstable();
        sketch.bullets.dedup();
        sketch.bullets.truncate(BULLETS_AT_MOST);
        let pages = pages.iter().take(PAGES_AT_MOST);
        sketch.pages = pages
            .filter_map(|page| Some(self.bands(PAGE, &self.values(page, common)?)))
            .collect();
        sketch
    }

    /// The least hash of each bin; `None` of a text that is too short.
    fn values(self, shingles: &[u64], common: &Common) -> Option<[u64; BINS]> {
        let mut values = [u64::MAX; BINS];
        let mut count = 0;
        for shingle in shingles.iter().filter(|hash| !common.has(**hash)) {
            let hash = mix(shingle ^ self.secret);
            let value = &mut values[bin(hash)];
            *value = hash.min(*value);
            count += 1;
        }
        if count < SHINGLES_AT_LEAST {
            return None;
        }
        let filled = values;
        for (at, value) in (0_u64..).zip(&mut values) {
            let mut tries = 0;
            while *value == u64::MAX {
                tries += 1;
                *value = filled[bin(mix(at << 32 | tries))];
            }
        }
        Some(values)
    }

    fn bands(self, kind: u64, values: &[u64; BINS]) -> Vec<u32> {
        let bands = (0_u64..).zip(values.chunks_exact(ROWS));
        bands
            .map(|(band, rows)| {
                let start = mix(self.secret ^ kind ^ band);
                high(rows.iter().fold(start, |hash, value| mix(hash ^ value)))
            })
            .collect()
    }
}

fn bin(hash: u64) -> usize {
    usize::try_from(hash >> 57).unwrap_or_default()
}

fn high(hash: u64) -> u32 {
    super::short(hash)
}

fn signature(values: &[u64; BINS]) -> u128 {
    let bits = values.iter().zip(0..);
    bits.fold(0, |signature, (value, at)| {
        signature | u128::from(mix(*value) & 1) << at
    })
}

impl Sketch {
    /// All numbers under which the candidate is found.
    pub fn entries(&self) -> impl Iterator<Item = u32> {
        let pages = self.pages.iter().flatten();
        self.bands.iter().chain(&self.bullets).chain(pages).copied()
    }

    /// As it is stored: the signature, then the numbers, little endian; nothing for no text.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        if self.entries().next().is_some() {
            bytes.extend(self.signature.to_le_bytes());
            bytes.extend(self.entries().flat_map(u32::to_le_bytes));
        }
        bytes
    }
}

/// The signature and the numbers of a stored sketch; what is no sketch has none.
pub fn stored(bytes: &[u8]) -> (u128, impl Iterator<Item = u32>) {
    let (signature, entries) = bytes.split_first_chunk().unwrap_or((&[0; 16], &[]));
    let entries = entries.as_chunks().0.iter();
    (
        u128::from_le_bytes(*signature),
        entries.map(|entry| u32::from_le_bytes(*entry)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shingles of two texts, `shared` of which both have.
    fn pair(seed: u64, each: u64, shared: u64) -> (Vec<u64>, Vec<u64>) {
        let text = |own: u64| {
            let shingle = |n: u64| mix(mix(seed) ^ if n < shared { n } else { n << 8 | own });
            (0..each).map(shingle).collect()
        };
        (text(1), text(2))
    }

    fn sketch(seed: u64, shingles: &[u64]) -> Sketch {
        Sketcher::new(mix(seed)).sketch(shingles, [], &[], &Common::default())
    }

    fn bands_in_common(a: &Sketch, b: &Sketch) -> usize {
        let same = a.bands.iter().zip(&b.bands).filter(|(a, b)| a == b);
        same.count()
    }

    /// The share of pairs that the bands find is the computed one. Run with `--nocapture` to read it.
    #[test]
    fn the_bands_find_as_many_as_computed() {
        const PAIRS: u32 = 4000;
        for (shared, each, jaccard) in [
            (300, 400, 0.6),
            (240, 420, 0.4),
            (60, 360, 0.0909),
            (75, 100, 0.6),
        ] {
            let found = (0..u64::from(PAIRS)).filter(|seed| {
                let (a, b) = pair(*seed, each, shared);
                bands_in_common(&sketch(*seed, &a), &sketch(*seed, &b)) > 0
            });
            let measured = f64::from(u32::try_from(found.count()).unwrap()) / f64::from(PAIRS);
            let computed = 1.0 - (1.0 - f64::powi(jaccard, 3)).powi(42);
            println!(
                "{each} shingles, Jaccard {jaccard}: found {measured:.4}, computed {computed:.4}"
            );
            assert!((measured - computed).abs() < 0.02, "{jaccard}: {measured}");
        }
    }

    #[test]
    fn the_signature_tells_how_alike_texts_are() {
        for (shared, least, most) in [(400, 128, 128), (300, 90, 116), (0, 45, 83)] {
            let (a, b) = pair(3, 400, shared);
            let differing = (sketch(3, &a).signature ^ sketch(3, &b).signature).count_ones();
            let agreeing = 128 - differing;
            assert!((least..=most).contains(&agreeing), "{shared}: {agreeing}");
        }
    }

    #[test]
    fn what_is_common_does_not_count() {
        let (a, b) = pair(5, 200, 100);
        let common = Common::of(a[..100].iter().map(|hash| super::super::short(*hash)));
        let sketcher = Sketcher::new(9);
        let of = |shingles| sketcher.sketch(shingles, [], &[], &common);
        assert_eq!(bands_in_common(&of(&a), &of(&b)), 0);
        assert_eq!(
            of(&a).bands,
            sketcher
                .sketch(&a[100..], [], &[], &Common::default())
                .bands
        );
    }

    #[test]
    fn a_short_text_has_no_sketch_and_kinds_are_kept_apart() {
        let (text, _) = pair(1, 100, 0);
        let sketcher = Sketcher::new(1);
        let none = Common::default();
        let short = sketcher.sketch(&text[..SHINGLES_AT_LEAST - 1], [], &[], &none);
        assert_eq!(short, Sketch::default());
        assert!(short.to_bytes().is_empty());
        let both = sketcher.sketch(
            &text,
            ["a bullet", "a bullet"],
            std::slice::from_ref(&text),
            &none,
        );
        assert_eq!((both.bands.len(), both.bullets.len()), (BANDS, 1));
        assert!(both.pages[0].iter().all(|hash| !both.bands.contains(hash)));
        let bytes = both.to_bytes();
        let (signature, entries) = stored(&bytes);
        assert_eq!(signature, both.signature);
        assert_eq!(
            entries.collect::<Vec<_>>(),
            both.entries().collect::<Vec<_>>()
        );
        assert_eq!(stored(&[1, 2, 3]).1.count(), 0);
    }
}
