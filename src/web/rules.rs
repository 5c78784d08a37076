//! The rules in force, and what a reload has refused.

use axum::extract::{Path, State};

use super::Web;
use super::pages::{RulePage, RuleRow, RulesPage};
use crate::app::App;
use crate::error::{Error, Result};
use crate::rules::{Fault, Rule};

/// All rules.
pub(super) async fn index(State(web): State<Web>) -> RulesPage {
    let today = web.app.today();
    let rules = web.app.rules.current();
    let reference = web.app.shelf.current();
    let row = |rule: &Rule| {
        let sleeps = rule.sleeps(rules.schema(), &reference, today);
        RuleRow::of(rule, sleeps, today)
    };
    RulesPage {
        rules: rules.rules().iter().map(row).collect(),
        digest: rules.digest().to_owned(),
        origin: match web.app.rules.folder() {
            Some(folder) => folder.display().to_string(),
            None => "shipped with the program".into(),
        },
        refused: refused(&web.app),
    }
}

/// One rule.
pub(super) async fn show(State(web): State<Web>, Path(id): Path<String>) -> Result<RulePage> {
    let rules = web.app.rules.current();
    let rule = rules.rule(&id).ok_or(Error::NotFound("rule"))?;
    let file = format!("{id}.toml");
    let text = rules.texts().get(&file).map_or("", String::as_str);
    let refused = (refused(&web.app).into_iter()).find(|one| one.file.ends_with(&file));
    let today = web.app.today();
    let sleeps = rule.sleeps(rules.schema(), &web.app.shelf.current(), today);
    Ok(RulePage::of(rule, text, refused, sleeps, today))
}

fn refused(app: &App) -> Vec<Fault> {
    app.rules
        .faults()
        .map(|faults| faults.0)
        .unwrap_or_default()
}
