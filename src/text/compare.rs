//! Two candidates' texts compared word by word.

use std::collections::HashSet;

use super::{Common, bullet_hash, passages, sketch};
use crate::application::Application;
use crate::normalise::resume;
use crate::normalise::text::Words;
use crate::signals::Passage;

/// Less alike texts are not told of.
pub const JACCARD_AT_LEAST: f64 = 0.3;
/// Fewer same bullets are not told of.
pub const BULLETS_AT_LEAST: usize = 3;
/// Same bullets quoted.
const BULLETS_AT_MOST: usize = 10;

/// The texts of one version of a candidate.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    resume: Option<Text>,
    pages: Vec<Text>,
}

#[derive(Clone, Debug)]
struct Text {
    field: String,
    /// As written.
    raw: String,
    /// Sorted.
    shingles: Vec<u64>,
    bullets: Vec<String>,
}

/// How alike two texts are.
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness {
    /// Where the text stands in the one's record.
    pub field: String,
    /// Shingles in common by shingles of both, common ones left out, 0 to 1.
    pub jaccard: f64,
    /// What both say, the longest first.
    pub passages: Vec<Passage>,
    /// Normalised bullets that both have.
    pub bullets: Vec<String>,
}

/// The shingles of a page.
pub fn page_shingles(text: &str) -> Vec<u64> {
    let mut words = Words::with_capacity(text.len());
    words.push(text);
    words.shingles()
}

impl Texts {
    /// The texts of an application.
    pub fn of(application: &Application) -> Self {
        let resume = application.resume_text.as_deref().map(|text| {
            let read = resume::read(text);
            Text {
                field: "resume_text".to_owned(),
                raw: text.to_owned(),
                shingles: read.shingles,
                bullets: read.bullets,
            }
        });
        let pages = application.pages.iter().enumerate();
        let pages = pages.filter_map(|(at, page)| {
            let text = page.text.as_ref()?;
            Some(Text {
                field: format!("pages[{at}]"),
                raw: text.clone(),
                shingles: page_shingles(text),
                bullets: Vec::new(),
            })
        });
        Self {
            resume,
            pages: pages.take(sketch::PAGES_AT_MOST).collect(),
        }
    }

    /// How alike two candidates' texts are: their résumés, and the two pages that are most alike;
    /// only what is alike enough to be told of.
    pub fn compare(&self, other: &Self, common: &Common) -> Vec<Likeness> {
        let resumes = self.resume.iter().zip(&other.resume);
        let resumes = resumes.filter_map(|(own, other)| own.compare(other, common));
        let pairs = (self.pages.iter()).flat_map(|own| other.pages.iter().map(move |o| (own, o)));
        let pages = pairs.filter_map(|(own, other)| own.compare(other, common));
        let page = pages.max_by(|a, b| a.jaccard.total_cmp(&b.jaccard));
        resumes.chain(page).collect()
    }
}

impl Text {
    fn compare(&self, other: &Self, common: &Common) -> Option<Likeness> {
        let jaccard = jaccard(&self.shingles, &other.shingles, common);
        let same = same(&self.bullets, &other.bullets, common);
        if jaccard < JACCARD_AT_LEAST && same.len() < BULLETS_AT_LEAST {
            return None;
        }
        Some(Likeness {
            field: self.field.clone(),
            jaccard,
            passages: passages::shared(&self.raw, &other.raw, common),
            bullets: same.into_iter().take(BULLETS_AT_MOST).cloned().collect(),
        })
    }
}

/// Bullets in both, in the order of the first.
fn same<'a>(own: &'a [String], other: &[String], common: &Common) -> Vec<&'a String> {
    let theirs: HashSet<&String> = other.iter().collect();
    let mut seen = HashSet::new();
    let same = own.iter().filter(|bullet| theirs.contains(bullet));
    let same = same.filter(|bullet| !common.has(bullet_hash(bullet)));
    same.filter(|bullet| seen.insert(*bullet)).collect()
}

/// Jaccard likeness of two sorted sets of shingles without the common ones; 0 where too little is left
/// of one of them.
fn jaccard(a: &[u64], b: &[u64], common: &Common) -> f64 {
    let own = |shingles: &[u64]| -> Vec<u64> {
        let own = shingles.iter().filter(|hash| !common.has(**hash));
        own.copied().collect()
    };
    let (a, b) = (own(a), own(b));
    if a.len().min(b.len()) < sketch::SHINGLES_AT_LEAST {
        return 0.0;
    }
    let theirs: HashSet<u64> = b.iter().copied().collect();
    let both = a.iter().filter(|shingle| theirs.contains(shingle)).count();
    ratio(both, a.len() + b.len() - both)
}

#[expect(clippy::cast_precision_loss, reason = "no text has that many shingles")]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Page;
    use crate::text::short;

    fn prose(seed: usize, words: usize) -> String {
        let words: Vec<_> = (0..words).map(|n| format!("w{seed}x{n}")).collect();
        words.join(" ")
    }

    fn texts(resume: &str, page: &str) -> Texts {
        Texts::of(&Application {
            resume_text: Some(resume.to_owned()),
            pages: vec![Page {
                url: None,
                text: Some(page.to_owned()),
            }],
            ..Application::default()
        })
    }

    #[test]
    fn resumes_are_compared_with_resumes_and_pages_with_pages() {
        let (one, two) = (prose(1, 100), prose(2, 100));
        let found = texts(&one, &two).compare(&texts(&two, &one), &Common::default());
        assert_eq!(found, []);
        let found = texts(&one, &two).compare(&texts(&one, &two), &Common::default());
        let told: Vec<_> = found
            .iter()
            .map(|like| (&*like.field, like.jaccard))
            .collect();
        assert_eq!(told, [("resume_text", 1.0), ("pages[0]", 1.0)]);
        assert_eq!(found[0].passages.len(), 1);
    }

    #[test]
    fn likeness_is_of_what_is_not_common() {
        let template = prose(0, 60);
        let text = |seed| format!("{template} {}", prose(seed, 60));
        let (a, b) = (texts(&text(1), ""), texts(&text(2), ""));
        let none = Common::default();
        let like = a.compare(&b, &none);
        assert!(
            (0.30..0.34).contains(&like[0].jaccard),
            "{}",
            like[0].jaccard
        );
        let common = Common::of(page_shingles(&template).into_iter().map(short));
        assert_eq!(a.compare(&b, &common), []);
    }

    #[test]
    fn three_same_bullets_are_told_of() {
        let bullets = |n: usize| (0..n).map(|at| format!("- {}\n", prose(at, 12)));
        let resume = |n: usize, seed| -> String {
            bullets(n)
                .chain([format!("\n{}", prose(seed, 300))])
                .collect()
        };
        let (a, none) = (texts(&resume(4, 100), ""), Common::default());
        assert_eq!(a.compare(&texts(&resume(2, 200), ""), &none), []);
        let found = a.compare(&texts(&resume(3, 200), ""), &none);
        assert_eq!(found[0].bullets.len(), 3);
        let common = Common::of([short(bullet_hash(&prose(1, 12)))]);
        assert_eq!(a.compare(&texts(&resume(3, 200), ""), &common), []);
    }

    #[test]
    fn a_few_words_are_not_alike() {
        let (a, b) = (texts(&prose(1, 20), ""), texts(&prose(1, 20), ""));
        assert_eq!(a.compare(&b, &Common::default()), []);
    }
}
