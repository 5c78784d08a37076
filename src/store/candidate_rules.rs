//! Which rules found something in each candidate's latest screening.

use crate::db::{Db, ROWS_PER_STATEMENT, Result, Tx, Value, sql};
use crate::store::screenings::NewScreening;

/// Puts what screenings found in the place of what was found before.
pub async fn set(tx: &mut Tx, screenings: &[&NewScreening<'_>]) -> Result<()> {
    sql("delete from candidate_rules where candidate_id in ")
        .list(screenings.iter().map(|one| one.candidate_id))
        .execute(&mut *tx)
        .await?;
    let rows = screenings.iter().flat_map(|one| {
        let mut rules = one.rules.clone();
        rules.sort_unstable();
        rules.dedup();
        rules
            .into_iter()
            .map(move |rule| [one.candidate_id.into(), rule.into()])
    });
    let rows: Vec<[Value; 2]> = rows.collect();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        sql("insert into candidate_rules (candidate_id, rule) values")
            .rows(rows.iter().cloned())
            .execute(&mut *tx)
            .await?;
    }
    Ok(())
}

/// The rules that found something on anybody, in order. The index is read at one place a rule.
pub async fn all(db: &Db) -> Result<Vec<String>> {
    let rows: Vec<(String,)> = sql(
        "with recursive found (rule) as (select min(rule) from candidate_rules union all \
         select (select min(rule) from candidate_rules where rule > found.rule) from found \
         where found.rule is not null) select rule from found where rule is not null",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(rule,)| rule).collect())
}

/// Whether a rule found something on as many as this.
pub async fn is_common(db: &Db, rule: &str, many: i64) -> Result<bool> {
    let (found,): (i64,) =
        sql("select count(*) from (select 1 from candidate_rules where rule = ? limit ?) as few")
            .bind(rule)
            .bind(many)
            .one(db)
            .await?;
    Ok(found >= many)
}
