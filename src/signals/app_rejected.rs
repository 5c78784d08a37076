//! Others who were turned down before this application came, and what it has in common with theirs.

use super::shared::{self, AGENCY_OWNED, DISTINCT, HOUSEHOLD, PEOPLE, SAME_HOME};
use super::{Column, Kind, Other, Row, Shape, Signal, Subject, Value};
use crate::keys;

/// A row for each thing in common with each other candidate who was turned down before.
pub(super) const SIGNAL: Signal = Signal {
    name: "app.rejected_before",
    about: "Candidates turned down before this application, with the same device, network or text",
    shape: Shape::Rows(&[
        Column::new("by", "device, network or text", Kind::Text),
        DISTINCT,
        Column::new(
            "days_after",
            "days from when the other was turned down to this application",
            Kind::Number,
        ),
        AGENCY_OWNED,
        HOUSEHOLD,
        SAME_HOME,
        PEOPLE,
        Column::new(
            "jaccard",
            "how much of the two texts is the same, 0 to 1",
            Kind::Number,
        ),
    ]),
    needs: &[],
    read,
};

fn read(subject: &Subject) -> Option<Value> {
    let mut rows = Vec::new();
    let of = [keys::Kind::Device, keys::Kind::Network];
    for shared in subject.shared.iter().filter(|one| of.contains(&one.kind)) {
        let own = subject.candidate.name.as_ref();
        let mut people = None;
        for other in &shared.others {
            let Some(days) = days_after(subject, other) else {
                continue;
            };
            let people = people.get_or_insert_with(|| shared::people_told_apart(own, shared));
            let mut cells = cells(subject, other, shared.kind.word(), days);
            cells[3] = Some(Value::Flag(
                shared.agency_owned || shared::same_agency(subject, other),
            ));
            cells[6] = people.map(Value::count);
            rows.push(Row {
                field: shared.field.clone().into(),
                value: shared.value.clone().into(),
                related: Some(other.id.clone()),
                cells,
            });
        }
    }
    for alike in subject.alike {
        let Some(days) = days_after(subject, &alike.other) else {
            continue;
        };
        let mut cells = cells(subject, &alike.other, "text", days);
        cells[7] = Some(Value::Number(alike.jaccard));
        let passage = alike.passages.first();
        rows.push(Row {
            field: alike.field.clone().into(),
            value: passage.map_or_else(String::new, |p| p.own.clone()).into(),
            related: Some(alike.other.id.clone()),
            cells,
        });
    }
    let known = !rows.is_empty()
        || of.into_iter().any(|kind| shared::given(subject, kind))
        || subject.candidate.resume.is_some();
    known.then_some(Value::Rows(rows))
}

fn cells(subject: &Subject, other: &Other, by: &'static str, days: f64) -> Vec<Option<Value>> {
    vec![
        Some(Value::text(by)),
        shared::distinct(subject, other).map(Value::Flag),
        Some(Value::Number(days)),
        Some(Value::Flag(shared::same_agency(subject, other))),
        Some(Value::Flag(shared::household(subject, other))),
        Some(Value::Flag(other.same_home)),
        None,
        None,
    ]
}

/// Days from when the other was turned down; `None` if that was later, or never.
fn days_after(subject: &Subject, other: &Other) -> Option<f64> {
    let applied_at = subject.candidate.applied_at.unwrap_or(subject.now);
    let since = applied_at.duration_since(other.rejected_at?);
    (!since.is_negative()).then(|| since.as_secs_f64() / 86_400.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Candidate, CandidateId};
    use crate::signals::Alike;
    use crate::signals::testing::{cells, subject};

    #[test]
    fn only_those_turned_down_before_are_told_of() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
        let alike = |rejected: Option<&str>| Alike {
            other: Other {
                id: CandidateId("other".into()),
                name: None,
                agency: None,
                applied_at: at("2026-01-01T00:00:00Z"),
                same_home: false,
                same_household: false,
                same_person: false,
                one_line: false,
                rejected_at: rejected.map(at),
                ring: None,
            },
            field: "resume_text".into(),
            jaccard: 0.7,
            passages: Vec::new(),
            bullets: Vec::new(),
        };
        let candidate = Candidate {
            applied_at: Some(at("2026-02-01T00:00:00Z")),
            ..Candidate::default()
        };
        let found = [
            alike(Some("2026-01-22T00:00:00Z")),
            alike(Some("2026-02-02T00:00:00Z")),
            alike(None),
        ];
        let value = read(&Subject {
            alike: &found,
            ..subject(&candidate, &[])
        })
        .unwrap();
        let rows = cells(&value);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0][2], Some(Value::Number(10.0)));
        assert_eq!(rows[0][7], Some(Value::Number(0.7)));
        assert_eq!(read(&subject(&candidate, &[])), None);
    }
}
