//! Rules that sleep: they ask for reference data that is missing or too old.

use std::sync::Arc;

use jiff::civil::Date;

use crate::reference::{Need, Reference};
use crate::rules::schema::Schema;
use crate::rules::{Rule, Ruleset, Status};

/// A rule that cannot look, wholly or in part, for want of reference data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sleeping {
    /// The rule's id.
    pub rule: Arc<str>,
    /// What it sees.
    pub title: Arc<str>,
    /// What its signals need and lack.
    pub needs: Vec<Need>,
    /// What is missing or too old: `ipeds-hd is not imported; dapip of 2024-01-01 is too old`.
    pub why: String,
}

impl Rule {
    /// The reference data without which a signal that its condition reads is not known.
    pub fn needs(&self, schema: &Schema) -> Vec<Need> {
        let mut needs: Vec<Need> = self
            .slots()
            .flat_map(|slot| schema.signals()[slot].needs)
            .copied()
            .collect();
        needs.sort_unstable();
        needs.dedup();
        needs
    }

    /// Why it cannot look on a day; `None` where it can, and where it is off anyway.
    pub fn sleeps(&self, schema: &Schema, reference: &Reference, today: Date) -> Option<Sleeping> {
        if self.status == Status::Off {
            return None;
        }
        let lacking: Vec<(Need, String)> = self
            .needs(schema)
            .into_iter()
            .filter_map(|need| Some((need, reference.lacks(need, today)?)))
            .collect();
        let (needs, why): (Vec<Need>, Vec<String>) = lacking.into_iter().unzip();
        (!needs.is_empty()).then(|| Sleeping {
            rule: Arc::clone(&self.id),
            title: Arc::clone(&self.title),
            needs,
            why: why.join("; "),
        })
    }
}

/// The rules that sleep on a day, by id.
pub fn sleeping(rules: &Ruleset, reference: &Reference, today: Date) -> Vec<Sleeping> {
    rules
        .rules()
        .iter()
        .filter_map(|rule| rule.sleeps(rules.schema(), reference, today))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::base;
    use crate::rules::fixture::file;
    use crate::signals::{Column, Kind, Shape, Signal};

    const COLUMNS: [Column; 1] = [Column::new("likeness", "", Kind::Number)];

    const fn rows(name: &'static str, needs: &'static [Need]) -> Signal {
        Signal {
            name,
            about: "",
            shape: Shape::Rows(&COLUMNS),
            needs,
            read: |_| None,
        }
    }

    static SIGNALS: &[Signal] = &[
        rows("studies", &[]),
        rows("names", &[Need::EveryInstitution]),
        rows("mills", &[Need::Mills]),
        Signal {
            shape: Shape::One(Kind::Number),
            ..rows("count", &[Need::Mills])
        },
    ];

    #[test]
    fn what_a_condition_reads_decides_what_it_needs() {
        let each = |signal: &str| format!("for_each = \"{signal}\"");
        let every = "ipeds-hd is not imported; dapip is not imported; ror is not imported";
        let mills = "mill-list is not imported";
        let cases = [
            ("it.likeness < 0.9", each("studies"), None),
            ("it.likeness < 0.9", each("names"), Some(every.to_owned())),
            ("true", each("mills"), Some(mills.to_owned())),
            (
                "names.exists(n, n.likeness < 0.9)",
                String::new(),
                Some(every.to_owned()),
            ),
            (
                "it.likeness < 0.9 && count > 1",
                each("names"),
                Some(format!("{every}; {mills}")),
            ),
            ("count > 1", "status = \"off\"".to_owned(), None),
        ];
        let schema = Arc::new(Schema::new(SIGNALS));
        let today = jiff::civil::date(2026, 11, 20);
        for (when, more, why) in cases {
            let rules = Ruleset::from_texts([file("a.rule", 1.0, when, &more)], &schema)
                .unwrap_or_else(|faults| panic!("{faults}"));
            let found = sleeping(&rules, base::shipped(), today);
            let found = found.into_iter().next().map(|one| one.why);
            assert_eq!(found, why, "{when} {more}");
        }
    }
}
