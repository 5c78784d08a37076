//! Institutions as people write them, against names labelled by hand (`tests/labelled`).
//!
//! On the base alone, and, where `TELLTALE_REFERENCE_DATA` names the folder of the publishers' files,
//! on the base with IPEDS HD 2020 and the list of Hipolabs.

use std::fmt::Write as _;

use telltale::reference::build::build;
use telltale::reference::matching::SURE;
use telltale::reference::{Institution, Reference, base};

use crate::lists;

/// One labelled name.
struct Labelled {
    held: bool,
    written: &'static str,
    expected: Vec<&'static str>,
}

fn labelled() -> Vec<Labelled> {
    let text = include_str!("../labelled/institutions.tsv");
    let rows = text.lines().skip(2).map(|line| {
        let mut cells = line.split('\t');
        let mut cell = || cells.next().unwrap();
        Labelled {
            held: cell() == "held",
            written: cell(),
            expected: cell().split('|').filter(|one| *one != "-").collect(),
        }
    });
    rows.collect()
}

/// Whether an institution is one of those expected; a domain stands for every institution that has it
/// or a part of it.
fn is_one_of(expected: &[&str], institution: &Institution) -> bool {
    expected
        .iter()
        .any(|one| match one.split_once(':').unwrap() {
            ("us", unitid) => institution.unitid == unitid.parse().ok(),
            (_, domain) => institution.domains.iter().any(|own| {
                let below =
                    |a: &str, b: &str| a.strip_suffix(b).is_some_and(|head| head.ends_with('.'));
                own == domain || below(own, domain) || below(domain, own)
            }),
        })
}

/// What came of all names of a split.
#[derive(Debug, Default)]
struct Figures {
    right: usize,
    wrong: Vec<String>,
    missed: Vec<String>,
    /// Names of institutions that the reference has.
    known: usize,
    /// Names that would be called unknown though the institution is real and known.
    unknown: Vec<String>,
    /// Names that are nobody's, and those of them that would not be called unknown.
    nobody: usize,
    near: Vec<String>,
}

impl Figures {
    fn of(reference: &Reference, held: bool) -> Self {
        /// Below it, `edu.institution_unknown` fires.
        const UNKNOWN: f64 = 0.92;
        let mut figures = Self::default();
        for row in labelled().iter().filter(|row| row.held == held) {
            let found = reference.look_up(row.written);
            let mut institutions = reference.institutions().iter();
            let known = institutions.any(|one| is_one_of(&row.expected, one));
            figures.known += usize::from(known);
            if known && found.nearest < UNKNOWN {
                figures
                    .unknown
                    .push(format!("{} {:.2}", row.written, found.nearest));
            }
            if row.expected.is_empty() {
                figures.nobody += 1;
                if found.nearest >= UNKNOWN {
                    figures
                        .near
                        .push(format!("{} {:.2}", row.written, found.nearest));
                }
            }
            match found.matched {
                Some(found) if is_one_of(&row.expected, &found.institution) => {
                    assert!((SURE..=1.0).contains(&found.confidence), "{}", row.written);
                    figures.right += 1;
                }
                Some(found) => figures.wrong.push(format!(
                    "{}: {} ({:?} {:?} {:.2}), not {:?}",
                    row.written,
                    found.institution.name,
                    found.institution.unitid,
                    found.institution.domains,
                    found.confidence,
                    row.expected
                )),
                None if known => figures.missed.push(row.written.to_owned()),
                None => {}
            }
        }
        figures
    }

    #[expect(clippy::cast_precision_loss, reason = "a thousand names")]
    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong.len()).max(1) as f64
    }

    #[expect(clippy::cast_precision_loss, reason = "a thousand names")]
    fn recall(&self) -> f64 {
        self.right as f64 / self.known.max(1) as f64
    }

    fn says(&self) -> String {
        let mut text = String::new();
        let _ = write!(
            text,
            "matched {} of {} known, {} wrong: precision {:.4}, recall {:.4}; \
             {} real ones unknown; {} of {} nobody's near",
            self.right,
            self.known,
            self.wrong.len(),
            self.precision(),
            self.recall(),
            self.unknown.len(),
            self.near.len(),
            self.nobody
        );
        text
    }
}

/// Measures both splits and holds them to what is asked.
fn measure(setting: &str, reference: &Reference, recall: [f64; 2]) {
    let mut failures = String::new();
    for (held, recall) in [false, true].into_iter().zip(recall) {
        let figures = Figures::of(reference, held);
        let split = if held { "held" } else { "dev" };
        println!("{setting} {split}: {}", figures.says());
        if figures.precision() < 0.99 || figures.recall() < recall {
            let _ = writeln!(failures, "{setting} {split}: {}", figures.says());
            let _ = writeln!(failures, "wrong: {:#?}", figures.wrong);
            let _ = writeln!(failures, "missed: {:#?}", figures.missed);
            let _ = writeln!(failures, "unknown: {:#?}", figures.unknown);
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn names_are_matched_surely_on_the_base_alone() {
    measure("base", base::shipped(), [0.94, 0.91]);
}

#[test]
fn names_are_matched_surely_on_the_full_lists() {
    if let Some(sets) = lists::published() {
        measure("full", &build(&sets), [0.96, 0.92]);
    }
}

#[test]
fn names_of_institutions_that_the_base_lacks_are_not_taken_for_others() {
    let Some(sets) = lists::published() else {
        return;
    };
    let (full, base) = (build(&sets), base::shipped());
    let known = |one: &Institution| {
        base.institutions().iter().any(|other| {
            let same = other.unitid.is_some() && other.unitid == one.unitid;
            same || other
                .domains
                .iter()
                .any(|domain| one.domains.contains(domain))
        })
    };
    let absent = full.institutions().iter().filter(|one| !known(one));
    let (mut count, mut taken) = (0, Vec::new());
    for one in absent {
        count += 1;
        if let Some(found) = base.look_up(&one.name).matched {
            taken.push(format!(
                "{} ({:?}): {}",
                one.name, one.country, found.institution.name
            ));
        }
    }
    println!(
        "{} of {count} names that the base lacks are taken for others",
        taken.len()
    );
    // Most of these are branches, schools and older names of the institution that is found.
    assert!(taken.len() * 50 < count, "{taken:#?}");
}

/// Real schools abroad that the tables lack, with names like those of American ones.
const ABROAD: &str = include_str!("../labelled/abroad.tsv");

/// Every name of a school abroad: those that the base has, and others like American ones.
fn abroad() -> impl Iterator<Item = String> {
    let institutions = base::shipped().institutions().iter();
    let foreign = institutions.filter(|one| one.country.is_some() && one.unitid.is_none());
    let names = foreign.flat_map(|one| std::iter::once(&one.name).chain(&one.aliases).cloned());
    let others = ABROAD.lines().filter(|line| !line.starts_with('#'));
    let others = others.filter_map(|line| line.split('\t').next());
    names.chain(others.map(str::to_owned))
}

fn taken_for_american(reference: &Reference) -> Vec<String> {
    let taken = abroad().filter_map(|name| {
        let found = reference.look_up(&name).matched?;
        let american = found.institution.unitid.is_some();
        american.then(|| format!("{name}: {} {:?}", found.institution.name, found.by))
    });
    taken.collect()
}

#[test]
fn no_school_abroad_is_taken_for_an_american_one() {
    assert!(ABROAD.lines().count() > 60);
    let taken = taken_for_american(base::shipped());
    assert!(taken.is_empty(), "base: {taken:#?}");
    if let Some(sets) = lists::published() {
        let taken = taken_for_american(&build(&sets));
        assert!(taken.is_empty(), "full: {taken:#?}");
    }
}
