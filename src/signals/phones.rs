//! Each phone number: how it is written, what the numbering plan says of it, and of which states.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::{Column, Kind, Row, Shape, Signal, Subject, Value, column};
use crate::candidate::{Candidate, Phone};
use crate::normalise::phone::{Nanp, areas};

pub(super) const SIGNAL: Signal = Signal {
    name: "phones",
    about: "The phone numbers of form and résumé",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 16] = [
    Column::new("raw", "the number as written", Kind::Phone),
    Column::new("e164", "the number in international form", Kind::Quote),
    Column::new(
        "country",
        "ISO 3166-1 code of the country that issued the number",
        Kind::Country,
    ),
    column::IN_FORM,
    column::IN_RESUME_TEXT,
    column::OWN,
    Column::new(
        "plan",
        "`nanp` for numbers of the North American plan",
        Kind::Text,
    ),
    Column::new(
        "fault",
        "what the plan's form rules out: npa_start, npa_reserved, npa_service, nxx_start, nxx_service or fiction",
        Kind::Text,
    ),
    Column::new("assigned", "the area code is in service", Kind::Flag),
    Column::new(
        "special",
        "the area code is toll-free, premium, personal or government",
        Kind::Flag,
    ),
    Column::new("valid", "the number can exist", Kind::Flag),
    Column::new("npa", "the area code", Kind::Quote),
    Column::new(
        "states",
        "states or provinces that the area code serves",
        Kind::Texts,
    ),
    Column::new(
        "known_states",
        "states or provinces of the address and of jobs",
        Kind::Texts,
    ),
    Column::new(
        "npa_state_conflict",
        "the area code serves none of the known states",
        Kind::Flag,
    ),
    Column::new(
        "plan_days",
        "days since the table of area codes was published",
        Kind::Number,
    ),
];

fn read(subject: &Subject) -> Option<Value> {
    let candidate = subject.candidate;
    if candidate.phones.is_empty() {
        return None;
    }
    let known = known_states(candidate);
    let days = plan_days(subject);
    let rows = candidate.phones.iter();
    Some(Value::Rows(
        rows.map(|phone| row(phone, known.as_deref(), days))
            .collect(),
    ))
}

fn row(phone: &Phone, known: Option<&[&str]>, days: f64) -> Row {
    let nanp = phone.nanp.as_ref();
    // Nobody's area code belongs to no state; a faulty number says nothing of states.
    let states = nanp.filter(|nanp| nanp.fault.is_none() && !nanp.states.is_empty());
    Row {
        field: Cow::Owned(phone.field.clone()),
        value: Cow::Owned(phone.raw.clone()),
        related: None,
        cells: vec![
            Some(Value::quote(&phone.raw)),
            phone.e164.as_deref().map(Value::quote),
            phone.country.map(Value::text),
            Some(Value::Flag(phone.seen.in_form)),
            Some(Value::Flag(phone.seen.in_resume_text)),
            Some(Value::Flag(phone.seen.own)),
            nanp.map(|_| Value::text("nanp")),
            nanp.and_then(|nanp| nanp.fault)
                .map(|fault| Value::text(fault.word())),
            nanp.and_then(|nanp| nanp.assigned).map(Value::Flag),
            nanp.map(|nanp| Value::Flag(nanp.special)),
            phone.valid.map(Value::Flag),
            nanp.map(|nanp| Value::text(format!("{:03}", nanp.npa))),
            states.map(|nanp| texts(nanp.states)),
            known.map(texts),
            states
                .zip(known)
                .map(|(nanp, known)| Value::Flag(conflict(nanp, known))),
            nanp.map(|_| Value::Number(days)),
        ],
    }
}

/// Whether none of an area code's states is among the known ones.
fn conflict(nanp: &Nanp, known: &[&str]) -> bool {
    !nanp.states.iter().any(|state| known.contains(state))
}

/// The states or provinces of address and jobs; `None` unless that of the address is known.
fn known_states(candidate: &Candidate) -> Option<Vec<&str>> {
    let address = candidate.address.as_ref()?;
    let home = address
        .region
        .as_deref()
        .filter(|_| matches!(address.country, Some("US" | "CA")))?;
    let mut known = vec![home];
    for state in candidate.work.iter().filter_map(|work| work.state) {
        if !known.contains(&state) {
            known.push(state);
        }
    }
    Some(known)
}

/// How old the table of area codes is, in days.
fn plan_days(subject: &Subject) -> f64 {
    let today = subject.now.to_zoned(TimeZone::UTC).date();
    // Both lie within 10,000 years, so that the count is always there.
    f64::from(areas::AS_OF.until(today).map_or(0, |age| age.get_days()))
}

fn texts(texts: &[&str]) -> Value {
    Value::Texts(
        texts
            .iter()
            .map(|&text| Cow::Owned(text.to_owned()))
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::{self, Application};
    use crate::normalise::{self, Settings};

    /// A cell of the only row.
    fn cell(application: &Application, name: &str) -> Option<Value> {
        cell_at(application, name, "2026-08-30T00:00:00Z")
    }

    fn cell_at(application: &Application, name: &str, now: &str) -> Option<Value> {
        let candidate = normalise::candidate(application, &Settings::default());
        let subject = Subject::alone(
            &candidate,
            crate::reference::base::shipped(),
            now.parse().expect("a time"),
        );
        let Some(Value::Rows(rows)) = read(&subject) else {
            panic!("no rows");
        };
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].cells.len(), COLUMNS.len());
        let at = COLUMNS.iter().position(|column| column.name == name);
        rows[0].cells[at.expect("a column")].clone()
    }

    fn phone_in(phone: &str, region: Option<&str>, job: Option<&str>) -> Application {
        Application {
            phones: vec![phone.to_owned()],
            address: region.map(|region| application::Address {
                region: Some(region.to_owned()),
                country: Some("US".to_owned()),
                ..application::Address::default()
            }),
            work: job
                .map(|place| application::Work {
                    name: Some("Acme".to_owned()),
                    location: Some(place.to_owned()),
                    ..application::Work::default()
                })
                .into_iter()
                .collect(),
            ..Application::default()
        }
    }

    #[test]
    fn no_phone_is_not_known_rather_than_empty() {
        let candidate = Candidate::default();
        let subject = Subject::alone(
            &candidate,
            crate::reference::base::shipped(),
            jiff::Timestamp::UNIX_EPOCH,
        );
        assert_eq!(read(&subject), None);
    }

    #[test]
    fn a_number_says_what_the_plan_says_of_it() {
        for (phone, name, value) in [
            ("+1 212-736-5000", "country", Some(Value::text("US"))),
            ("+1 212-736-5000", "plan", Some(Value::text("nanp"))),
            ("+1 212-736-5000", "npa", Some(Value::text("212"))),
            ("+1 212-736-5000", "fault", None),
            ("+1 212-736-5000", "assigned", Some(Value::Flag(true))),
            ("+1 212-736-5000", "states", Some(texts(&["NY"]))),
            ("212-555-0123", "fault", Some(Value::text("fiction"))),
            ("212-555-0123", "valid", Some(Value::Flag(false))),
            ("212-555-0123", "assigned", None),
            ("222-555-1234", "assigned", Some(Value::Flag(false))),
            ("800-736-5000", "special", Some(Value::Flag(true))),
            ("800-736-5000", "country", None),
            ("+44 20 7946 0018", "plan", None),
            ("+44 20 7946 0018", "country", Some(Value::text("GB"))),
            ("n/a", "e164", None),
            ("n/a", "valid", Some(Value::Flag(false))),
        ] {
            assert_eq!(
                cell(&phone_in(phone, None, None), name),
                value,
                "{phone} {name}"
            );
        }
    }

    #[test]
    fn an_area_code_conflicts_with_all_known_states_or_with_none() {
        for (phone, home, job, conflict) in [
            ("212-736-5000", Some("NY"), None, Some(false)),
            ("212-736-5000", Some("TX"), None, Some(true)),
            (
                "212-736-5000",
                Some("TX"),
                Some("New York, NY"),
                Some(false),
            ),
            ("212-736-5000", Some("TX"), Some("Reno, NV"), Some(true)),
            ("212-736-5000", None, Some("Reno, NV"), None),
            ("800-736-5000", Some("TX"), None, None),
            ("212-555-0123", Some("TX"), None, None),
            ("+44 20 7946 0018", Some("TX"), None, None),
        ] {
            assert_eq!(
                cell(&phone_in(phone, home, job), "npa_state_conflict"),
                conflict.map(Value::Flag),
                "{phone} {home:?} {job:?}"
            );
        }
    }

    #[test]
    fn the_table_grows_older() {
        let phone = phone_in("212-736-5000", None, None);
        for (now, days) in [
            ("2026-07-01T12:00:00Z", 0.0),
            ("2027-07-01T00:00:00Z", 365.0),
        ] {
            let age = cell_at(&phone, "plan_days", now);
            assert_eq!(age, Some(Value::Number(days)), "{now}");
        }
    }
}
