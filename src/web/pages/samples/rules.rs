//! Invented rules, how they do, and what changing one would do.

use super::super::rule::{self, Change, HistoryPage, LatestHit, Version};
use super::super::rules::{Asked, Totals};
use super::super::trial::{BacktestPage, Trial, Tried, TryPage};
use super::super::{RulePage, RuleRow, RulesPage};
use super::hostile;
use crate::application::Stage;
use crate::backtest;
use crate::candidate::CandidateId;
use crate::hits::Hit;
use crate::rules::testing::Outcome as Played;
use crate::rules::{Fault, NextStep, Status, Strength};

pub fn rules() -> RulesPage {
    let rule =
        |id: &str, title: &str, strength, weight_db, status, review: Option<(&str, bool)>| {
            RuleRow {
                id: id.to_owned(),
                title: title.to_owned(),
                strength,
                weight_db,
                status,
                written: Status::Active,
                waiting: (id == "email.name_conflict").then_some("shadow"),
                stages: Stage::ALL[..4].to_vec(),
                tests: 4,
                review_by: review.map(|(day, _)| day.parse().unwrap()),
                overdue: review.is_some_and(|(_, overdue)| overdue),
                sleeps: (id == "phone.npa_unassigned")
                    .then(|| "ipeds-hd is not imported; dapip of 2024-01-01 is too old".to_owned()),
                hit: if status == Status::Off {
                    Hit::default()
                } else {
                    hit()
                },
            }
        };
    RulesPage {
        rules: vec![
            rule(
                "email.mmdd",
                "Mailbox ends in a day of the year",
                Strength::Weak,
                0.0,
                Status::Off,
                None,
            ),
            rule(
                "phone.plus1_format",
                "US number written with +1",
                Strength::Weak,
                1.0,
                Status::Shadow,
                Some(("2026-05-01", true)),
            ),
            rule(
                "phone.nanp_invalid",
                "Phone number that the numbering plan rules out",
                Strength::Moderate,
                5.0,
                Status::Active,
                None,
            ),
            rule(
                "phone.npa_unassigned",
                "Area code that is not in service",
                Strength::Moderate,
                4.0,
                Status::Active,
                Some(("2027-05-01", false)),
            ),
        ],
        totals: Totals {
            active: 2,
            shadow: 1,
            off: 1,
            overdue: 1,
            asleep: 1,
            waiting: 1,
        },
        groups: vec!["email".to_owned(), "phone".to_owned()],
        asked: Asked::default(),
        counted_at: Some("2026-06-01T12:00:00Z".parse().unwrap()),
        candidates: 4_000,
        digest: "sha256:3f0c7b5a9d1e4c2f8a6b0d9e7c5f3a1b2d4e6f8091a3b5c7d9e1f30517293b4d"
            .to_owned(),
        origin: "built in".to_owned(),
        refused: Vec::new(),
    }
}

fn hit() -> Hit {
    Hit {
        all: 120,
        last_30: 12,
        last_90: 40,
        on_trial: 20,
        months: [((2026, 1), 30), ((2026, 4), 90)].into(),
        decided: 7,
        confirmed: 3,
    }
}

pub fn refused() -> Fault {
    Fault {
        file: "rules/phone.plus1_format.toml".to_owned(),
        line: Some(7),
        reason: "there is no signal named \"phone\"; did you mean \"phones\"?".to_owned(),
    }
}

pub fn rule() -> RulePage {
    let at = "2026-06-01T12:00:00Z".parse().unwrap();
    RulePage {
        rule: rules().rules.swap_remove(1),
        for_each: Some("phones".to_owned()),
        when: "it.in_resume_text && it.country == 'US' && it.raw.matches('^\\\\+1')".to_owned(),
        message: "The résumé writes the US number {it.raw} in international form.".to_owned(),
        innocent: vec!["Phones, LinkedIn and most hiring systems write +1 by themselves.".to_owned(), "Canadian numbers.".to_owned()],
        ask: "Where did you get this number?".to_owned(),
        sources: vec!["Amazon CSO S. Schmidt, December 2025".to_owned()],
        file: "id = \"phone.plus1_format\"\ntitle = \"US number written with +1\"\nstrength = \"weak\"            # weak | moderate | strong\nweight_db = 1.0\nstages = [\"applied\", \"interview\", \"offer\", \"onboarding\"]\nstatus = \"shadow\"\nfor_each = \"phones\"\nwhen = \"it.in_resume_text && it.country == 'US' && it.raw.matches('^\\\\\\\\+1')\"\n\n[[tests]]\nname = \"fires on +1 in the résumé\"\nfires = true\n".to_owned(),
        refused: Some(refused()),
        tests: vec![
            Played {
                rule: "phone.plus1_format".to_owned(),
                name: "fires on +1 in the résumé".to_owned(),
                line: 10,
                failure: None,
            },
            Played {
                rule: "phone.plus1_format".to_owned(),
                name: "stays quiet without".to_owned(),
                line: 15,
                failure: Some("fired: Seen.".to_owned()),
            },
        ],
        counted: Some((at, 4_000)),
        months: rule::months(&hit().months, jiff::civil::date(2026, 6, 1)),
        latest: vec![LatestHit {
            id: CandidateId("c-1".to_owned()),
            external_id: hostile(),
            source: hostile(),
            next_step: Some(NextStep::Ask),
            at,
        }],
        in_force: Some(change(Some("approved"))),
        waiting: Some(change(None)),
        own: true,
        history: vec![change(None), change(Some("approved"))],
        done: Some("It is proposed."),
        wrong: Some(("reason".to_owned(), "The reason is missing.".to_owned())),
        typed: ("off".to_owned(), String::new()),
        stray: Some("It finds too many.".to_owned()),
    }
}

fn change(answer: Option<&str>) -> Change {
    let at = "2026-06-01T12:00:00Z".parse().unwrap();
    Change {
        id: "p-1".to_owned(),
        from: "active".to_owned(),
        to: "shadow".to_owned(),
        to_word: "shadow".to_owned(),
        file: "off".to_owned(),
        reason: hostile(),
        by: hostile(),
        at,
        answer: answer.map(|answer| (answer.to_owned(), hostile(), at)),
        note: hostile(),
        alone: true,
    }
}

fn trial() -> Trial {
    let mut outcome = backtest::Outcome {
        screenings: 1_200,
        scores: 40,
        cut: true,
        span: Some((
            "2026-01-02T00:00:00Z".parse().unwrap(),
            "2026-06-01T12:00:00Z".parse().unwrap(),
        )),
        ..backtest::Outcome::default()
    };
    outcome.steps[0] = [1_100, 2, 0, 0];
    outcome.steps[2] = [0, 1, 97, 0];
    let effect = backtest::Effect {
        after: 40,
        gained: 40,
        trial_before: 40,
        ..backtest::Effect::default()
    };
    outcome.effects.insert("phone.plus1_format".into(), effect);
    outcome.moves = vec![backtest::Move {
        candidate_id: CandidateId("c-1".to_owned()),
        external_id: hostile(),
        source: hostile(),
        stage: "applied".to_owned(),
        before: NextStep::None,
        after: NextStep::Ask,
        before_db: -10.5,
        after_db: -9.5,
        gained: vec!["phone.plus1_format".into()],
        lost: vec!["x.phone".into()],
    }];
    Trial {
        rule: "phone.plus1_format".to_owned(),
        outcome,
        names: true,
    }
}

pub fn backtest() -> BacktestPage {
    BacktestPage {
        id: "phone.plus1_format".to_owned(),
        title: "US number written with +1".to_owned(),
        status: Status::Shadow,
        to: Status::Active,
        since: Some(jiff::civil::date(2026, 1, 1)),
        trial: trial(),
    }
}

pub fn rule_history() -> HistoryPage {
    let version = |changed: Option<&str>| Version {
        since: "2026-06-01T12:00:00Z".parse().unwrap(),
        digest: rules().digest,
        changed: changed.map(str::to_owned),
    };
    HistoryPage {
        id: "phone.plus1_format".to_owned(),
        title: "US number written with +1".to_owned(),
        versions: vec![
            version(Some("-weight_db = 1.0\n+weight_db = 2.0 # <b>\n")),
            version(None),
        ],
    }
}

pub fn tried() -> TryPage {
    let rule = rule();
    TryPage {
        id: rule.rule.id,
        title: rule.rule.title,
        text: rule.file,
        faults: vec![refused()],
        tried: Some(Tried {
            status: Status::Active,
            tests: rule.tests,
            trial: trial(),
            switched: true,
        }),
    }
}
