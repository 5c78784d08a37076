//! Weak signs ask for nothing, and swapping a name moves no score (red-flags §7 a, d).

use std::collections::BTreeSet;

use jiff::Timestamp;
use rayon::prelude::*;
use serde_json::json;
use telltale::application::Application;
use telltale::candidate::Candidate;
use telltale::normalise::{self, Settings};
use telltale::rules::{Effort, Finding, Judgement, NextStep, Ruleset, Scoring, Strength, score};
use telltale::signals::{self, Subject};

use crate::names::{Alias, LATIN, OTHER_SCRIPTS, ascii};

fn settings() -> Settings {
    Settings {
        fictional_numbers: true,
        ..Settings::default()
    }
}

pub fn now() -> Timestamp {
    "2026-06-01T12:00:00Z".parse().unwrap()
}

/// What the shipped rules make of somebody who shares nothing with anybody.
pub fn judge(rules: &Ruleset, application: &Application, earlier: &[Application]) -> Judgement {
    let settings = settings();
    let normal = |a: &Application| normalise::candidate(a, &settings);
    let earlier: Vec<Candidate> = earlier.iter().map(normal).collect();
    let candidate = normal(application);
    let facts = signals::read(&Subject {
        earlier: &earlier,
        ..Subject::alone(&candidate, telltale::reference::base::shipped(), now())
    });
    rules.judge(&facts, application.stage)
}

pub fn fired(judgement: &Judgement) -> BTreeSet<String> {
    let findings = judgement.findings.iter().chain(&judgement.shadow);
    findings.map(|finding| finding.rule.to_string()).collect()
}

fn finding(rule: &str, weight_db: f64) -> Finding {
    serde_json::from_value(json!({
        "rule": rule, "group": rule.split('.').next(), "strength": Strength::Weak, "weight_db": weight_db,
        "counted_db": 0.0, "title": "", "message": "", "evidence": [], "related": [], "innocent": [],
        "ask": "", "effort": Effort::Answer, "values": [],
    }))
    .unwrap()
}

#[test]
fn the_usual_weak_signs_together_ask_for_nothing() {
    let mut findings = [
        finding("phone.plus1_format", 1.0),
        finding("phone.voip", 2.0),
        finding("app.vpn", 2.0),
        finding("link.thin", 1.0),
    ];
    let (score_db, next_step) = score::weigh(&mut findings, &Scoring::default());
    assert!(score_db - Scoring::default().prior_db <= 8.0, "{score_db}");
    assert!((score_db - -14.5).abs() < 1e-9, "{score_db}");
    assert_eq!(next_step, NextStep::None);
}

#[test]
fn every_weak_rule_that_ships_fired_at_once_asks_for_nothing() {
    let ruleset = Ruleset::shipped().unwrap();
    let weak = (ruleset.rules().iter()).filter(|rule| rule.strength == Strength::Weak);
    let mut findings: Vec<_> = weak.map(|rule| finding(&rule.id, rule.weight_db)).collect();
    assert!(findings.len() >= 5);
    let (score_db, next_step) = score::weigh(&mut findings, &Scoring::default());
    assert!(score_db <= Scoring::default().prior_db + 8.0 + 1e-9);
    assert_eq!(next_step, NextStep::None);
}

/// Mailboxes as people make them of their names, and some that have nothing of it.
const MAILBOXES: &[&str] = &[
    "{g}.{f}",
    "{f}{g}",
    "{i}{f}",
    "{f}.{i}",
    "{g}_{f}1990",
    "{f}0412",
    "{g}+jobs",
    "{f}dev88",
    "dev.{f}88",
    "{i}{f}dev88",
    "{g}{f}code77",
    "crypto{g}99",
    "{i}{f}.winterbourne",
    "{g}{f}.winterbourne",
    "{f}{i}_quill",
    "winterbourne.{f}",
    "harold.winterbourne",
    "blockdev42",
    "jobs.inbox",
    "x",
];

/// A record whose every mention of the name is this one.
pub fn record(alias: &Alias, mailbox: &str) -> Application {
    let (given, family) = (alias.given, alias.family);
    let local = mailbox
        .replace("{g}", given)
        .replace("{f}", family)
        .replace("{i}", &given[..1]);
    let email = format!("{local}@example.com");
    let link = format!("https://www.linkedin.com/in/{given}-{family}");
    let written = alias.written;
    let resume = format!(
        "{written}\n{email} | (212) 736-5000 | {link}\n\nEXPERIENCE\nEngineer, Brightwater Logistics, New York, NY\n\
         2016-07 - 2020-02\n- Kept the ledger of parcels tidy while the number of parcels went up every month\n\n\
         EDUCATION\nUniversity of Texas at Austin, Bachelor, Computer Science, 2014-02 - 2016-05\n"
    );
    serde_json::from_value(json!({
        "external_id": "1", "source": "api", "name": written, "emails": [email], "links": [link],
        "phones": ["+1 (512) 911-5000"],
        "address": {"city": "New York", "region": "NY", "postal_code": "10118", "country": "US"},
        "education": [{"institution": "University of Texas at Austin", "study_type": "Bachelor",
            "area": "Computer Science", "start_date": "2014-02", "end_date": "2016-05"}],
        "work": [{"name": "Brightwater Logistics", "position": "Engineer", "start_date": "2016-07",
            "end_date": "2020-02", "location": "New York, NY"}],
        "resume_text": resume,
        "resume_file": {"name": "resume.pdf", "author": written},
    }))
    .unwrap()
}

#[test]
fn another_name_everywhere_leaves_score_and_findings_equal() {
    let ruleset = Ruleset::shipped().unwrap();
    let mut wrong = Vec::new();
    for mailbox in MAILBOXES {
        let pattern = judge(&ruleset, &record(&LATIN[0], mailbox), &[]);
        assert!(
            fired(&pattern).contains("edu.calendar_mismatch"),
            "there is something to keep equal: {:?}",
            fired(&pattern)
        );
        for alias in LATIN.iter().chain(OTHER_SCRIPTS) {
            let judgement = judge(&ruleset, &record(alias, mailbox), &[]);
            // A mailbox of other names cannot be compared with a name of another script.
            let comparable = LATIN.contains(alias) || *mailbox != "harold.winterbourne";
            let (new, old) = (fired(&judgement), fired(&pattern));
            let same = new == old && judgement.next_step == pattern.next_step;
            if comparable && !same || !new.is_subset(&old) {
                wrong.push(format!(
                    "{mailbox} of {}: {new:?}, not {old:?}",
                    alias.written
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The same application under another name: in the form, the résumé, mailboxes, links and file.
/// `None` where the record holds the other name already, as a referee's, and where a mailbox is
/// spelt with look-alike letters.
fn renamed(application: &Application, alias: &Alias) -> Option<Application> {
    let record = ascii(&serde_json::to_string(application).unwrap());
    let mailbox = application.emails.first().map_or("", String::as_str);
    if record.contains(alias.family) && alias.family.len() > 2 || !mailbox.is_ascii() {
        return None;
    }
    let old = application.name.clone()?;
    let letters = |c: char| !c.is_alphabetic();
    let local = mailbox.split(['@', '+']).next().unwrap_or_default();
    let handle = local.trim_end_matches(letters).to_lowercase();
    let (first, last) = handle.split_once('.').unwrap_or((&handle, &handle));
    let letters_of_name = ascii(&old);
    let own = letters_of_name.contains(first) || letters_of_name.contains(last);
    let spell = |text: &str| {
        let mut text = text.to_owned();
        for sign in [".", "-"].into_iter().filter(|_| own && first != last) {
            let was = format!("{first}{sign}{last}");
            let is = format!("{}{sign}{}", alias.given, alias.family);
            text = text.replace(&was, &is);
            text = text.replace(&was.to_uppercase(), &is.to_uppercase());
        }
        text
    };
    let mut new = application.clone();
    for text in new.emails.iter_mut().chain(&mut new.links) {
        *text = spell(text);
    }
    new.name = Some(alias.written.into());
    new.resume_text = application.resume_text.as_ref().map(|text| {
        let (heading, rest) = text.split_once('\n').unwrap_or((text, ""));
        let words = |text: &str| {
            let mut words: Vec<_> = text.split(letters).map(ascii).collect();
            words.sort_unstable();
            words.concat()
        };
        let heading = if words(heading) == words(&old) {
            alias.written.into()
        } else {
            heading.replace(&old, alias.written)
        };
        format!("{heading}\n{}", spell(&rest.replace(&old, alias.written)))
    });
    if let Some(file) = &mut new.resume_file {
        file.name = file.name.replace(&old, alias.written);
    }
    Some(new)
}

#[test]
fn invented_applicants_under_any_name_are_judged_as_before() {
    let ruleset = Ruleset::shipped().unwrap();
    let all = telltale::demo::applications(now());
    let wrong: Vec<String> = all
        .par_iter()
        .enumerate()
        .flat_map_iter(|(n, application)| {
            let pattern = judge(&ruleset, application, &[]);
            // Each under three of the names, so that every name meets every habit.
            let aliases = (0..3).map(move |k| &LATIN[(n + k * 5) % LATIN.len()]);
            let (ruleset, old) = (&ruleset, fired(&pattern));
            aliases.filter_map(move |alias| {
                let judgement = judge(ruleset, &renamed(application, alias)?, &[]);
                let mut new = fired(&judgement);
                // Whoever else wrote the file may happen to have a name like the new one.
                if old.contains("text.file_meta") {
                    new.insert("text.file_meta".into());
                }
                (new != old).then(|| {
                    let (id, name) = (&application.external_id, &application.name);
                    format!("{id} {name:?} as {}: {new:?}, not {old:?}", alias.written)
                })
            })
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
