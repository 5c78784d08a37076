//! The rules in force, and what a reload has refused.

use axum::extract::{Path, State};
use jiff::civil::Date;

use super::Web;
use super::pages::{RefusedFile, RulePage, RuleRow, RulesPage};
use crate::app::App;
use crate::error::{Error, Result};
use crate::rules::{Fault, Rule};

/// All rules.
pub(super) async fn index(State(web): State<Web>) -> RulesPage {
    let today = web.app.today();
    let rules = web.app.rules.current();
    RulesPage {
        rules: rules.rules().iter().map(|rule| row(rule, today)).collect(),
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
    Ok(RulePage {
        rule: row(rule, web.app.today()),
        when: rule.when.clone(),
        message: rule.message.clone(),
        innocent: rule.innocent.to_vec(),
        ask: rule.ask.to_string(),
        sources: rule.sources.clone(),
        refused: refused(&web.app)
            .into_iter()
            .find(|one| one.file.ends_with(&file)),
        file: rules.texts().get(&file).cloned().unwrap_or_default(),
    })
}

fn row(rule: &Rule, today: Date) -> RuleRow {
    RuleRow {
        id: rule.id.to_string(),
        title: rule.title.to_string(),
        strength: rule.strength,
        weight_db: rule.weight_db,
        status: rule.status.word(),
        stages: rule.stages.clone(),
        tests: rule.examples.len(),
        review_by: rule.review_by.map(|day| day.to_string()),
        overdue: rule.overdue(today),
    }
}

fn refused(app: &App) -> Vec<RefusedFile> {
    let faults = app
        .rules
        .faults()
        .map(|faults| faults.0)
        .unwrap_or_default();
    let refused = |fault: Fault| RefusedFile {
        file: fault.file,
        line: fault.line.and_then(|line| u64::try_from(line).ok()),
        reason: fault.reason,
    };
    faults.into_iter().map(refused).collect()
}
