//! How many apply at about the same time with something in common.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::keys;

/// A row for each thing in common.
pub(super) const SIGNAL: Signal = Signal {
    name: "app.bursts",
    about: "Applications close in time of different people who have something in common: \
            a contact, a device or a ring",
    shape: Shape::Rows(&[
        Column::new("by", "ring, phone, email, link or device", Kind::Text),
        Column::new(
            "in_a_day",
            "applications of different people within 24 hours of this one, this one counted",
            Kind::Number,
        ),
        Column::new(
            "in_a_week",
            "applications of different people within 7 days of this one, this one counted",
            Kind::Number,
        ),
        Column::new(
            "agency_owned",
            "it belongs to a staffing agency",
            Kind::Flag,
        ),
    ]),
    needs: &[],
    read,
};

/// What is a person's own. Networks, homes and firms' desks are where many people are anyway.
const PERSONAL: [keys::Kind; 4] = [
    keys::Kind::Phone,
    keys::Kind::Email,
    keys::Kind::Link,
    keys::Kind::Device,
];

fn read(subject: &Subject) -> Option<Value> {
    let mut rows = Vec::new();
    let shared = subject.shared.iter();
    for shared in shared.filter(|shared| PERSONAL.contains(&shared.kind)) {
        let (field, value) = (shared.field.clone().into(), shared.value.clone().into());
        let mut row = Row {
            field,
            value,
            ..Row::default()
        };
        row.cells = cells(shared.kind.word(), shared.burst, shared.agency_owned);
        rows.push((shared.burst, row));
    }
    if let Some(ring) = subject.ring {
        let row = Row {
            field: "ring".into(),
            value: ring.kinds.join(", ").into(),
            related: None,
            cells: cells("ring", ring.burst, false),
        };
        rows.push((ring.burst, row));
    }
    // Who shares nothing can still belong to a burst that nothing shows.
    if rows.is_empty() {
        return None;
    }
    let seen = rows.into_iter().filter(|(burst, _)| burst.week > 0);
    Some(Value::Rows(seen.map(|(_, row)| row).collect()))
}

fn cells(by: &'static str, burst: super::Burst, agency_owned: bool) -> Vec<Option<Value>> {
    vec![
        Some(Value::text(by)),
        Some(Value::count(burst.day + 1)),
        Some(Value::count(burst.week + 1)),
        Some(Value::Flag(agency_owned)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::Candidate;
    use crate::keys::Key;
    use crate::signals::testing::{cells, subject};
    use crate::signals::{Burst, Ring, Shared};

    #[test]
    fn a_hub_still_says_how_many_came_at_once_and_a_network_says_nothing() {
        let burst = Burst { day: 9, week: 60 };
        let hub = |kind: keys::Kind| Shared {
            burst,
            ..Shared::hub(&Key {
                kind,
                field: "phones[0]".into(),
                value: "(212) 736-5000".into(),
                normal: String::new(),
            })
        };
        let candidate = Candidate::default();
        let shared = [hub(keys::Kind::Phone), hub(keys::Kind::Network)];
        let ring = Ring {
            burst: Burst { day: 0, week: 3 },
            ..Ring::default()
        };
        let value = read(&Subject {
            shared: &shared,
            ring: Some(&ring),
            ..subject(&candidate, &[])
        })
        .unwrap();
        let numbers: Vec<_> = cells(&value).iter().map(|row| row[1..3].to_vec()).collect();
        let number = |n: f64| Some(Value::Number(n));
        assert_eq!(
            numbers,
            [
                vec![number(10.0), number(61.0)],
                vec![number(1.0), number(4.0)]
            ]
        );
        assert_eq!(read(&subject(&candidate, &[])), None);
    }
}
