//! Hipo's university-domains-list (`world_universities_and_domains.json`, MIT):
//! <https://github.com/Hipo/university-domains-list>.

use serde::Deserialize;

use super::file::Input;
use super::{Facts, Format, Importer, Refused, list, place, vintage};
use crate::normalise::place::us_state;
use crate::reference::Kind;
use crate::reference::fact::{Fact, Listed};

pub(super) static IMPORTER: Importer = Importer {
    kind: Kind::Hipolabs,
    format: Format::List {
        marks: &["alpha_two_code"],
        read,
    },
    vintage: vintage::day_in,
};

#[derive(Deserialize)]
struct Entry {
    name: String,
    domains: Vec<String>,
    alpha_two_code: String,
    #[serde(rename = "state-province", default)]
    state: Option<String>,
}

fn read(input: Input<'_>, facts: &mut Facts<'_>) -> Result<(), Refused> {
    list::each(input, |at, entry: Entry| {
        facts.row();
        let name = entry.name.trim();
        if name.is_empty() {
            return Err(Refused::Record(at, "name: a name is expected".into()));
        }
        let Some((country, territory)) = place::country(&entry.alpha_two_code) else {
            return Err(Refused::Record(
                at,
                "alpha_two_code: a country's code of two letters is expected".into(),
            ));
        };
        let state = entry.state.as_deref().and_then(us_state);
        let american = country == "US";
        facts.add(Fact::Listed(Listed {
            name: name.to_owned(),
            domains: entry
                .domains
                .iter()
                .filter_map(|domain| place::domain(domain))
                .collect(),
            state: territory.or(state.map(str::to_owned)).filter(|_| american),
            country: Some(country),
            ..Listed::default()
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_of, refusal_of};
    use super::*;

    #[test]
    fn entries_become_institutions() {
        let text = r#"[
            {"name": "Universidade do Exemplo", "domains": ["exemplo.edu.br", "aluno.exemplo.edu.br"],
             "web_pages": ["https://www.exemplo.edu.br/"], "country": "Brazil", "alpha_two_code": "BR",
             "state-province": "Ohio"},
            {"name": " Northmoor College ", "domains": ["WWW.northmoor.edu"], "web_pages": [],
             "country": "United States", "alpha_two_code": "US", "state-province": "Ohio"},
            {"name": "Colegio del Mar", "domains": [], "web_pages": [], "country": "Puerto Rico",
             "alpha_two_code": "PR", "state-province": null}]"#;
        let listed = |name: &str, domains: &[&str], country: &str, state: Option<&str>| {
            Fact::Listed(Listed {
                name: name.into(),
                domains: domains.iter().map(|&domain| domain.into()).collect(),
                country: Some(country.into()),
                state: state.map(Into::into),
                ..Listed::default()
            })
        };
        assert_eq!(
            facts_of(&IMPORTER, text.as_bytes()),
            [
                listed(
                    "Universidade do Exemplo",
                    &["exemplo.edu.br", "aluno.exemplo.edu.br"],
                    "BR",
                    None
                ),
                listed("Northmoor College", &["northmoor.edu"], "US", Some("OH")),
                listed("Colegio del Mar", &[], "US", Some("PR")),
            ]
        );
    }

    #[test]
    fn wrong_lists_are_refused_with_the_record() {
        let good = r#"{"name":"A","domains":[],"alpha_two_code":"BR"}"#;
        for (text, part) in [
            (
                format!("[{good},\n{{\"name\":\"B\",\"alpha_two_code\":\"BR\"}}]"),
                "record 2: missing field `domains` at line 2",
            ),
            (
                format!("[{good},\n{{\"name\":\"B\",\"dom"),
                "record 2: the file ends in the middle of it, at line 2",
            ),
            (format!("[{good}"), "record 2: the file ends"),
            (format!("[{good}] []"), "record 2: trailing characters"),
            (
                format!("[{good},{}]", good.replace("BR", "Brazil")),
                "record 2: alpha_two_code",
            ),
            ("{}".to_owned(), "a JSON list of objects is expected"),
            ("[]".to_owned(), "there are no rows"),
            (String::new(), "record 1: the file ends"),
            (
                "name,domains".to_owned(),
                "a JSON list of objects is expected",
            ),
        ] {
            let refused = refusal_of(&IMPORTER, text.as_bytes());
            assert!(refused.contains(part), "{text}: {refused}");
        }
    }
}
