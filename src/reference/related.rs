//! Institutions that one degree may be reported by: campuses of one brand, and schools that were
//! merged.
//!
//! Campuses of one university report apart (Arizona State's campus and its online branch) or
//! together, and that changes over the years. So what one of them awarded counts for all: those
//! of one domain, those whose names begin with the name that was written, and the chain of
//! mergers. A name that names its campus (`Indiana University Bloomington`) is not one for its
//! sisters.

use std::collections::HashMap;
use std::sync::Arc;

use super::Institution;

/// American institutions by what relates them; places in the list they were made of.
#[derive(Debug, Default)]
pub struct Related {
    by_domain: HashMap<String, Vec<usize>>,
    /// Every name in [`words`], in order.
    names: Vec<(String, usize)>,
    /// Names of schools that were merged, from either to the other.
    merged: HashMap<String, Vec<String>>,
}

/// What stands behind a brand's name for its main campus.
const MAIN: [&str; 2] = [" main campus", " campus immersion"];

/// No chain of mergers is longer.
const LONGEST_CHAIN: usize = 40;

impl Related {
    /// Of these institutions.
    pub fn new(institutions: &[Arc<Institution>]) -> Self {
        let mut related = Self::default();
        let american = institutions.iter().enumerate();
        for (at, institution) in american.filter(|(_, one)| one.unitid.is_some()) {
            for domain in registrable(institution) {
                let same = related.by_domain.entry(domain.to_owned()).or_default();
                if same.last() != Some(&at) {
                    same.push(at);
                }
            }
            let name = words(&institution.name);
            if let Some(successor) = institution.successor.as_deref().map(words) {
                for (one, other) in [(&name, &successor), (&successor, &name)] {
                    let known = related.merged.entry(one.clone()).or_default();
                    known.push(other.clone());
                }
            }
            let aliases = institution.aliases.iter().map(|alias| (words(alias), at));
            related.names.extend(aliases);
            related.names.push((name, at));
        }
        related.names.sort_unstable();
        related.names.dedup();
        related
    }

    /// The relatives of an institution under the name that was written, each once.
    pub(super) fn of(&self, school: &Institution, written: &str) -> Vec<usize> {
        let name = words(&school.name);
        let mut all: Vec<usize> = registrable(school)
            .filter_map(|domain| self.by_domain.get(domain))
            .flatten()
            .copied()
            .collect();
        for brand in brands(school, &name, &words(written)) {
            all.extend(self.beginning(&brand));
        }
        let mut chain = vec![name];
        let mut next = 0;
        while let Some(one) = chain.get(next) {
            next += 1;
            let others = self.merged.get(one).into_iter().flatten();
            let new: Vec<String> = others
                .filter(|other| !chain.contains(other))
                .cloned()
                .collect();
            chain.extend(new);
            chain.truncate(LONGEST_CHAIN);
        }
        for name in &chain[1..] {
            all.extend(self.beginning(name));
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Institutions with a name that begins with these words.
    fn beginning<'a>(&'a self, brand: &'a str) -> impl Iterator<Item = usize> + 'a {
        let first = self
            .names
            .partition_point(|(name, _)| name.as_str() < brand);
        let with = self.names[first..].iter();
        with.take_while(move |(name, _)| name.starts_with(brand))
            .filter(move |(name, _)| begins(name, brand))
            .map(|(_, at)| *at)
    }
}

/// The names, of two words or more, that a written name of the institution may be short for: its
/// own, and beginnings of it, unless the written one says which campus it means.
fn brands(school: &Institution, name: &str, written: &str) -> Vec<String> {
    let main = MAIN.iter().find_map(|suffix| name.strip_suffix(suffix));
    let mut brands = vec![main.unwrap_or(name).to_owned()];
    if begins(name, written) {
        brands.push(written.to_owned());
    }
    for alias in &school.aliases {
        let alias = words(alias);
        let names_campus = |rest: &str| {
            let campus = rest.split(' ').filter(|word| word.len() > 2);
            campus.into_iter().any(|word| has(written, word))
        };
        if begins(name, &alias) && !names_campus(&name[alias.len()..]) {
            brands.push(alias);
        }
    }
    brands.retain(|brand| brand.contains(' '));
    brands
}

/// Whether a name is these words, or begins with them.
fn begins(name: &str, words: &str) -> bool {
    let rest = name.strip_prefix(words);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn has(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

fn registrable(institution: &Institution) -> impl Iterator<Item = &str> {
    let domains = institution.domains.iter();
    domains.filter_map(|domain| psl::domain_str(domain))
}

/// A name as lower-case ASCII words parted by one blank, without a leading "the".
fn words(name: &str) -> String {
    let ascii;
    let name = if name.is_ascii() {
        name
    } else {
        ascii = any_ascii::any_ascii(name);
        &ascii
    };
    let mut words = String::with_capacity(name.len());
    for word in name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if words.is_empty() && word.eq_ignore_ascii_case("the") {
            continue;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Unit id, name, alias, domain, successor.
    const SCHOOLS: [(u32, &str, &str, &str, &str); 12] = [
        (
            1,
            "Arizona State University Campus Immersion",
            "Arizona State University",
            "asu.edu",
            "",
        ),
        (
            2,
            "Arizona State University Digital Immersion",
            "ASU Skysong",
            "www.asu.edu",
            "",
        ),
        (
            3,
            "Indiana University-Bloomington",
            "Indiana University",
            "indiana.edu",
            "",
        ),
        (4, "Indiana University-East", "IU East", "iue.edu", ""),
        (
            5,
            "Purdue University-Main Campus",
            "Purdue",
            "purdue.edu",
            "",
        ),
        (
            6,
            "Purdue University Global",
            "Kaplan University",
            "purdueglobal.edu",
            "",
        ),
        (
            7,
            "The University of Texas at Austin",
            "UT Austin",
            "utexas.edu",
            "",
        ),
        (
            8,
            "The University of Texas at Dallas",
            "UT Dallas",
            "utdallas.edu",
            "",
        ),
        (
            9,
            "Wheelock College",
            "",
            "wheelock.edu",
            "Boston University",
        ),
        (10, "Boston University", "", "bu.edu", ""),
        (
            11,
            "Rutgers University-Newark",
            "Rutgers",
            "newark.rutgers.edu",
            "",
        ),
        (
            12,
            "Rutgers University-Camden",
            "Rutgers",
            "camden.rutgers.edu",
            "",
        ),
    ];

    #[test]
    fn campuses_and_merged_schools_are_relatives_and_other_schools_are_not() {
        let text = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let schools = SCHOOLS.map(|(unitid, name, alias, domain, successor)| {
            Arc::new(Institution {
                unitid: Some(unitid),
                name: name.into(),
                aliases: text(alias).into_iter().collect(),
                domains: vec![domain.into()],
                successor: text(successor),
                ..Institution::default()
            })
        });
        let related = Related::new(&schools);
        let cases: [(usize, &str, &[u32]); 13] = [
            (1, "Arizona State University", &[1, 2]),
            (2, "ASU Skysong", &[1, 2]),
            (3, "Indiana University", &[3, 4]),
            (3, "IU", &[3, 4]),
            (3, "Indiana University Bloomington", &[3]),
            (3, "IU Bloomington", &[3]),
            (4, "IU East", &[4]),
            (5, "Purdue", &[5, 6]),
            (7, "University of Texas", &[7, 8]),
            (7, "University of Texas at Austin", &[7]),
            (9, "Wheelock College", &[9, 10]),
            (10, "Boston University", &[9, 10]),
            (11, "Rutgers University-Newark", &[11, 12]),
        ];
        for (unitid, written, expected) in cases {
            let found = related.of(&schools[unitid - 1], written);
            let found: Vec<_> = found.iter().filter_map(|at| schools[*at].unitid).collect();
            assert_eq!(found, expected, "{written}");
        }
    }

    #[test]
    fn names_are_compared_by_words() {
        assert_eq!(
            words("The Texas A&M University--San António"),
            "texas a m university san antonio"
        );
        assert!(begins("indiana university east", "indiana university"));
        assert!(!begins("indiana universityeast", "indiana university"));
    }
}
