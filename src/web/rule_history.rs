//! How a rule's file changed, as far as anybody was screened by it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use similar::TextDiff;

use super::Web;
use super::pages::rule::{HistoryPage, Version};
use crate::app::compute;
use crate::error::{Error, Result};
use crate::store::rulesets::{self, Used};

/// Rulesets looked at.
const MOST: i64 = 50;

/// The versions of a rule's file, the latest first.
pub(super) async fn show(State(web): State<Web>, Path(id): Path<String>) -> Result<HistoryPage> {
    let rules = web.app.rules.current();
    let rule = rules.rule(&id).ok_or(Error::NotFound("rule"))?;
    let title = rule.title.to_string();
    let used = rulesets::used(&web.app.db, MOST).await?;
    let file = format!("{id}.toml");
    let versions = compute(move || versions(&used, &file)).await?;
    Ok(HistoryPage {
        id,
        title,
        versions,
    })
}

fn versions(used: &[Used], file: &str) -> Vec<Version> {
    let mut versions = Vec::new();
    let mut before: Option<String> = None;
    for one in used.iter().rev() {
        let files: BTreeMap<String, String> = serde_json::from_str(&one.files).unwrap_or_default();
        let Some(text) = files.get(file) else {
            continue;
        };
        if before.as_ref() == Some(text) {
            continue;
        }
        let changed = before.as_ref().map(|before| {
            let diff = TextDiff::from_lines(before.as_str(), text.as_str());
            diff.unified_diff().context_radius(3).to_string()
        });
        versions.push(Version {
            since: one.used_at.into(),
            digest: one.digest.clone(),
            changed,
        });
        before = Some(text.clone());
    }
    versions.reverse();
    versions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Millis;

    fn used(digest: &str, at: i64, text: &str) -> Used {
        Used {
            digest: digest.to_owned(),
            used_at: Millis(at),
            files: serde_json::json!({ "a.one.toml": text }).to_string(),
        }
    }

    #[test]
    fn only_what_changed_is_a_version() {
        let all = [
            used("c", 3, "id = 1\nweight = 3\n"),
            used("b", 2, "id = 1\nweight = 2\n"),
            used("a", 1, "id = 1\nweight = 2\n"),
        ];
        let versions = versions(&all, "a.one.toml");
        let digests: Vec<_> = versions.iter().map(|one| one.digest.as_str()).collect();
        assert_eq!(digests, ["c", "a"]);
        assert_eq!(versions[1].changed, None);
        let changed = versions[0].changed.as_deref().unwrap();
        assert!(changed.contains("-weight = 2\n+weight = 3\n"), "{changed}");
    }
}
