//! The forms of a candidate's page: decide, explain, take back, sign, contest.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::Web;
use super::pages::decide::{Case, Deciding, Tried};
use super::visitor::Visitor;
use crate::access::{Permission, User};
use crate::app::App;
use crate::candidate::CandidateId;
use crate::decision::{Decision, NewDecision, Outcome};
use crate::decisions::contest::{self, NewContest};
use crate::decisions::{self, Who, blind, procedure};
use crate::error::{Error, Result, refused};
use crate::store::{cases, contests, explanations};

/// What a form of decisions says; what it does not have is empty.
#[expect(clippy::struct_field_names, reason = "as the form has them")]
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Said {
    screening_id: String,
    after: String,
    outcome: String,
    rule: String,
    finding: String,
    decision: String,
    reason: String,
    action: String,
    channel: String,
    said: String,
    said_on: String,
}

/// Decides on the whole.
pub(super) async fn whole(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(said): Form<Said>,
) -> Result<Response> {
    let user = &visitor.user;
    let done = async {
        let outcome = Outcome::of_word(&said.outcome);
        let outcome = outcome.ok_or_else(|| refused("outcome", "is missing; choose one"))?;
        let new = said.decision(user, outcome, None)?;
        let made = decisions::decide(&web.app, &Who::User(user), &id, new).await?;
        Ok(match made.state {
            crate::decision::State::Signed => "decided",
            _ => "proposed",
        })
    };
    answer(&web, &visitor, &id, "decide".to_owned(), &said, done.await).await
}

/// Explains a finding; with the button for it, clears the whole with the same words.
pub(super) async fn explain(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(said): Form<Said>,
) -> Result<Response> {
    let user = &visitor.user;
    let form = format!("explain {}", said.rule);
    let done = async {
        let new = said.decision(user, Outcome::Explained, Some(said.rule.clone()))?;
        if said.action == "clear" {
            let cleared = decisions::explain_and_clear(&web.app, user, &id, new).await?;
            return Ok(if cleared { "cleared" } else { "explained" });
        }
        decisions::decide(&web.app, &Who::User(user), &id, new).await?;
        Ok("explained")
    };
    answer(&web, &visitor, &id, form, &said, done.await).await
}

/// Takes an explanation back.
pub(super) async fn take_back(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(said): Form<Said>,
) -> Result<Response> {
    let user = &visitor.user;
    let form = format!("take-back {}", said.rule);
    let done = decisions::take_back(&web.app, user, &id, &said.finding, &said.reason).await;
    let done = done.map(|()| "taken-back");
    answer(&web, &visitor, &id, form, &said, done).await
}

/// Signs what another has confirmed, or sends it back.
pub(super) async fn sign(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(said): Form<Said>,
) -> Result<Response> {
    let form = format!("sign {}", said.decision);
    let signs = match said.action.as_str() {
        "sign" => Ok(true),
        "return" => Ok(false),
        _ => Err(Error::Malformed("the form says nothing to be done".into())),
    };
    let done = async {
        let signs = signs?;
        let answer = (signs, said.reason.as_str());
        decisions::sign(&web.app, &visitor.user, &id, &said.decision, answer).await?;
        Ok(if signs { "signed" } else { "returned" })
    };
    answer(&web, &visitor, &id, form, &said, done.await).await
}

/// Writes down what a candidate says against a decision.
pub(super) async fn contest(
    State(web): State<Web>,
    visitor: Visitor,
    Path(id): Path<CandidateId>,
    Form(said): Form<Said>,
) -> Result<Response> {
    let new = NewContest {
        said: said.said.clone(),
        channel: said.channel.clone(),
        said_on: said.said_on.clone(),
    };
    let done = contest::record(&web.app, &visitor.user, &id, &new).await;
    let done = done.map(|()| "contested");
    answer(&web, &visitor, &id, "contest".to_owned(), &said, done).await
}

impl Said {
    fn decision(&self, user: &User, outcome: Outcome, rule: Option<String>) -> Result<NewDecision> {
        if self.screening_id.is_empty() {
            let reason = "is not said, so nobody knows what was looked at; open the page again";
            return Err(refused("screening_id", reason));
        }
        Ok(NewDecision {
            outcome,
            reason: self.reason.clone(),
            by: user.signature(),
            screening_id: Some(self.screening_id.clone()),
            rule,
            after: Some(self.after.clone()),
        })
    }
}

/// The page again: where it was done with what changed, or with what is wrong and what was written.
async fn answer(
    web: &Web,
    visitor: &Visitor,
    id: &CandidateId,
    form: String,
    said: &Said,
    done: Result<&'static str>,
) -> Result<Response> {
    let (status, wrong) = match done {
        // The id is a candidate's that is there: letters, digits and hyphens.
        Ok(done) => {
            let to = format!("/candidates/{id}?done={done}#decide");
            return Ok(Redirect::to(&to).into_response());
        }
        Err(error) => match sentence(&error) {
            Some(wrong) => (error.status(), wrong),
            None => return Err(error),
        },
    };
    let text = if form == "contest" {
        &said.said
    } else {
        &said.reason
    };
    let tried = Tried {
        wrong,
        outcome: said.outcome.clone(),
        text: text.clone(),
        channel: said.channel.clone(),
        day: said.said_on.clone(),
        form,
    };
    let page = super::candidates::page(web, visitor, id.clone(), "", Some(tried)).await?;
    Ok((status, page).into_response())
}

/// What is wrong, as a sentence, where it is told beside what was written.
fn sentence(error: &Error) -> Option<String> {
    let refused = match error {
        Error::Refused(refused) => refused,
        Error::NotFound("proposed decision") => {
            let gone = "This proposal does not wait any more: it was answered, or decided over.";
            return Some(gone.to_owned());
        }
        Error::NotFound("explanation") => {
            return Some("This explanation was taken back already.".to_owned());
        }
        Error::Conflict(why) => return Some(super::pages::words::sentence(why)),
        Error::Unavailable(why) => {
            let why = super::pages::words::sentence(why);
            return Some(format!("{why} Try it again."));
        }
        _ => return None,
    };
    let about = match refused.field.as_deref() {
        Some("reason") => "The reason",
        Some("rule") => "The finding",
        Some("outcome") => "The outcome",
        Some("screening_id") => "The screening",
        Some("said") => "What the candidate says",
        Some("said_on") => "The day",
        Some("channel") => "The channel",
        Some("by") => "You",
        other => other.unwrap_or_default(),
    };
    Some(format!("{about} {}.", refused.reason))
}

/// What a candidate's page shows of decisions; `decided` are all of the candidate, the latest first.
pub(super) async fn panel(
    app: &App,
    user: &User,
    id: &CandidateId,
    decided: &[Decision],
) -> Result<Deciding> {
    let procedure = procedure::current(app).await?;
    let case = cases::open_of(&app.db, id).await?;
    let contested = case.as_ref().and_then(|case| case.contest_id.clone());
    let mut contests = contests::of(&app.db, id).await?.into_iter();
    let contest = contests.find(|one| Some(&one.id) == contested.as_ref());
    let barred = match &case {
        Some(case) if procedure.fresh_eyes => contest::barred(app, user, id, case).await?,
        _ => None,
    };
    let free = match &case {
        Some(case) if barred.is_some() => contest::free(app, &procedure, id, case).await?,
        _ => Vec::new(),
    };
    let outcomes = Outcome::ALL.into_iter();
    let outcomes: Vec<_> = outcomes
        .filter(|outcome| procedure.lets(user.role, *outcome))
        .collect();
    let pending = decisions::pending(decided).into_iter().map(|one| {
        let may = !one.is_by(user) && barred.is_none() && outcomes.contains(&one.outcome);
        (one.clone(), may)
    });
    let mut explained = explanations::with_ids(&app.db, id).await?;
    explained.sort_by_key(|(_, one)| one.explained.at);
    let explained = explained.into_iter().map(|(id, one)| (one.rule, id));
    let decides = user.role.may(Permission::DecisionsMake);
    let rules = decided.iter().filter_map(|one| one.rule.as_deref());
    Ok(Deciding {
        blind: blind::hides(&procedure, user, case.as_ref(), decided),
        unseen: contest.is_some() && procedure.fresh_eyes && decides && barred.is_none(),
        after: decisions::stood(decided, None),
        after_rules: rules
            .map(|rule| (rule.to_owned(), decisions::stood(decided, Some(rule))))
            .collect(),
        stands: decisions::standing(decided).cloned(),
        pending: pending.collect(),
        explained: explained.collect(),
        today: (user.role.may(Permission::CandidatesWork)).then(|| app.today().to_string()),
        note_min: procedure.note_min,
        second_person: procedure.second_person,
        case: case.map(|case| Case {
            opened_at: case.opened_at.into(),
            due_at: case.due_at.into(),
            overdue: case.due_at.0 < app.now().as_millisecond(),
            contest,
        }),
        outcomes,
        free: free.iter().map(User::signature).collect(),
        barred,
        ..Deciding::default()
    })
}
