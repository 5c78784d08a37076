//! Cases: a candidate whose next step is grave enough is to be decided on, within a time.

use std::collections::{HashMap, HashSet};

use super::procedure::Procedure;
use crate::app::App;
use crate::candidate::CandidateId;
use crate::db::{ROWS_PER_STATEMENT, Tx};
use crate::error::Result;
use crate::rules::NextStep;
use crate::screening::Screening;
use crate::store::cases::{self, New, Row};

/// Opens the cases of screenings that are being saved, each with the next step that stood before: of who never had one,
/// and of who had one, if the step is graver than before or there is news that nobody has decided on. An open case is
/// raised.
pub(crate) async fn open(
    app: &App,
    tx: &mut Tx,
    procedure: &Procedure,
    saved: &[(&Screening, Option<NextStep>)],
    news: &HashSet<CandidateId>,
) -> Result<()> {
    let grave = saved
        .iter()
        .filter(|(one, _)| one.judgement.next_step >= procedure.opens_at);
    let grave: Vec<_> = grave.collect();
    for some in grave.chunks(ROWS_PER_STATEMENT) {
        let ids: Vec<_> = some.iter().map(|(one, _)| &one.candidate_id).collect();
        let mut known = HashMap::<CandidateId, Vec<Row>>::new();
        for row in cases::known(tx, &ids).await? {
            known.entry(row.candidate_id.clone()).or_default().push(row);
        }
        let mut new = Vec::new();
        for (screening, before) in some {
            let (id, step) = (&screening.candidate_id, screening.judgement.next_step);
            let rows = known.get(id).map(Vec::as_slice).unwrap_or_default();
            if let Some(open) = rows.iter().find(|row| row.closed_at.is_none()) {
                if NextStep::of_word(&open.next_step).is_none_or(|known| step > known) {
                    cases::raise(tx, &open.id, step.word()).await?;
                }
            } else if rows.is_empty()
                || before.is_none_or(|before| step > before)
                || news.contains(id)
            {
                new.push(New {
                    id: app.new_id(),
                    candidate_id: id,
                    next_step: step.word(),
                    contest_id: None,
                });
            }
        }
        let now = app.now();
        cases::open(tx, &new, now, procedure.due(now)).await?;
    }
    Ok(())
}
