//! A candidate without name, profiles and schools, for whoever decides blind: every text of the page has them blacked
//! out, as far as they are known, word by word.
//!
//! What is known comes from the record and from what the screening saw: names as written and in Latin letters, mailboxes
//! up to the @, addresses of profiles, schools as written and as public records call them. Text that only tells of them
//! in other words cannot be found.

use std::collections::HashMap;

use serde_json::Value;
use unicode_normalization::UnicodeNormalization as _;

use super::decide::Deciding;
use super::history::{History, What};
use crate::application::Application;
use crate::candidate::{Candidate, CandidateId};
use crate::rules::Judgement;

/// What stands where something is hidden; of one length, so that this tells nothing.
pub const HIDDEN: &str = "█████";

/// A word of a name with this many letters is hidden inside of other words too: `delgadoresume`.
const INSIDE: usize = 4;

/// Shorter short names of schools are words of their own.
const SHORT: usize = 3;

/// What is to be hidden.
#[derive(Clone, Debug, Default)]
pub struct Mask {
    /// Sequences of words, by their first.
    values: HashMap<String, Vec<Vec<String>>>,
    /// Parts of words.
    inside: Vec<String>,
}

/// A word of a text: folded, and where it stands.
struct Word {
    folded: String,
    start: usize,
    end: usize,
}

/// How a list calls somebody who is hidden: by the id at the source, unless that tells the name.
pub fn label(id: &CandidateId, name: Option<&str>, external_id: &str) -> String {
    let mut mask = Mask::default();
    mask.name(name.unwrap_or_default());
    if external_id.contains('@') || mask.text(external_id) != external_id {
        // The end of an id is chance; its beginning is the time.
        return id.0[id.0.len().saturating_sub(8)..].to_owned();
    }
    external_id.to_owned()
}

/// A letter without its marks, in lower case.
fn folded(c: char) -> impl Iterator<Item = char> {
    c.nfkd()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
}

fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut inside = false;
    for (at, c) in text.char_indices() {
        // Marks, and what cannot be seen, do not end a word.
        let joins = inside && !c.is_alphanumeric() && !c.is_whitespace() && folds_away(c);
        if !c.is_alphanumeric() && !joins {
            inside = false;
            continue;
        }
        let end = at + c.len_utf8();
        match words.last_mut().filter(|_| inside) {
            Some(word) => {
                word.folded.extend(folded(c));
                word.end = end;
            }
            None => words.push(Word {
                folded: folded(c).collect(),
                start: at,
                end,
            }),
        }
        inside = true;
    }
    words
}

/// Combining marks and characters of no width.
fn folds_away(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

impl Mask {
    /// What is to be hidden of a candidate; `saw` are the signals that its screening saw, as stored.
    pub fn of(applications: &[&Application], candidate: &Candidate, saw: &Value) -> Self {
        let mut mask = Self::default();
        for application in applications {
            mask.application_of(application);
        }
        if let Some(name) = &candidate.name {
            mask.name(&name.raw);
            name.tokens.iter().for_each(|token| mask.part(token));
        }
        for email in &candidate.emails {
            mask.mailbox(&email.raw);
        }
        for link in &candidate.links {
            mask.link(&link.raw);
        }
        for study in &candidate.education {
            mask.whole(study.institution.as_deref().unwrap_or_default());
            if let Some(found) = &study.found.matched {
                let school = &found.institution;
                mask.whole(&school.name);
                for alias in &school.aliases {
                    mask.whole(alias);
                }
                for domain in &school.domains {
                    mask.whole(domain);
                }
                mask.whole(school.successor.as_deref().unwrap_or_default());
            }
        }
        let studies = saw.as_object().into_iter().flatten();
        for (_, value) in studies.filter(|(name, _)| name.starts_with("education")) {
            mask.schools("", value);
        }
        mask
    }

    fn application_of(&mut self, application: &Application) {
        self.name(application.name.as_deref().unwrap_or_default());
        application
            .emails
            .iter()
            .for_each(|email| self.mailbox(email));
        application.links.iter().for_each(|link| self.link(link));
        for study in &application.education {
            self.whole(study.institution.as_deref().unwrap_or_default());
        }
        if let Some(file) = &application.resume_file {
            file.links.iter().for_each(|link| self.link(link));
        }
    }

    /// Hides what schools are called in rows of signals.
    fn schools(&mut self, key: &str, value: &Value) {
        match value {
            Value::String(text) => {
                let names = ["institution", "school", "name", "successor"];
                if names.iter().any(|name| key.contains(name)) {
                    self.whole(text);
                }
            }
            Value::Array(items) => items.iter().for_each(|one| self.schools(key, one)),
            Value::Object(map) => map.iter().for_each(|(key, one)| self.schools(key, one)),
            _ => {}
        }
    }

    /// Hides a text where its words stand in a row.
    fn whole(&mut self, text: &str) {
        let words: Vec<String> = words(text).into_iter().map(|word| word.folded).collect();
        let letters: usize = words.iter().map(|word| word.chars().count()).sum();
        let Some(first) = words.first().filter(|_| letters >= SHORT) else {
            return;
        };
        let known = self.values.entry(first.clone()).or_default();
        if !known.contains(&words) {
            known.push(words);
        }
    }

    /// Hides one word of a name wherever it stands.
    fn part(&mut self, word: &str) {
        let word: String = word.chars().flat_map(folded).collect();
        if word.chars().count() < 2 {
            return;
        }
        if word.chars().count() >= INSIDE && !self.inside.contains(&word) {
            self.inside.push(word.clone());
        }
        let known = self.values.entry(word.clone()).or_default();
        if !known.iter().any(|words| words.len() == 1) {
            known.push(vec![word]);
        }
    }

    /// Hides a name, and each word of it.
    pub fn name(&mut self, name: &str) {
        self.whole(name);
        for word in &words(name) {
            self.part(&word.folded);
        }
    }

    fn mailbox(&mut self, email: &str) {
        let local = email.rsplit_once('@').map_or(email, |(local, _)| local);
        self.whole(local);
    }

    fn link(&mut self, link: &str) {
        let link = link.trim();
        let plain = link.split_once("://").map_or(link, |(_, rest)| rest);
        self.whole(plain);
        let path = plain.split(['?', '#']).next().unwrap_or_default();
        self.whole(path);
        if let Some((_, last)) = path.trim_end_matches('/').rsplit_once('/') {
            self.whole(last);
        }
    }

    /// A text with what is to be hidden blacked out.
    pub fn text(&self, text: &str) -> String {
        let all = words(text);
        let mut masked = String::with_capacity(text.len());
        let (mut copied, mut at) = (0, 0);
        while at < all.len() {
            let length = self.length(&all[at..]);
            if length == 0 {
                at += 1;
                continue;
            }
            masked.push_str(&text[copied..all[at].start]);
            masked.push_str(HIDDEN);
            copied = all[at + length - 1].end;
            at += length;
        }
        masked.push_str(&text[copied..]);
        masked
    }

    /// How many of the next words are to be hidden.
    fn length(&self, next: &[Word]) -> usize {
        let first = &next[0].folded;
        let values = self.values.get(first).into_iter().flatten();
        let fits = |words: &&Vec<String>| {
            words.len() <= next.len()
                && words
                    .iter()
                    .zip(next)
                    .all(|(word, here)| *word == here.folded)
        };
        let longest = values.filter(fits).map(Vec::len).max().unwrap_or(0);
        if longest == 0 && self.inside.iter().any(|part| first.contains(part.as_str())) {
            return 1;
        }
        longest
    }

    fn change(&self, text: &mut String) {
        *text = self.text(text);
    }

    /// Every text within a value.
    pub fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => self.change(text),
            Value::Array(items) => items.iter_mut().for_each(|one| self.value(one)),
            Value::Object(map) => map.values_mut().for_each(|one| self.value(one)),
            _ => {}
        }
    }

    /// An application without what is to be hidden: normalised, it makes the page's record.
    pub fn application(&self, application: &Application) -> Application {
        let mut json = serde_json::to_value(application).unwrap_or_default();
        if let Some(map) = json.as_object_mut() {
            for (key, value) in map.iter_mut() {
                if key != "stage" {
                    self.value(value);
                }
            }
        }
        let mut masked: Application = serde_json::from_value(json).unwrap_or_default();
        masked.name = None;
        for email in &mut masked.emails {
            let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
            *email = format!("hidden@{domain}");
        }
        masked.links.clear();
        for study in &mut masked.education {
            study.institution = study.institution.as_ref().map(|_| HIDDEN.to_owned());
        }
        if let Some(file) = &mut masked.resume_file {
            file.author = None;
            file.last_modified_by = None;
            file.links.clear();
            file.images.clear();
        }
        masked
    }

    /// What rules made of somebody, without what is to be hidden in the words and the evidence.
    pub fn judgement(&self, judgement: &mut Judgement) {
        for finding in judgement.findings.iter_mut().chain(&mut judgement.shadow) {
            self.change(&mut finding.message);
            for evidence in &mut finding.evidence {
                self.change(&mut evidence.value);
            }
            for seen in &mut finding.values {
                self.value(&mut seen.value);
            }
            if let Some(explained) = &mut finding.explained {
                self.change(&mut explained.reason);
            }
        }
    }

    /// What people wrote in the history.
    pub fn history(&self, history: &mut History) {
        for moment in &mut history.moments {
            match &mut moment.what {
                What::Checked(check) => {
                    self.change(&mut check.claim.written);
                    check.note.iter_mut().for_each(|note| self.change(note));
                }
                What::Decided(decision) => {
                    self.change(&mut decision.reason);
                    let signature = decision.signature.iter_mut();
                    signature.for_each(|one| self.change(&mut one.reason));
                }
                What::TakenBack(taken) => self.change(&mut taken.reason),
                What::Contested(contest) => self.change(&mut contest.said),
                What::Told(_) | What::Received(_) | What::Screened(_) => {}
            }
        }
        if let Some(merged) = &mut history.merged_into {
            self.change(&mut merged.external_id);
        }
    }

    /// What people wrote where it is decided.
    pub fn deciding(&self, deciding: &mut Deciding) {
        let stands = deciding.stands.iter_mut();
        let pending = deciding.pending.iter_mut().map(|(one, _)| one);
        stands
            .chain(pending)
            .for_each(|one| self.change(&mut one.reason));
        let case = deciding.case.iter_mut();
        let contests = case.filter_map(|case| case.contest.as_mut());
        contests.for_each(|contest| self.change(&mut contest.said));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::Education;

    fn mask() -> Mask {
        let application = Application {
            name: Some("José Ñandú Li".to_owned()),
            emails: vec!["jnandu85@example.org".to_owned()],
            links: vec!["https://www.linkedin.com/in/pepe-the-engineer?trk=x".to_owned()],
            education: vec![Education {
                institution: Some("Invented State University".to_owned()),
                ..Education::default()
            }],
            ..Application::default()
        };
        let saw = serde_json::json!({
            "education": [{"is": {"school": "The Invented State University of Ohio", "area": "Nursing"}}],
            "phones": [{"is": {"name": "not a school"}}],
        });
        Mask::of(&[&application], &Candidate::default(), &saw)
    }

    #[test]
    fn known_words_are_blacked_out_however_they_are_written() {
        let mask = mask();
        for (text, masked) in [
            ("JOSE NANDU wrote", "█████ █████ wrote"),
            ("José Ñandú Li", "█████"),
            ("Jose\u{301} and Jo\u{200B}sé", "█████ and █████"),
            ("cv_nandu_final.pdf", "cv_█████_final.pdf"),
            ("nandu2resume", "█████"),
            ("Light and Lily", "Light and Lily"),
            ("LI, engineer", "█████, engineer"),
            (
                "write to jnandu85 (at) example.org",
                "write to █████ (at) example.org",
            ),
            ("linkedin.com/in/pepe-the-engineer", "linkedin.com/in/█████"),
            (
                "B.S. Nursing,\n  Invented  State\nUniversity, 2012",
                "B.S. Nursing,\n  █████, 2012",
            ),
            (
                "the invented state university of ohio grants it",
                "█████ grants it",
            ),
            (
                "State of Ohio, University towns",
                "State of Ohio, University towns",
            ),
            ("not a school", "not a school"),
            ("", ""),
        ] {
            assert_eq!(mask.text(text), masked, "{text}");
        }
    }

    #[test]
    fn an_application_keeps_its_shape() {
        let application = Application {
            external_id: "nandu-7".to_owned(),
            emails: vec!["jnandu85@example.org".to_owned(), "x".to_owned()],
            resume_text: Some("José Ñandú Li\nEngineer".to_owned()),
            stage: crate::application::Stage::Offer,
            ..Application::default()
        };
        let masked = mask().application(&application);
        assert_eq!(masked.external_id, "█████-7");
        assert_eq!(masked.emails, ["hidden@example.org", "hidden@"]);
        assert_eq!(masked.resume_text.as_deref(), Some("█████\nEngineer"));
        assert_eq!(masked.stage, crate::application::Stage::Offer);
    }
}
