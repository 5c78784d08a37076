//! Invented data for the tests of the pages.

mod candidates;
mod connections;
mod education;
pub mod intake;
mod lists;
mod privacy;
mod reference;
mod rings;
mod rules;
mod texts;
pub mod workers;

use std::sync::Arc;

use super::candidate::Draft;
use super::candidate::claims::Claims;
use super::*;
use crate::application::{self, ResumeFile, Stage, Submission};
use crate::candidate::{
    Address, Candidate, CandidateId, Education, Email, Link, PartialDate, Phone, Referee, Seen,
    Work,
};
use crate::check::{Check, Claim, Kind as CheckKind, Outcome};
use crate::decision::{Decision, Outcome as Decided, State};
use crate::explain::counterfactual;
use crate::normalise::education::Level;
use crate::normalise::phone::Nanp;
use crate::rules::score::Scoring;
use crate::rules::{Blind, Effort, Evidence, Finding, Judgement, NextStep, Strength};

pub use candidates::{hostile_versions, versions, versions_alone};
pub use connections::{
    choose, connection, connections, deliveries, delivery, endpoint, hostile_connection,
    hostile_deliveries, hostile_delivery, hostile_endpoint, made_connection, new_connection,
    new_endpoint,
};
pub use education::{TODAY, education, hostile_education, saw, studied};
pub use lists::lists;
pub use privacy::{erase, hostile_erase, hostile_privacy, privacy};
pub use reference::{reference, reference_empty};
pub use rings::{gone_ring, hostile_ring, ring, rings};
pub use rules::{backtest, refused, rule, rule_history, rules, tried};
pub use texts::{hostile_texts, texts, texts_finding, texts_seen};
pub use workers::{
    hostile_onboarding, hostile_unbound, hostile_worker, hostile_workers, new_onboarding,
    new_worker, unbound, worker, workers,
};

/// A name that tries everything.
pub fn hostile() -> String {
    format!(
        "<script>alert(1)</script>\"'>\u{202E}gnp.exe\u{200B}{{{{ 7*7 }}}}a{}",
        "\u{301}".repeat(30)
    ) + &"W".repeat(500)
}

fn at(time: &str) -> jiff::Timestamp {
    time.parse().unwrap()
}

fn finding(
    rule: &str,
    strength: Strength,
    (weight_db, counted_db): (f64, f64),
    title: &str,
    message: &str,
    evidence: &[(&str, &str)],
) -> Finding {
    Finding {
        rule: rule.into(),
        group: rule.split('.').next().unwrap().into(),
        strength,
        weight_db,
        counted_db,
        counted_in: None,
        explained: None,
        replaces: [].into(),
        title: title.into(),
        message: message.to_owned(),
        evidence: evidence
            .iter()
            .map(|(field, value)| Evidence {
                field: (*field).to_owned(),
                value: (*value).to_owned(),
            })
            .collect(),
        related: Vec::new(),
        innocent: [
            "A recycled number.".to_owned(),
            "Couples and families share a line.".to_owned(),
        ]
        .into(),
        ask: "Since when have you used this number, and does anybody else use it?".into(),
        effort: Effort::Answer,
        values: Vec::new(),
    }
}

pub fn judgement() -> Judgement {
    let mut phone = finding(
        "x.phone",
        Strength::Strong,
        (12.0, 12.0),
        "Phone number used by another applicant",
        "The number (212) 736-5000 also stands in the application of a person with a different name, received 12 days earlier.",
        &[("phones[0]", "(212) 736-5000")],
    );
    phone.related = vec![CandidateId(
        "019a1b2c-0000-7000-8000-000000000002".to_owned(),
    )];
    let mut mail = finding(
        "email.name_conflict",
        Strength::Moderate,
        (5.0, 5.0),
        "Mailbox names another person",
        "The mailbox \"carla.jensen\" is made of two names; the application gives \"Rosa Delgado\".",
        &[("emails[1]", "carla.jensen@example.com")],
    );
    mail.ask = "Whose name is in the address carla.jensen@example.com?".into();
    mail.innocent = [
        "Marriage, a former or chosen name.".to_owned(),
        "A mailbox shared at home.".to_owned(),
    ]
    .into();
    let mut dates = finding(
        "edu.calendar_mismatch",
        Strength::Weak,
        (2.0, 2.0),
        "Study ends outside the school's terms",
        "The résumé says the study ended in 2016-12; the school's terms end in May and August.",
        &[
            (
                "education[0]",
                "B.S. Nursing, Invented State University, 2012-09 to 2016-12",
            ),
            ("resume_text", "B.S. Nursing, Invented State University"),
        ],
    );
    dates.values = vec![crate::rules::Seen {
        name: "it.end_in_terms".into(),
        value: false.into(),
    }];
    dates.ask = "When was your last class, and when was the degree conferred?".into();
    dates.effort = Effort::Document;
    let special = finding(
        "phone.special_npa",
        Strength::Moderate,
        (4.0, 2.0),
        "Number that belongs to no place",
        "The number (800) 736-5001 is a toll-free line.",
        &[("phones[1]", "(800) 736-5001")],
    );
    let trial = finding(
        "phone.plus1_format",
        Strength::Weak,
        (1.0, 0.0),
        "US number written with +1",
        "The résumé writes the US number +1 212 736 5000 in international form.",
        &[("resume_text", "+1 212 736 5000")],
    );
    Judgement {
        next_step: NextStep::Verify,
        score_db: 1.0,
        prior_db: -20.0,
        findings: vec![phone, mail, dates, special],
        shadow: vec![trial],
        found_nothing: ["drift.name", "edu.duration", "text.other_person"]
            .map(Arc::from)
            .to_vec(),
        could_not_look: vec![
            Blind {
                rule: "app.tz_conflict".into(),
                missing: vec!["submission.time_zone".into()],
            },
            Blind {
                rule: "emp.reference_channel".into(),
                missing: vec!["references".into(), "it.company".into()],
            },
            Blind {
                rule: "edu.institution_unknown".into(),
                missing: vec!["education.names".into()],
            },
        ],
    }
}

#[expect(clippy::too_many_lines, reason = "one record, field by field")]
pub fn normal_form() -> Candidate {
    let form = Seen::FORM;
    let both = Seen {
        in_resume_text: true,
        ..form
    };
    let date = |year, month| {
        Some(PartialDate {
            year,
            month,
            day: None,
        })
    };
    let email = |field: &str, raw: &str| Email {
        field: field.to_owned(),
        raw: raw.to_owned(),
        seen: form,
        canonical: Some(raw.to_owned()),
        ..Email::default()
    };
    let phone = |field: &str, raw: &str, e164: &str, npa, states, special| Phone {
        field: field.to_owned(),
        raw: raw.to_owned(),
        seen: both,
        e164: Some(e164.to_owned()),
        country: Some("US"),
        nanp: Some(Nanp {
            npa,
            nxx: 736,
            line: 5000,
            fault: None,
            assigned: Some(true),
            special,
            states,
            zones: &[],
        }),
        valid: Some(true),
    };
    Candidate {
        name: crate::normalise::name::read("Rosa Delgado"),
        emails: vec![
            email("emails[0]", "rosa.delgado@example.org"),
            Email { free: true, ..email("emails[1]", "carla.jensen@example.com") },
        ],
        phones: vec![
            phone("phones[0]", "(212) 736-5000", "+12127365000", 212, &["NY"], false),
            phone("phones[1]", "(800) 736-5001", "+18007365001", 800, &[], true),
        ],
        links: vec![Link {
            field: "links[0]".to_owned(),
            raw: "https://www.linkedin.com/in/rosa-delgado-invented?trk=public_profile".to_owned(),
            seen: form,
            canonical: Some("linkedin.com/in/rosa-delgado-invented".to_owned()),
            profile: true,
        }],
        address: Some(Address {
            raw: application::Address {
                line1: Some("350 Example Ave".to_owned()),
                line2: Some(String::new()),
                city: Some("New York".to_owned()),
                region: Some("NY".to_owned()),
                ..application::Address::default()
            },
            country: Some("US"),
            region: Some("NY".to_owned()),
            unit_key: Some("key".to_owned()),
        }),
        education: vec![Education {
            field: "education[0]".to_owned(),
            raw: "B.S. Nursing, Invented State University, 2012-09 to 2016-12".to_owned(),
            seen: form,
            level: Some(Level::Bachelor),
            start: date(2012, Some(9)),
            end: date(2016, Some(12)),
            ..Education::default()
        }],
        work: vec![Work {
            field: "work[0]".to_owned(),
            raw: "Engineer, Example Systems".to_owned(),
            seen: both,
            start: date(2019, None),
            current: true,
            full_time: true,
            ..Work::default()
        }],
        references: vec![Referee {
            field: "references[0]".to_owned(),
            name: Some("Ned Okafor".to_owned()),
            company: Some("Example Systems".to_owned()),
            phone: None,
            email: Some(email("references[0].email", "ned@example.net")),
        }],
        resume_file: Some(ResumeFile {
            name: "delgado_resume_final_v3.pdf".to_owned(),
            author: Some("Rosa Delgado".to_owned()),
            ..ResumeFile::default()
        }),
        submission: Some(Submission {
            ip: Some("203.0.113.9".to_owned()),
            user_agent: Some("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36".to_owned()),
            submitted_at: Some(at("2026-03-02T14:05:00Z")),
            ..Submission::default()
        }),
        ..Candidate::default()
    }
}

pub const RESUME: &str = "Rosa Delgado\nNew York, NY | +1 212 736 5000 | (212)  736-5000 | rosa.delgado@example.org\n\nSUMMARY\nEngineer with eight years of building billing and ledger systems in small teams. Wrote the reconciliation service that closes the books of three regional clinics every night, and taught two teams to keep it running.\n\nEXPERIENCE\nExample Systems, Senior Engineer, 2019 to now, remote\n- Moved the ledger from nightly batches to a stream; month-end closing went from two days to forty minutes.\n- Wrote the tool that compares invoices with delivery notes and finds the one that is missing.\nPlaceholder Labs, Engineer, 2016-07 to 2019-02\n- Kept the scheduling service of twelve hospitals up through two data-centre moves.\n- On call one week in four; cut the number of pages by half.\n\nEDUCATION\nB.S. Nursing,\n  Invented State University, 2012-09 to 2016-12\n\nREFERENCES\nNed Okafor, Example Systems, ned@example.net\nOther mail: carla.jensen@example.com\n";

pub fn candidate() -> CandidatePage {
    let judgement = judgement();
    CandidatePage {
        id: CandidateId("019a1b2c-0000-7000-8000-000000000001".to_owned()),
        external_id: "A-1001".to_owned(),
        source: "greenhouse".to_owned(),
        agency: Some("Sample Staffing".to_owned()),
        name: Some("Rosa Delgado".to_owned()),
        stage: Stage::Interview,
        version: 2,
        applied_at: Some(at("2026-03-02T14:05:00Z")),
        screened_at: at("2026-03-04T09:30:10Z"),
        ruleset: "sha256:3f0c7b5a9d1e4c2f8a6b0d9e7c5f3a1b2d4e6f8091a3b5c7d9e1f30517293b4d"
            .to_owned(),
        counterfactual: counterfactual::of(&judgement.findings, &Scoring::default()),
        judgement,
        scoring: Scoring::default(),
        assignment: crate::queue::assign::Assignment::default(),
        ring: None,
        worker: Some("w-17".to_owned()),
        related: vec![Related {
            id: CandidateId("019a1b2c-0000-7000-8000-000000000002".to_owned()),
            external_id: "A-0954".to_owned(),
            source: "greenhouse".to_owned(),
            name: Some("Tom Whitfield".to_owned()),
        }],
        education: education(),
        texts: texts(),
        unloaded: vec!["education.names"],
        contact: claims(record::CONTACTS),
        employment: claims(record::WORK),
        at_work: Some(candidates::at_work()),
        record: record::sections(&studied())
            .into_iter()
            .filter(|section| ![record::CONTACTS, record::WORK].contains(&section.title))
            .collect(),
        resume_text: Some(RESUME.to_owned()),
        before: Vec::new(),
        history: history(),
        deciding: deciding(),
        privacy: super::privacy::Standing::default(),
        stages: candidates::stages(),
        opened: candidates::opened(),
        comments: candidates::comments(),
        reader: "user-1".to_owned(),
        draft: Draft::default(),
        done: None,
    }
}

/// Somebody who may do everything, in the middle of it.
fn deciding() -> decide::Deciding {
    let decision = |outcome, state| Decision {
        id: "decision".to_owned(),
        screening_id: "screening".to_owned(),
        outcome,
        reason: "She kept her brother’s number when he moved.".to_owned(),
        by: "Dana Reed".to_owned(),
        at: at("2026-03-05T10:00:00Z"),
        rule: None,
        state,
        signature: None,
        procedure: None,
        user_id: None,
        key_maker: None,
    };
    decide::Deciding {
        screening_id: "screening".to_owned(),
        case: Some(decide::Case {
            opened_at: at("2026-03-02T14:05:00Z"),
            due_at: at("2026-03-07T14:05:00Z"),
            overdue: true,
            contest: Some(crate::store::contests::Contest {
                id: "contest".to_owned(),
                decision_id: "decision".to_owned(),
                said: "That number was never mine.".to_owned(),
                channel: "email".to_owned(),
                said_on: "2026-03-06".to_owned(),
                by_whom: "Dana Reed".to_owned(),
                user_id: "u".to_owned(),
                at: crate::db::Millis(0),
            }),
        }),
        outcomes: Decided::ALL.to_vec(),
        note_min: 10,
        second_person: true,
        stands: Some(decision(Decided::Explained, State::Signed)),
        pending: vec![(decision(Decided::Confirmed, State::Proposed), true)],
        today: Some("2026-03-07".to_owned()),
        done: "explained".to_owned(),
        before_db: Some(13.0),
        tried: Some(decide::Tried {
            form: "explain x.phone".to_owned(),
            wrong: "The reason says too little.".to_owned(),
            text: "ok".to_owned(),
            ..decide::Tried::default()
        }),
        ..decide::Deciding::default()
    }
}

fn claims(title: &str) -> Claims {
    let sections = record::sections(&studied());
    let section = sections.iter().filter(|section| section.title == title);
    Claims::of(section, &judgement().findings, &history().checks())
}

fn check(kind: CheckKind, result: Outcome, about: &str, note: Option<&str>) -> Check {
    Check {
        id: format!("check-{about}"),
        version: 1,
        kind,
        result,
        about: Some(about.to_owned()),
        claim: Claim::of(kind, Some(about), &normal_form()),
        by: "Dana Reed, people team".to_owned(),
        note: note.map(str::to_owned),
        at: at("2026-03-03T15:00:00Z"),
        recorded_at: at("2026-03-03T15:10:00Z"),
    }
}

fn history() -> History {
    let moment = |time: &str, what| Moment { at: at(time), what };
    let past = |time: &str, version, next_step, score_db, is_shown| {
        What::Screened(Past {
            screened_at: at(time),
            version,
            stage: Stage::Applied,
            next_step,
            score_db,
            ruleset: "sha256:3f0c7b5a".to_owned(),
            is_shown,
        })
    };
    let checked =
        |kind, result, about, note| What::Checked(Box::new(check(kind, result, about, note)));
    let told = |kind: &str| What::Told(kind.to_owned());
    let (first, then) = ("2026-03-02T14:05:02Z", "2026-03-04T09:30:10Z");
    let moments = vec![
        moment("2026-03-02T14:05:00Z", told("application_created")),
        moment("2026-03-02T14:05:01Z", What::Received(1)),
        moment(first, past(first, 1, NextStep::Ask, -8.0, false)),
        moment("2026-03-04T09:30:09Z", told("stage_changed")),
        moment("2026-03-04T09:30:09Z", What::Received(2)),
        moment(then, past(then, 2, NextStep::Verify, 1.0, true)),
        moment(
            "2026-03-03T15:00:00Z",
            checked(CheckKind::Employer, Outcome::NoAnswer, "work[0]", None),
        ),
        moment(
            "2026-03-03T15:00:00Z",
            checked(
                CheckKind::Registrar,
                Outcome::Confirmed,
                "education[0]",
                Some("By phone.\nThe degree was awarded in December."),
            ),
        ),
        moment(
            "2026-03-05T10:00:00Z",
            What::Decided(Box::new(Decision {
                id: "decision".to_owned(),
                screening_id: "screening".to_owned(),
                outcome: Decided::Explained,
                reason: "She kept her brother’s number when he moved.".to_owned(),
                by: "Dana Reed".to_owned(),
                at: at("2026-03-05T10:00:00Z"),
                rule: None,
                state: State::Signed,
                signature: None,
                procedure: None,
                user_id: None,
                key_maker: None,
            })),
        ),
        moment("2026-03-06T10:00:00Z", told("rejected")),
        moment("2026-03-06T11:00:00Z", told("candidate_merged")),
    ];
    let merged_into = Merged {
        external_id: "A-0954".to_owned(),
        id: Some(CandidateId(
            "019a1b2c-0000-7000-8000-000000000002".to_owned(),
        )),
    };
    History::of(moments, Some(merged_into))
}

/// Nothing found, and hardly anything known.
pub fn quiet_candidate() -> CandidatePage {
    let mut page = candidate();
    page.judgement = Judgement {
        next_step: NextStep::None,
        score_db: -20.0,
        findings: Vec::new(),
        shadow: Vec::new(),
        ..page.judgement
    };
    page.counterfactual = counterfactual::Counterfactual::default();
    page.resume_text = None;
    page.texts = super::texts::Panel::default();
    page.agency = None;
    page.worker = None;
    page.education = Panel::of(&studied(), &saw(), &[], TODAY);
    page.contact = super::candidate::claims::Claims::default();
    page.employment = super::candidate::claims::Claims::default();
    let moments = page
        .history
        .moments
        .split_off(page.history.moments.len() - 3);
    page.history = History::of(moments, None);
    page
}

/// Everything a stranger can write is hostile.
pub fn hostile_candidate() -> CandidatePage {
    let mut page = candidate();
    let hostile = hostile();
    page.name = Some(hostile.clone());
    page.external_id.clone_from(&hostile);
    page.source.clone_from(&hostile);
    page.agency = Some(hostile.clone());
    page.worker = Some(hostile.clone());
    page.privacy = privacy::standing(&hostile);
    for finding in &mut page.judgement.findings {
        finding.message.clone_from(&hostile);
        for evidence in &mut finding.evidence {
            evidence.field.clone_from(&hostile);
            evidence.value.clone_from(&hostile);
        }
    }
    page.education = hostile_education();
    page.texts = hostile_texts();
    if let Some(tried) = &mut page.deciding.tried {
        tried.wrong.clone_from(&hostile);
    }
    for (one, _) in &mut page.deciding.pending {
        one.reason.clone_from(&hostile);
        one.by.clone_from(&hostile);
    }
    page.judgement.findings[0].explained = Some(crate::rules::Explained {
        by: hostile.clone(),
        at: at("2026-03-05T10:00:00Z"),
        reason: hostile.clone(),
    });
    for moment in &mut page.history.moments {
        match &mut moment.what {
            What::Told(word) => word.clone_from(&hostile),
            What::Checked(check) => {
                check.about = Some(hostile.clone());
                check.claim.written.clone_from(&hostile);
                check.by.clone_from(&hostile);
                check.note = Some(hostile.clone());
            }
            What::Decided(decision) => {
                decision.reason.clone_from(&hostile);
                decision.by.clone_from(&hostile);
            }
            What::TakenBack(taken) => taken.reason.clone_from(&hostile),
            What::Contested(contest) => contest.said.clone_from(&hostile),
            What::Received(_) | What::Screened(_) => {}
        }
    }
    if let Some(merged) = &mut page.history.merged_into {
        merged.external_id.clone_from(&hostile);
    }
    page.related[0].name = Some(hostile.clone());
    let claims = page
        .contact
        .claims
        .iter_mut()
        .chain(&mut page.employment.claims);
    for claim in claims {
        claim.row.written.clone_from(&hostile);
        claim.row.normal = vec![hostile.clone()];
        claim.checks = vec![hostile.clone()];
    }
    candidates::make_hostile(&mut page, &hostile);
    for row in page.record.iter_mut().flat_map(|section| &mut section.rows) {
        row.written.clone_from(&hostile);
        row.normal = vec![hostile.clone()];
    }
    page.resume_text = Some(format!("before {hostile} after\n{RESUME}"));
    page
}

fn row(
    n: u32,
    name: Option<&str>,
    next_step: NextStep,
    score_db: f64,
    titles: &[&str],
    findings: usize,
) -> QueueRow {
    QueueRow {
        id: CandidateId(format!("019a1b2c-0000-7000-8000-{n:012}")),
        external_id: format!("A-{}", 1000 + n),
        source: if n.is_multiple_of(2) {
            "greenhouse"
        } else {
            "lever"
        }
        .to_owned(),
        name: name.map(str::to_owned),
        stage: Stage::ALL[n as usize % 4],
        next_step,
        score_db,
        titles: titles.iter().map(|&title| Arc::from(title)).collect(),
        findings,
        applied_at: (!n.is_multiple_of(3)).then(|| at("2026-03-02T14:05:00Z")),
        screened_at: at("2026-03-04T09:30:10Z"),
        assigned: (n == 2).then(|| "Ada Example".to_owned()),
        decided: (n == 3).then_some(crate::decision::Outcome::Cleared),
    }
}

pub fn queue() -> QueuePage {
    QueuePage {
        filter: Filter::default(),
        counts: Counts {
            none: 214,
            ask: 31,
            verify: 9,
            escalate: 3,
        },
        any: true,
        sources: vec![
            "api".to_owned(),
            "greenhouse".to_owned(),
            "lever".to_owned(),
        ],
        rows: vec![
            row(
                1,
                Some("Tom Whitfield"),
                NextStep::Escalate,
                17.5,
                &[
                    "Phone number used by another applicant",
                    "Profile link used by another applicant",
                    "Mailbox names another person",
                ],
                6,
            ),
            row(
                2,
                Some("Rosa Delgado"),
                NextStep::Verify,
                1.0,
                &[
                    "Phone number used by another applicant",
                    "Mailbox names another person",
                ],
                4,
            ),
            row(
                3,
                None,
                NextStep::Verify,
                0.5,
                &["Text left over from another person"],
                1,
            ),
            row(
                4,
                Some("Bartholomew Featherstonehaugh-Cholmondeley the Younger"),
                NextStep::Ask,
                -3.0,
                &[
                    "Mail from a throw-away domain",
                    "Study ends outside the school's terms",
                ],
                2,
            ),
            row(
                5,
                Some("中村 あおい"),
                NextStep::Ask,
                -8.0,
                &["Contacts changed between stages"],
                1,
            ),
            row(
                6,
                Some("ليلى حداد"),
                NextStep::None,
                -18.0,
                &["Study ends outside the school's terms"],
                1,
            ),
            row(7, Some("Ada Example"), NextStep::None, -20.0, &[], 0),
        ],
        next: Some("eyJzIjoxfQ==".to_owned()),
        agencies: vec!["sample staffing".to_owned()],
        rules: vec![(
            "US number written with +1".to_owned(),
            "phone.plus1_format".to_owned(),
        )],
        people: vec![
            person("u-1", "Ada Example", true),
            person("u-2", "Bo Example", false),
        ],
        views: vec![ViewLink {
            id: "v-1".to_owned(),
            name: "Mine, open".to_owned(),
            query: "?assigned=me&decided=open".to_owned(),
            shared: true,
            owner: Some("Bo Example".to_owned()),
            removable: true,
        }],
        ..QueuePage::default()
    }
}

fn person(id: &str, name: &str, can_take: bool) -> crate::queue::assign::Assignee {
    crate::queue::assign::Assignee {
        id: id.to_owned(),
        name: name.to_owned(),
        can_take,
        works: true,
    }
}

pub fn error() -> ErrorPage {
    ErrorPage {
        status: 404,
        title: "There is no such candidate".to_owned(),
        detail: "It may have been erased, or the address is not complete.".to_owned(),
    }
}

pub fn procedure() -> ProcedurePage {
    let set = crate::decisions::procedure::Procedure {
        set: Some((at("2026-03-05T10:00:00Z"), "Dana Reed".to_owned())),
        ..crate::decisions::procedure::Procedure::default()
    };
    ProcedurePage {
        procedure: set.clone(),
        history: vec![set, crate::decisions::procedure::Procedure::default()],
        cases: (7, 2),
        done: true,
        wrong: Some("This next step would make a case of everybody.".to_owned()),
    }
}

pub fn agreement() -> AgreementPage {
    let share = crate::statistics::wilson(3, 7).unwrap();
    AgreementPage {
        found: crate::decisions::agreement::Agreement {
            cases: 3,
            table: [[1, 0, 0, 0], [0; 4], [0, 1, 1, 0], [0; 4]],
            kappa: Some(0.5),
            rules: vec![("x.phone".to_owned(), share)],
        },
    }
}
