//! Invented lists.

use super::{at, hostile};
use crate::lists::{List, Purpose};
use crate::web::pages::ListsPage;
use crate::web::pages::lists::IndicatorRow;

fn list(purpose: Purpose, name: &str, source: &str, rows: i64) -> List {
    List {
        purpose,
        name: name.to_owned(),
        source: source.to_owned(),
        digest: String::new(),
        rows,
        imported_at: at("2026-02-01T08:15:00Z"),
    }
}

/// Lists as they can be.
pub fn lists() -> ListsPage {
    let row = |name: &str, source: &str, rows, expired, ends: Option<&str>| IndicatorRow {
        list: list(Purpose::Indicator, name, source, rows),
        expired,
        ends: ends.map(at),
        candidates: 1_203,
        age_days: 29,
    };
    ListsPage {
        indicators: vec![
            row(
                "isac-2026-02",
                "Example ISAC",
                4_211,
                12,
                Some("2028-02-01T00:00:00Z"),
            ),
            row("old", "our own cases", 3, 3, Some("2025-01-01T00:00:00Z")),
            row(&hostile(), &hostile(), 1, 0, None),
        ],
        agencies: vec![list(Purpose::Agency, &hostile(), "the operator", 2)],
        denied: 1,
        done: Some("It is added."),
    }
}
