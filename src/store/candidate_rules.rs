//! Which rules found something in each candidate's latest screening: the queue is filtered by it, reports and the rules'
//! own figures are counted from it.

use std::collections::BTreeMap;

use crate::db::{Db, ROWS_PER_STATEMENT, Result, Tx, Value, sql};
use crate::store::screenings::NewScreening;

/// Puts what screenings found in the place of what was found before.
pub async fn set(tx: &mut Tx, screenings: &[&NewScreening<'_>]) -> Result<()> {
    sql("delete from candidate_rules where candidate_id in ")
        .list(screenings.iter().map(|one| one.candidate_id))
        .execute(&mut *tx)
        .await?;
    let rows = screenings.iter().flat_map(|one| {
        let mut rules = BTreeMap::<&str, (&str, bool, bool)>::new();
        let counted = one.found.iter().map(|finding| (finding, false));
        let on_trial = one.on_trial.iter().map(|finding| (finding, true));
        for (finding, on_trial) in counted.chain(on_trial) {
            let explained = finding.explained.is_some();
            rules
                .entry(&finding.rule)
                .and_modify(|rule| rule.2 &= explained)
                .or_insert((finding.strength.word(), on_trial, explained));
        }
        rules
            .into_iter()
            .map(|(rule, (strength, on_trial, explained))| {
                [
                    one.candidate_id.into(),
                    rule.into(),
                    strength.into(),
                    on_trial.into(),
                    explained.into(),
                ]
            })
    });
    let rows: Vec<[Value; 5]> = rows.collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        sql("insert into candidate_rules (candidate_id, rule, strength, on_trial, explained) values")
            .rows(rows.iter().cloned())
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// The rules that found something on anybody, in order. The index is read at one place a rule.
pub async fn all(db: &Db) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql(
        "with recursive found (rule) as (select min(rule) from candidate_rules where not on_trial union all \
         select (select min(rule) from candidate_rules where not on_trial and rule > found.rule) from found \
         where found.rule is not null) select rule from found where rule is not null",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(rule,)| rule).collect())
}

/// Whether a rule found something on as many as this.
pub async fn is_common(db: &Db, rule: &str, many: i64) -> Result<bool> {
    let (found,): (i64,) =
        sql("select count(*) from (select 1 from candidate_rules where rule = ? and not on_trial limit ?) as few")
            .bind(rule)
            .bind(many)
            .one(db)
            .await?;
    Ok(found >= many)
}
