//! Checks of an example, as `checks = [{ kind = "registrar", result = "denied", about = "education[0]" }]`.

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::plain;
use crate::application::Application;
use crate::candidate::Candidate;
use crate::check::{Check, Claim, Kind, Outcome, refusal};

/// A check as written; `version` counts the example's versions from 1, the last one unless said.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    kind: Kind,
    result: Outcome,
    about: Option<String>,
    by: Option<String>,
    #[serde(default)]
    days_ago: u16,
    version: Option<usize>,
}

/// Reads the checks of an example over its versions, the oldest first; what they are about must be
/// there. The fault names the check by its place: `[1]: …`.
pub(super) fn checks(
    tables: Vec<toml::Table>,
    versions: &[&Application],
) -> Result<Vec<Written>, String> {
    let read = |table| -> Result<Written, String> {
        let written: Written = serde_json::from_value(plain(toml::Value::Table(table)))
            .map_err(|error| error.to_string())?;
        let version = written.version.unwrap_or(versions.len());
        let Some(application) = version.checked_sub(1).and_then(|at| versions.get(at)) else {
            return Err(format!("there is no version {version}"));
        };
        let about = written.about.as_deref();
        match about.and_then(|about| refusal(written.kind, about, application)) {
            Some(reason) => Err(format!("about: {reason}")),
            None => Ok(written),
        }
    };
    let tables = tables.into_iter().enumerate();
    tables
        .map(|(index, table)| read(table).map_err(|e| format!("[{index}]: {e}")))
        .collect()
}

impl Written {
    /// The check as it would be recorded, the `index`th of its example.
    pub fn record(&self, index: usize, versions: &[&Candidate], now: Timestamp) -> Check {
        let version = self.version.unwrap_or(versions.len());
        let about = self.about.as_deref();
        Check {
            id: format!("checks[{index:06}]"),
            version: i64::try_from(version).unwrap_or(i64::MAX),
            kind: self.kind,
            result: self.result,
            about: self.about.clone(),
            claim: Claim::of(self.kind, about, versions[version - 1]),
            by: self.by.clone().unwrap_or_else(|| "Dana Reed".into()),
            note: None,
            at: now - SignedDuration::from_hours(24 * i64::from(self.days_ago)),
            recorded_at: now,
        }
    }
}
