//! The operator's list of diploma mills: names exactly as listed, never likenesses.

use std::collections::HashMap;

use super::fact::Mill;
use super::matching;

/// The list, by folded name.
#[derive(Clone, Debug, Default)]
pub struct Mills {
    entries: Vec<Mill>,
    /// Places in the entries.
    by_name: HashMap<String, usize>,
}

impl Mills {
    /// Adds an entry under all of its names.
    pub fn add(&mut self, mill: &Mill) {
        let at = self.entries.len();
        for name in std::iter::once(&mill.name).chain(&mill.aliases) {
            if let Some(key) = matching::key(name) {
                self.by_name.insert(key, at);
            }
        }
        self.entries.push(mill.clone());
    }

    /// The entry of an institution's name as written. A name that is merely alike is none.
    pub fn listed(&self, written: &str) -> Option<&Mill> {
        if self.by_name.is_empty() {
            return None;
        }
        let at = self.by_name.get(&matching::key(written)?)?;
        self.entries.get(*at)
    }

    /// Names on the list.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether nothing is listed.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_names_are_found() {
        let mut mills = Mills::default();
        assert!(mills.is_empty());
        mills.add(&Mill {
            name: "Northmoor Degree Centre".into(),
            aliases: vec!["NDC Online".into()],
            source: "Example register".into(),
            listed_on: None,
        });
        assert_eq!(mills.len(), 2);
        for (written, found) in [
            ("The Northmoor Degree Centre", true),
            ("ndc online", true),
            ("Northmoor Degree Center", false),
            ("Northmoor", false),
            ("", false),
        ] {
            assert_eq!(mills.listed(written).is_some(), found, "{written}");
        }
    }
}
