//! How decisions are made, and how far those who make them agree.

use askama::Template;
use askama_web::WebTemplate;

use super::words;
use crate::access::{Permission, Role};
use crate::decision::Outcome;
use crate::decisions::agreement::{Agreement, CLASSES};
use crate::decisions::procedure::{CLOCK_MOST, DEFAULT, NOTE_MOST, Procedure};
use crate::rules::NextStep;

/// The procedure in force, its form, and those before it.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "procedure/index.html")]
pub struct ProcedurePage {
    /// What the form shows: the one in force, or what was tried.
    pub procedure: Procedure,
    /// All that were set, the one in force first.
    pub history: Vec<Procedure>,
    /// Open cases, and how many of them are overdue.
    pub cases: (i64, i64),
    /// Whether it was just changed.
    pub done: bool,
    /// What is wrong with what was tried.
    pub wrong: Option<String>,
}

/// Names of the form's groups of roles: the field, its label, and who is chosen.
type Group<'a> = (&'static str, &'static str, &'a [Role]);

impl ProcedurePage {
    /// Next steps that can open a case, each with whether it does.
    pub fn steps(&self) -> Vec<(&'static str, &'static str, bool)> {
        let steps = NextStep::ALL.into_iter().skip(1);
        steps
            .map(|step| {
                let chosen = step == self.procedure.opens_at;
                (step.word(), words::step_label(step), chosen)
            })
            .collect()
    }

    /// The groups of roles.
    pub fn groups(&self) -> [Group<'_>; 2] {
        [
            (
                "clear",
                "Who may clear and explain",
                &self.procedure.clear_roles,
            ),
            (
                "confirm",
                "Who may confirm, and sign what others confirm",
                &self.procedure.confirm_roles,
            ),
        ]
    }

    /// Roles that can be chosen: those that may decide at all.
    pub fn roles(&self) -> Vec<&'static str> {
        let roles = Role::ALL.into_iter();
        let deciding = roles.filter(|role| role.may(Permission::DecisionsMake));
        deciding.map(Role::word).collect()
    }

    /// Whether a role is chosen in a group.
    pub fn has(&self, group: &Group<'_>, role: &str) -> bool {
        group.2.iter().any(|one| one.word() == role)
    }

    /// The switches: field, label, what it does, whether it is on.
    pub fn switches(&self) -> [(&'static str, &'static str, &'static str, bool); 3] {
        let procedure = &self.procedure;
        [
            (
                "second_person",
                "A second person signs what is confirmed",
                "Until then it is proposed: it does not count, is not announced and closes no case. A confirmation by the API is always proposed while this is on.",
                procedure.second_person,
            ),
            (
                "fresh_eyes",
                "A contest goes to fresh eyes",
                "Whoever made, signed or has seen the decision that a candidate contests is refused, by the audit log.",
                procedure.fresh_eyes,
            ),
            (
                "blind",
                "Blind review",
                "Name, profiles and schools are hidden on the candidate’s page from whoever may decide, while the case is open and until they have decided.",
                procedure.blind,
            ),
        ]
    }

    /// The longest note that can be asked for.
    pub fn note_most(&self) -> u32 {
        NOTE_MOST
    }

    /// The longest time to decide in.
    pub fn clock_most(&self) -> u32 {
        CLOCK_MOST
    }

    /// Who set one, and when.
    pub fn set_line(&self, one: &Procedure) -> String {
        match &one.set {
            Some((at, by)) => format!("{}, by {by}", words::time(*at)),
            None => "before anybody set anything".to_owned(),
        }
    }

    /// An id as it is told apart at a glance.
    pub fn short_id(&self, one: &Procedure) -> String {
        if one.id == DEFAULT {
            return DEFAULT.to_owned();
        }
        let from = one.id.len().saturating_sub(12);
        one.id.get(from..).unwrap_or(&one.id).to_owned()
    }

    /// What one says, in a sentence.
    pub fn summary(&self, one: &Procedure) -> String {
        let list = |roles: &[Role]| {
            let words: Vec<_> = roles.iter().map(|role| role.word()).collect();
            words.join(", ")
        };
        let on = |on: bool| if on { "on" } else { "off" };
        format!(
            "A case opens at “{}” and is due after {}; cleared and explained by {}; confirmed by {}; reasons of {} at least; second person {}; fresh eyes {}; blind review {}.",
            words::step_label(one.opens_at),
            words::count(one.clock_days as usize, "day"),
            list(&one.clear_roles),
            list(&one.confirm_roles),
            words::count(one.note_min as usize, "character"),
            on(one.second_person),
            on(one.fresh_eyes),
            on(one.blind),
        )
    }
}

/// How far reviewers agree with each other and with the rules.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "procedure/agreement.html")]
pub struct AgreementPage {
    /// What was counted.
    pub found: Agreement,
}

impl AgreementPage {
    /// The agreement of reviewers, in a sentence.
    pub fn line(&self) -> String {
        let cases = usize::try_from(self.found.cases).unwrap_or(usize::MAX);
        let on = words::count(cases, "case");
        let same = self.found.same();
        match (cases, self.found.kappa) {
            (0, _) => "No case has been judged by two people yet.".to_owned(),
            (_, None) => format!(
                "Two people judged {on}, and always said the same one thing: there is no telling that from chance."
            ),
            (_, Some(kappa)) => format!(
                "Two people judged {on}, and said the same of {same}. Cohen’s kappa is {kappa:.2}: 1 is full agreement, 0 what chance alone would give."
            ),
        }
    }

    /// The table with its outcomes' words.
    pub fn rows(&self) -> Vec<(&'static str, [u64; CLASSES])> {
        let outcomes = Outcome::ALL.map(Outcome::word);
        outcomes.into_iter().zip(self.found.table).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_is_a_sentence() {
        let mut page = AgreementPage {
            found: Agreement::default(),
        };
        assert_eq!(page.line(), "No case has been judged by two people yet.");
        page.found.cases = 3;
        page.found.table = [[1, 0, 0, 0], [0; CLASSES], [0, 1, 1, 0], [0; CLASSES]];
        page.found.kappa = Some(0.5);
        assert_eq!(
            page.line(),
            "Two people judged 3 cases, and said the same of 2. Cohen’s kappa is 0.50: 1 is full agreement, 0 what chance alone would give."
        );
    }
}
