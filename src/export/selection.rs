//! Selection rates as a sheet: one line for each group, grouping and measure.

use super::stream::broken;
use super::{Cell, Sheet};
use crate::error::Result;
use crate::reports::selection::Selection;

/// The columns, in an order that never changes; new ones are added at the end.
pub const COLUMNS: &[&str] = &[
    "measure",
    "grouping",
    "group",
    "n",
    "selected",
    "rate",
    "rate_low",
    "rate_high",
    "ratio_to_highest",
    "p_value",
    "test",
    "rule_review",
    "under_2_percent",
];

/// Writes all tables.
pub fn write(selection: &Selection) -> Result<Vec<u8>> {
    let mut sheet = Sheet::new(Vec::new(), COLUMNS).map_err(broken)?;
    let number = |number: Option<f64>| number.map_or(Cell::Text(""), Cell::Number);
    let whole = |n: u64| Cell::Whole(i64::try_from(n).unwrap_or(i64::MAX));
    let flag = |yes: bool| Cell::Text(if yes { "true" } else { "false" });
    for table in &selection.tables {
        for rate in &table.rates {
            let (low, high) = rate.interval();
            let row = [
                Cell::Text(table.measure.word()),
                Cell::Text(&table.grouping),
                Cell::Text(&rate.group),
                whole(rate.n),
                whole(rate.selected),
                Cell::Number(rate.rate()),
                Cell::Number(low),
                Cell::Number(high),
                number(rate.ratio),
                number(rate.p.map(|(p, _)| p)),
                Cell::Text(rate.p.map_or("", |(_, test)| test.word())),
                flag(rate.asks_for_review()),
                flag(rate.small),
            ];
            sheet.row(&row).map_err(broken)?;
        }
    }
    sheet.take().map_err(broken)
}
