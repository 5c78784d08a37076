//! What stands in for what a record does not name.

use serde_json::{Map, Value};

use crate::application::Stage;

/// Values of records that name none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The system they came from.
    pub source: String,
    /// Where they stand in hiring.
    pub stage: Stage,
    /// Who sent them.
    pub agency: Option<String>,
}

impl Defaults {
    /// A source, and nothing else.
    pub fn of_source(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            ..Self::default()
        }
    }

    /// Fills in stage and agency of a record's map.
    pub(super) fn fill(&self, map: &mut Map<String, Value>) {
        let absent = |value: Option<&Value>| match value {
            None | Some(Value::Null) => true,
            Some(Value::String(text)) => text.trim().is_empty(),
            Some(_) => false,
        };
        if self.stage != Stage::default() && absent(map.get("stage")) {
            map.insert("stage".to_owned(), self.stage.word().into());
        }
        if let Some(agency) = &self.agency
            && absent(map.get("agency"))
        {
            map.insert("agency".to_owned(), agency.as_str().into());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_record_names_stands() {
        let defaults = Defaults {
            source: "fair".into(),
            stage: Stage::Offer,
            agency: Some("Acme".into()),
        };
        for (record, want) in [
            (json!({}), json!({"stage": "offer", "agency": "Acme"})),
            (
                json!({"stage": "", "agency": null}),
                json!({"stage": "offer", "agency": "Acme"}),
            ),
            (
                json!({"stage": "applied", "agency": "B"}),
                json!({"stage": "applied", "agency": "B"}),
            ),
        ] {
            let Value::Object(mut map) = record else {
                unreachable!()
            };
            defaults.fill(&mut map);
            assert_eq!(Value::Object(map), want);
        }
    }
}
