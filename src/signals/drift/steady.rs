//! A record that came the same way stage after stage.

use super::super::{Kind, Shape, Signal, Subject, Value};
use super::{CONTACTS, EDUCATION, EMPLOYMENT};
use crate::candidate::Candidate;

/// At how many stages nothing was rewritten.
pub(in super::super) const STEADY: Signal = Signal {
    name: "record.steady",
    about: "At how many stages the record came with the same studies, jobs and contacts; 0 where any were rewritten",
    shape: Shape::One(Kind::Number),
    needs: &[],
    read: steady,
};

fn steady(subject: &Subject) -> Option<Value> {
    let (first, later) = subject.earlier.split_first()?;
    let mut stages = vec![first.stage];
    let mut compared = false;
    for version in later.iter().chain([subject.candidate]) {
        match same(first, version, subject) {
            Some(false) => return Some(Value::count(0)),
            Some(true) => {
                compared = true;
                if !stages.contains(&version.stage) {
                    stages.push(version.stage);
                }
            }
            None => {}
        }
    }
    compared.then(|| Value::count(stages.len()))
}

/// Whether a version says what the first one did; `None` where it says too little: no contacts, or
/// neither studies nor jobs.
fn same(first: &Candidate, version: &Candidate, subject: &Subject) -> Option<bool> {
    let pair = Subject {
        candidate: version,
        earlier: std::slice::from_ref(first),
        ..Subject::alone(version, subject.reference, subject.now)
    };
    let kept = |signal: &Signal| match (signal.read)(&pair)? {
        Value::Rows(rewritten) => Some(rewritten.is_empty()),
        _ => None,
    };
    let (contacts, studies, jobs) = (kept(&CONTACTS), kept(&EDUCATION), kept(&EMPLOYMENT));
    if [contacts, studies, jobs].contains(&Some(false)) {
        return Some(false);
    }
    contacts?;
    studies.or(jobs)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::{self, Application, Stage};
    use crate::normalise::{self, Settings};
    use crate::signals::testing::subject;

    fn version(stage: Stage, phone: &str, employer: &str, school: &str) -> Candidate {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let application = Application {
            stage,
            phones: given(phone).into_iter().collect(),
            work: given(employer)
                .map(|name| application::Work {
                    name: Some(name),
                    start_date: Some("2018-01".into()),
                    ..application::Work::default()
                })
                .into_iter()
                .collect(),
            education: given(school)
                .map(|institution| application::Education {
                    institution: Some(institution),
                    start_date: Some("2012-08".into()),
                    ..application::Education::default()
                })
                .into_iter()
                .collect(),
            ..Application::default()
        };
        normalise::candidate(&application, &Settings::default())
    }

    #[test]
    fn stages_are_counted_while_nothing_is_rewritten() {
        use Stage::{Applied, Interview, Offer};
        const PHONE: &str = "(212) 736-5000";
        let whole = |stage| version(stage, PHONE, "Brightwater", "Northmoor College");
        for (name, versions, steady) in [
            ("one version", vec![whole(Applied)], None),
            (
                "three stages",
                vec![whole(Applied), whole(Interview), whole(Offer)],
                Some(3.0),
            ),
            (
                "a stage twice is one stage",
                vec![whole(Applied), whole(Applied), whole(Interview)],
                Some(2.0),
            ),
            (
                "another phone",
                vec![
                    whole(Applied),
                    version(
                        Interview,
                        "(415) 736-5000",
                        "Brightwater",
                        "Northmoor College",
                    ),
                    whole(Offer),
                ],
                Some(0.0),
            ),
            (
                "another school in the same years",
                vec![
                    whole(Applied),
                    version(Interview, PHONE, "Brightwater", "Eastfold University"),
                ],
                Some(0.0),
            ),
            (
                "a version that says little is passed over",
                vec![
                    whole(Applied),
                    version(Interview, PHONE, "", ""),
                    whole(Offer),
                ],
                Some(2.0),
            ),
            (
                "jobs alone suffice",
                vec![whole(Applied), version(Interview, PHONE, "Brightwater", "")],
                Some(2.0),
            ),
            (
                "contacts alone do not",
                vec![
                    version(Applied, PHONE, "", ""),
                    version(Interview, PHONE, "", ""),
                    version(Offer, PHONE, "", ""),
                ],
                None,
            ),
        ] {
            let (now, earlier) = versions.split_last().unwrap();
            let read = (STEADY.read)(&subject(now, earlier));
            assert_eq!(read, steady.map(Value::Number), "{name}");
        }
    }
}
