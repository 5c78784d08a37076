//! Reference data: what is loaded, what is missing, which rules sleep.

use axum::extract::State;

use super::Web;
use super::pages::reference::{Base, KindRow, ReferencePage};
use crate::reference::{Kind, base};
use crate::rules::report;

/// What public records are at hand.
pub(super) async fn index(State(web): State<Web>) -> ReferencePage {
    let today = web.app.today();
    let rules = web.app.rules.current();
    let reference = web.app.shelf.current();
    let sleeping = report::sleeping(&rules, &reference, today);
    ReferencePage {
        kinds: (Kind::ALL.into_iter())
            .map(|kind| KindRow::of(kind, reference.sets(), &sleeping, today))
            .collect(),
        base: Base::of(base::shipped(), &base::sources()),
        sleeping,
        rules: rules.rules().len(),
    }
}
