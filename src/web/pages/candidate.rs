//! One candidate: the next step and why, what would clear it, the evidence, the record.

pub mod at_work;
pub mod claims;
pub mod stages;

use std::borrow::Borrow;
use std::collections::BTreeSet;

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::decide::Deciding;
use super::education::Panel;
use super::history::{self, History, What};
use super::record::Section;
use super::words::{self, count, db};
use crate::application::Stage;
use crate::candidate::CandidateId;
use crate::comments::{self, Comment};
use crate::explain::{
    Counterfactual, Highlighted, Waterfall, highlight, question, visible, waterfall,
};
use crate::queue::assign::Assignment;
use crate::rules::schema;
use crate::rules::score::Scoring;
use crate::rules::{Finding, Judgement, NextStep};
use crate::screening::Before;
use crate::signals::{self, Facts};
use at_work::AtWork;
use claims::Claims;
use stages::Reached;

/// The latest screening of a candidate, explained.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "candidates/show.html")]
pub struct CandidatePage {
    /// The candidate.
    pub id: CandidateId,
    /// The source's own id.
    pub external_id: String,
    /// Where it came from.
    pub source: String,
    /// The agency that sent it, as written.
    pub agency: Option<String>,
    /// The name as written.
    pub name: Option<String>,
    /// The stage it was screened at.
    pub stage: Stage,
    /// The version that was screened.
    pub version: u32,
    /// When the person applied.
    pub applied_at: Option<Timestamp>,
    /// When it was screened.
    pub screened_at: Timestamp,
    /// `sha256:…` of the rules used.
    pub ruleset: String,
    /// What the rules made of it.
    pub judgement: Judgement,
    /// The limits of the next steps.
    pub scoring: Scoring,
    /// What would clear it: [`crate::explain::counterfactual::of`] the judgement's findings.
    pub counterfactual: Counterfactual,
    /// What is known of the candidates that findings name.
    pub related: Vec<Related>,
    /// Who sees to it.
    pub assignment: Assignment,
    /// The ring it is in.
    pub ring: Option<InRing>,
    /// The worker that it became.
    pub worker: Option<String>,
    /// Other records that are probably of the same person.
    pub before: Vec<Before>,
    /// Studies beside what the public record says of them: [`Panel::of`] what was screened.
    pub education: Panel,
    /// What others' texts say too: [`super::texts::Panel::of`] what was screened.
    pub texts: super::texts::Panel,
    /// Signals that were not known for want of reference data: [`unloaded`].
    pub unloaded: Vec<&'static str>,
    /// How to reach the person.
    pub contact: Claims,
    /// Jobs.
    pub employment: Claims,
    /// The worker that it became, for those who may read of workers.
    pub at_work: Option<AtWork>,
    /// The rest of the record: of [`super::record::sections`].
    pub record: Vec<Section>,
    /// The résumé's text.
    pub resume_text: Option<String>,
    /// What happened, the latest first.
    pub history: History,
    /// What can be decided.
    pub deciding: Deciding,
    /// Holds on it.
    pub privacy: super::privacy::Standing,
    /// The stages and when they were reached.
    pub stages: Vec<Reached>,
    /// Who opened this page, the latest first, for those who may read the audit log.
    pub opened: Vec<Opened>,
    /// What people wrote, the oldest first.
    pub comments: Vec<Comment>,
    /// Whose page this is: their comments they may strike out.
    pub reader: String,
    /// A comment that was not kept.
    pub draft: Draft,
    /// What the last form did.
    pub done: Option<&'static str>,
}

/// Somebody opened the page.
#[derive(Clone, Debug)]
pub struct Opened {
    /// When.
    pub at: Timestamp,
    /// Whether it was a program, with a key of the API.
    pub by_key: bool,
    /// Who.
    pub who: String,
}

/// A comment that was not kept.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What was typed.
    pub text: String,
    /// Why it was not kept.
    pub wrong: Option<String>,
}

/// Another candidate that a finding names.
#[derive(Clone, Debug)]
pub struct Related {
    /// Who.
    pub id: CandidateId,
    /// The source's own id.
    pub external_id: String,
    /// Where it came from.
    pub source: String,
    /// The name as written.
    pub name: Option<String>,
}

/// The ring that a candidate is in.
#[derive(Clone, Debug)]
pub struct InRing {
    /// Its id.
    pub id: String,
    /// Distinct people in it.
    pub identities: i64,
}

/// The signals that a screening did not know for want of reference data: of the claims that they
/// are about (`education` of `education.names`) there were some.
pub fn unloaded(facts: &Facts) -> Vec<&'static str> {
    let known = |name: &str| {
        let slot = schema::SHIPPED.slot(name);
        slot.is_some_and(|slot| facts.get(slot).is_some())
    };
    signals::ALL
        .iter()
        .filter(|signal| !signal.needs.is_empty() && !known(signal.name))
        .filter(|signal| {
            let claims = signal.name.split('.').next().unwrap_or_default();
            known(claims)
        })
        .map(|signal| signal.name)
        .collect()
}

impl CandidatePage {
    /// The name, or the external id where there is none.
    pub fn heading(&self) -> &str {
        match &self.name {
            Some(name) if !name.trim().is_empty() => name,
            _ => &self.external_id,
        }
    }

    /// For the window's title: short, and nothing in it that cannot be seen.
    pub fn window_title(&self) -> String {
        visible::plain(&visible::short(self.heading(), 60))
    }

    /// A probability in words: certainty is not to be had.
    pub fn likely(&self, probability: f64) -> String {
        let percent = (probability * 100.0).floor().min(99.0);
        format!("{percent:.0} % likely the same person")
    }

    /// Why this next step, in a sentence.
    pub fn why(&self) -> String {
        let judgement = &self.judgement;
        let score = db(judgement.score_db);
        let findings = judgement.findings.iter();
        let counting = findings.filter(|one| one.explained.is_none()).count();
        let found = count(counting, "finding");
        let verb = if counting == 1 { "brings" } else { "bring" };
        let bands = &self.scoring;
        match judgement.next_step {
            NextStep::None if judgement.findings.is_empty() => {
                let looked = count(judgement.found_nothing.len(), "rule");
                format!(
                    "{looked} looked and found nothing. That says nothing for or against the person."
                )
            }
            NextStep::None if counting == 0 => format!(
                "All that was found is explained and counts nothing: the score is {score} dB, below the {} dB from which a question is due.",
                db(bands.ask_db)
            ),
            NextStep::None => format!(
                "{found} {verb} the score to {score} dB, below the {} dB from which a question is due.",
                db(bands.ask_db)
            ),
            NextStep::Ask => format!(
                "Identity not yet verified: {found} {verb} the score to {score} dB; from {} dB on, the candidate is asked.",
                db(bands.ask_db)
            ),
            NextStep::Verify => format!(
                "Identity not yet verified: {found} {verb} the score to {score} dB; from {} dB on, a person checks the identity.",
                db(bands.verify_db)
            ),
            NextStep::Escalate => format!(
                "Identity not yet verified: {found} {verb} the score to {score} dB; above {} dB, security and legal look.",
                db(bands.escalate_db)
            ),
        }
    }

    /// What introduces the sets of answers; `None` where there is nothing to clear.
    pub fn clearing(&self) -> Option<String> {
        if self.judgement.next_step == NextStep::None {
            return None;
        }
        let found = &self.counterfactual;
        let size = found.sets.first().map_or(0, Vec::len);
        let about = if found.exact { "" } else { "about " };
        Some(match (found.sets.len(), size) {
            (0, _) => "No answer of the candidate alone would clear this.".to_owned(),
            (1, 1) => format!("A credible answer to {about}1 finding would clear this."),
            (1, n) => format!("Credible answers to {about}{n} findings would clear this."),
            (sets, 1) => format!(
                "A credible answer to any one of these {sets} findings would clear this. What asks least of the candidate comes first."
            ),
            (sets, n) => format!(
                "Credible answers to {n} findings would clear this. Of the ways to do it, here are {sets}; what asks least of the candidate comes first."
            ),
        })
    }

    /// The findings that every set of answers has, where there are several, with their numbers.
    pub fn common(&self) -> Vec<(usize, &Finding)> {
        self.numbered(&self.in_all())
    }

    /// What a set of answers has beyond those.
    pub fn beyond_common(&self, set: &[usize]) -> Vec<(usize, &Finding)> {
        let common = self.in_all();
        let rest: Vec<usize> = set
            .iter()
            .copied()
            .filter(|at| !common.contains(at))
            .collect();
        self.numbered(&rest)
    }

    fn in_all(&self) -> Vec<usize> {
        let Some((first, others @ [_, ..])) = self.counterfactual.sets.split_first() else {
            return Vec::new();
        };
        let everywhere = |at: &usize| others.iter().all(|set| set.contains(at));
        first.iter().copied().filter(everywhere).collect()
    }

    /// Whether a finding counts only once those that count in its place are answered.
    pub fn counts_later(&self, finding: &Finding) -> bool {
        finding.counted_db.abs() < 0.05
    }

    fn numbered(&self, set: &[usize]) -> Vec<(usize, &Finding)> {
        set.iter()
            .filter_map(|&at| Some((at + 1, self.judgement.findings.get(at)?)))
            .collect()
    }

    /// The picture of the score.
    pub fn waterfall(&self) -> Waterfall {
        waterfall::draw(&self.judgement, &self.scoring)
    }

    /// The résumé with the passages that findings quote.
    pub fn resume(&self) -> Option<Highlighted<'_>> {
        let quotes = (1..)
            .zip(&self.judgement.findings)
            .flat_map(|(number, finding)| {
                finding
                    .evidence
                    .iter()
                    .map(move |evidence| (number, evidence.value.as_str()))
            });
        Some(highlight::mark(self.resume_text.as_deref()?, quotes))
    }

    /// The anchors of the record's entries.
    pub fn anchors(&self) -> BTreeSet<String> {
        let rest = self.record.iter().flat_map(|section| &section.rows);
        let claims = self.contact.claims.iter().chain(&self.employment.claims);
        rest.chain(claims.map(|claim| &claim.row))
            .filter_map(super::record::Row::anchor)
            .collect()
    }

    /// A finding's question, as it can be sent to the candidate.
    pub fn question(&self, finding: &Finding) -> Option<String> {
        question::of(finding).filter(|_| finding.explained.is_none())
    }

    /// The same without what it is about, where that stands beside it.
    pub fn bare_question(&self, finding: &Finding) -> String {
        question::bare(finding).unwrap_or_default().to_owned()
    }

    /// All questions as one mail.
    pub fn letter(&self) -> Option<String> {
        question::letter(&question::all(&self.judgement.findings))
    }

    /// The study, by its place, that the public record's side of a finding stands beside.
    pub fn study_of(&self, number: impl Borrow<usize>) -> Option<usize> {
        let studies = &self.education.studies;
        let at = studies.iter().position(|study| {
            let lines = study.lines.iter().flat_map(|line| &line.findings);
            lines
                .chain(&study.findings)
                .any(|one| one == number.borrow())
        });
        at.map(|at| at + 1)
    }

    /// The parts of the page that there are: anchor and name.
    pub fn parts(&self) -> Vec<(&'static str, &'static str)> {
        let is_there = |there: bool, part| there.then_some(part);
        [
            Some(("findings", "Findings")),
            Some(("score", "Score")),
            is_there(!self.education.is_empty(), ("education", "Education")),
            is_there(
                !self.employment.claims.is_empty(),
                ("employment", "Employment"),
            ),
            is_there(!self.contact.claims.is_empty(), ("contact", "Contact")),
            is_there(self.worker.is_some(), ("work", "At work")),
            Some(("record", "Record")),
            is_there(self.resume_text.is_some(), ("resume", "Résumé")),
            Some(("comments", "Comments")),
            Some(("history", "History")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Whether a comment may be struck out by whoever reads the page.
    pub fn may_strike(&self, comment: &Comment) -> bool {
        comment.struck_at.is_none() && comment.user_id == self.reader
    }

    /// Whether there are versions to compare.
    pub fn has_versions(&self) -> bool {
        let received = |one: &history::Moment| matches!(one.what, What::Received(_));
        self.history
            .moments
            .iter()
            .filter(|one| received(one))
            .count()
            > 1
    }

    /// Where a piece of evidence stands on this page: its entry of the record, or the one it is part of.
    pub fn evidence_anchor(&self, anchors: &BTreeSet<String>, field: &str) -> Option<String> {
        let whole = words::field_anchor(field);
        if anchors.contains(&whole) {
            return Some(whole);
        }
        let (parent, _) = field.rsplit_once('.')?;
        let parent = words::field_anchor(parent);
        anchors.contains(&parent).then_some(parent)
    }

    /// A related candidate by the words a reviewer knows it by.
    pub fn related_name(&self, id: &CandidateId) -> String {
        let Some(related) = self.related.iter().find(|related| related.id == *id) else {
            return "another candidate".to_owned();
        };
        let name = related
            .name
            .as_deref()
            .filter(|name| !name.trim().is_empty());
        format!(
            "{} ({} {})",
            visible::short(name.unwrap_or("no name given"), 80),
            visible::short(&related.source, 40),
            visible::short(&related.external_id, 40)
        )
    }

    /// The ring in a few words.
    pub fn ring_line(&self, ring: &InRing) -> String {
        format!("In a ring of {}", ring.identities)
    }

    /// What a finding counts, and why less than its weight where it is less.
    pub fn counts(&self, finding: &Finding) -> String {
        if finding.explained.is_some() {
            return format!("{} dB of {}", db(finding.counted_db), db(finding.weight_db));
        }
        if let Some(rule) = &finding.counted_in {
            return format!("counted in {rule}");
        }
        if (finding.weight_db - finding.counted_db).abs() < 0.05 {
            return format!("{} dB", db(finding.counted_db));
        }
        format!("{} dB of {}", db(finding.counted_db), db(finding.weight_db))
    }

    /// Whether a finding speaks for the candidate: it is nothing to ask about.
    pub fn in_favour(&self, finding: &Finding) -> bool {
        finding.weight_db < 0.0
    }

    /// Whether any finding counts for less than its weight.
    pub fn any_capped(&self) -> bool {
        self.judgement
            .findings
            .iter()
            .filter(|finding| finding.counted_in.is_none() && finding.explained.is_none())
            .any(|finding| (finding.weight_db - finding.counted_db).abs() >= 0.05)
    }

    /// What a rule would have to know, in the words of the signals it reads; `None` where it is
    /// reference data alone.
    pub fn missing_line(&self, missing: &[std::sync::Arc<str>]) -> Option<String> {
        let told: Vec<String> = missing
            .iter()
            .filter(|name| !self.is_unloaded(name))
            .map(|name| words::signal(name))
            .collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// The same of what reference data that was not loaded would have told; `None` where nothing is.
    pub fn unloaded_line(&self, missing: &[std::sync::Arc<str>]) -> Option<String> {
        let told: Vec<String> = missing
            .iter()
            .filter(|name| self.is_unloaded(name))
            .map(|name| words::signal(name))
            .collect();
        (!told.is_empty()).then(|| told.join("; "))
    }

    /// Whether a name of a signal or its column is one that reference data would have told.
    fn is_unloaded(&self, name: &str) -> bool {
        self.unloaded.iter().any(|signal| {
            name.strip_prefix(signal)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn the_reason_is_one_sentence() {
        let mut page = samples::candidate();
        assert_eq!(
            page.why(),
            "Identity not yet verified: 4 findings bring the score to +1.0 dB; from 0.0 dB on, a person checks the identity."
        );
        page.judgement.next_step = NextStep::None;
        let explained = crate::rules::Explained {
            by: "Dana Reed".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            reason: "A family line.".to_owned(),
        };
        let mut all = page.clone();
        for finding in &mut all.judgement.findings {
            finding.explained = Some(explained.clone());
        }
        assert_eq!(
            all.why(),
            "All that was found is explained and counts nothing: the score is +1.0 dB, below the \u{2212}10.0 dB from which a question is due."
        );
        all.judgement.findings[0].explained = None;
        assert!(all.why().starts_with("1 finding brings the score"));
        assert_eq!(
            page.why(),
            "4 findings bring the score to +1.0 dB, below the \u{2212}10.0 dB from which a question is due."
        );
        page.judgement.findings.clear();
        assert_eq!(
            page.why(),
            "3 rules looked and found nothing. That says nothing for or against the person."
        );
    }

    #[test]
    fn what_would_clear_it_is_one_sentence() {
        let mut page = samples::candidate();
        for (sets, exact, sentence) in [
            (
                vec![],
                true,
                "No answer of the candidate alone would clear this.",
            ),
            (
                vec![vec![0]],
                true,
                "A credible answer to 1 finding would clear this.",
            ),
            (
                vec![vec![0, 1]],
                false,
                "Credible answers to about 2 findings would clear this.",
            ),
            (
                vec![vec![0], vec![1]],
                true,
                "A credible answer to any one of these 2 findings would clear this. What asks least of the candidate comes first.",
            ),
            (
                vec![vec![0, 1], vec![0, 2]],
                true,
                "Credible answers to 2 findings would clear this. Of the ways to do it, here are 2; what asks least of the candidate comes first.",
            ),
        ] {
            page.counterfactual = Counterfactual { sets, exact };
            assert_eq!(page.clearing().as_deref(), Some(sentence));
        }
        page.judgement.next_step = NextStep::None;
        assert_eq!(page.clearing(), None);
    }

    #[test]
    fn what_all_ways_ask_stands_once() {
        let mut page = samples::candidate();
        let numbers = |found: Vec<(usize, &Finding)>| -> Vec<usize> {
            found.into_iter().map(|(number, _)| number).collect()
        };
        page.counterfactual.sets = vec![vec![0, 1, 2], vec![0, 1, 3]];
        assert_eq!(numbers(page.common()), [1, 2]);
        assert_eq!(numbers(page.beyond_common(&[0, 1, 2])), [3]);
        assert_eq!(numbers(page.beyond_common(&[0, 1, 3])), [4]);
        page.counterfactual.sets.pop();
        assert!(page.common().is_empty());
        assert_eq!(numbers(page.beyond_common(&[0, 1, 2])), [1, 2, 3]);
    }

    #[test]
    fn evidence_leads_to_the_entry_it_is_part_of() {
        let page = samples::candidate();
        let anchors = page.anchors();
        for (field, anchor) in [
            ("phones[0]", Some("field-phones-0")),
            ("education[0].end_date", Some("field-education-0")),
            ("resume_text", None),
            ("phones[7]", None),
        ] {
            assert_eq!(
                page.evidence_anchor(&anchors, field).as_deref(),
                anchor,
                "{field}"
            );
        }
    }

    #[test]
    fn what_reference_data_would_tell_is_told_apart() {
        let mut page = samples::candidate();
        page.unloaded = vec!["education.names"];
        let missing = ["references".into(), "education.names.likeness".into()];
        let line = page.missing_line(&missing[..1]).unwrap();
        assert_eq!(page.missing_line(&missing).as_deref(), Some(line.as_str()));
        assert_eq!(page.missing_line(&missing[1..]), None);
        assert!(page.unloaded_line(&missing).is_some());
        assert_eq!(page.unloaded_line(&missing[..1]), None);
    }

    #[test]
    fn reference_data_is_missed_only_where_there_is_a_claim() {
        let facts = |json: serde_json::Value| Facts::from_json(&json);
        for (json, missed) in [
            (serde_json::json!({}), &[][..]),
            (
                serde_json::json!({"education": []}),
                &["education.mills", "education.names"],
            ),
            (
                serde_json::json!({"education": [], "education.mills": []}),
                &["education.names"],
            ),
        ] {
            assert_eq!(unloaded(&facts(json)), missed);
        }
    }

    #[test]
    fn a_capped_finding_says_so() {
        let page = samples::candidate();
        let counts: Vec<String> = page
            .judgement
            .findings
            .iter()
            .map(|finding| page.counts(finding))
            .collect();
        assert_eq!(
            counts,
            ["+12.0 dB", "+5.0 dB", "+2.0 dB", "+2.0 dB of +4.0"]
        );
    }
}
