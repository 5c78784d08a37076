//! What speaks for two entries being one institution.

use crate::reference::Institution;
use crate::reference::fact::Listed;

/// Words that many institutions have in their names.
const COMMON: [&str; 25] = [
    "and",
    "at",
    "campus",
    "center",
    "college",
    "community",
    "de",
    "der",
    "for",
    "in",
    "institut",
    "institute",
    "main",
    "national",
    "of",
    "school",
    "state",
    "system",
    "technical",
    "technology",
    "the",
    "und",
    "universidad",
    "universitat",
    "university",
];

/// Whether two names under one domain have a word in common that is not everybody's, or stand for each
/// other's initials: a college's own domain can be lent to another.
pub(super) fn alike(known: &Institution, listed: &Listed) -> bool {
    let words = |name: &str| -> Vec<String> {
        let name = any_ascii::any_ascii(name).to_lowercase();
        let words = name.split(|c: char| !c.is_ascii_alphanumeric());
        let words = words.filter(|word| word.len() > 1 && !COMMON.contains(word));
        words.map(str::to_owned).collect()
    };
    let ours: Vec<String> = std::iter::once(&known.name)
        .chain(&known.aliases)
        .flat_map(|name| words(name))
        .collect();
    let theirs = std::iter::once(&listed.name).chain(&listed.aliases);
    theirs
        .flat_map(|name| words(name))
        .any(|word| ours.contains(&word))
}

/// Whether two have a registrable domain in common.
pub(super) fn same_site(known: &Institution, listed: &Listed) -> bool {
    let site = |domain: &str| psl::domain_str(domain).map(str::to_owned);
    let ours: Vec<_> = known
        .domains
        .iter()
        .filter_map(|domain| site(domain))
        .collect();
    listed
        .domains
        .iter()
        .filter_map(|domain| site(domain))
        .any(|domain| ours.contains(&domain))
}
