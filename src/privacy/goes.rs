//! What erasing somebody takes, before it is done.

use crate::app::App;
use crate::candidate::CandidateId;
use crate::error::Result;
use crate::screening::erase;
use crate::store::holds::Hold;
use crate::store::{people, person};

/// What goes.
#[derive(Clone, Debug, Default)]
pub struct Goes {
    /// How many rows of what.
    pub counts: Vec<(&'static str, i64)>,
    /// Other records of the same person at the source, folded into this one: they go too.
    pub folded: Vec<CandidateId>,
    /// Who shares something with them and is screened again.
    pub others: Vec<CandidateId>,
    /// The hold that stands in the way.
    pub hold: Option<Hold>,
}

/// Counts what would go; `None` where there is no such candidate.
pub async fn of(app: &App, id: &CandidateId) -> Result<Option<Goes>> {
    let mut tx = app.db.reads().await?;
    let Some(who) = people::of_candidate(&mut tx, id).await? else {
        return Ok(None);
    };
    let family = erase::family(&mut tx, &who).await?;
    let all = erase::folded(&mut tx, who).await?;
    let ids = erase::ids(&mut tx, &all).await?;
    let touched = erase::touched(app, &mut tx, &ids).await?;
    let hold = erase::standing(&mut tx, &family).await?;
    let counts = person::counts(&mut tx, &ids).await?;
    Ok(Some(Goes {
        counts,
        hold,
        folded: ids.into_iter().filter(|one| one != id).collect(),
        others: touched.others.into_iter().collect(),
    }))
}
