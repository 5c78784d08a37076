//! What was seen on a worker's devices: remote hardware, programs, and workers beside.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::devices::{Facts, Use};
use crate::telemetry::DeviceId;

/// Hours of a day.
const DAY_HOURS: f64 = 24.0;

/// The device.
pub(super) const DEVICE: Column = Column::new("device", "Id of the device", Kind::Quote);

/// Remote KVM hardware, or what may be.
pub(super) const HARDWARE: Signal = Signal {
    name: "dev.hardware",
    about: "Hardware seen on a device that passes screen and keyboard on over a network, or may",
    shape: Shape::Rows(&[
        DEVICE,
        Column::new("product", "The product", Kind::Text),
        Column::new(
            "by",
            "What it is known by: name, edid, id or gadget, the surest first",
            Kind::Text,
        ),
    ]),
    needs: &[],
    read: hardware,
};

/// Programs for remote control and the like.
pub(super) const PROGRAMS: Signal = Signal {
    name: "dev.programs",
    about: "Programs seen on a device: remote control, VPNs, pointer movers; of each device and product the first time",
    shape: Shape::Rows(&[
        DEVICE,
        Column::new("product", "The product", Kind::Text),
        Column::new("use", "remote, jiggler, vpn or named_vpn", Kind::Text),
        Column::new(
            "allowed",
            "A remote-control product that the operator allows",
            Kind::Flag,
        ),
        Column::new(
            "unattended",
            "It was set up with a PIN, so that nobody need agree at the device",
            Kind::Flag,
        ),
        Column::new(
            "days_after_issue",
            "Whole days from the device's issue to when it was first seen",
            Kind::Number,
        ),
        Column::new(
            "nth",
            "Remote-control products on the device up to this one, by when they were first seen",
            Kind::Number,
        ),
        Column::new(
            "not_allowed",
            "Of these, how many the operator does not allow",
            Kind::Number,
        ),
    ]),
    needs: &[],
    read: programs,
};

/// Programs that move the pointer, and pointers that move as if by one.
pub(super) const JIGGLERS: Signal = Signal {
    name: "dev.jigglers",
    about: "Programs that move the pointer, and how evenly each device's pointer moved",
    shape: Shape::Rows(&[
        DEVICE,
        Column::new(
            "program",
            "The program; not known where movements were measured",
            Kind::Text,
        ),
        Column::new(
            "pointer_cv",
            "Coefficient of variation of the time between movements over half an hour, at its lowest",
            Kind::Number,
        ),
    ]),
    needs: &[],
    read: jigglers,
};

/// Other workers in the same network.
pub(super) const BESIDE: Signal = Signal {
    name: "dev.beside",
    about: "Other workers whose devices were in the same network within seven days",
    shape: Shape::Rows(&[
        DEVICE,
        Column::new("distinct", "The two names are distinct", Kind::Flag),
        Column::new(
            "household",
            "Both live at one address, or declared a household",
            Kind::Flag,
        ),
        Column::new(
            "workers",
            "Workers in that network, this one included",
            Kind::Number,
        ),
        Column::new(
            "days_ago",
            "Days since both were last seen there",
            Kind::Number,
        ),
    ]),
    needs: &[],
    read: beside,
};

/// The facts, where there are any.
pub(super) fn facts<'a>(subject: &Subject<'a>) -> Option<&'a Facts> {
    Some(&subject.work?.devices)
}

/// The rows; `None` where nothing was seen.
pub(super) fn some_rows(rows: Vec<Row>) -> Option<Value> {
    (!rows.is_empty()).then_some(Value::Rows(rows))
}

/// A row on a device, whose id is its first cell.
pub(super) fn row(device: &DeviceId, value: String, cells: Vec<Option<Value>>) -> Row {
    let own = Some(Value::quote(device.as_str()));
    Row {
        field: format!("devices.{device}").into(),
        value: value.into(),
        related: None,
        cells: std::iter::once(own).chain(cells).collect(),
    }
}

fn hardware(subject: &Subject) -> Option<Value> {
    let rows = facts(subject)?.hardware.iter().map(|one| {
        let cells = vec![
            Some(Value::quote(&one.product)),
            Some(Value::text(one.by.word())),
        ];
        row(&one.device, one.text.clone(), cells)
    });
    some_rows(rows.collect())
}

fn programs(subject: &Subject) -> Option<Value> {
    let rows = facts(subject)?.programs.iter().map(|one| {
        let is_remote = one.purpose == Use::Remote;
        let of_remote = |value| is_remote.then_some(value);
        let cells = vec![
            Some(Value::quote(&one.product)),
            Some(Value::text(one.purpose.word())),
            of_remote(Value::Flag(one.allowed)),
            of_remote(Value::Flag(one.unattended)),
            one.days_after_issue.map(Value::Number),
            of_remote(Value::count(one.nth)),
            of_remote(Value::count(one.not_allowed)),
        ];
        row(&one.device, one.product.clone(), cells)
    });
    some_rows(rows.collect())
}

fn jigglers(subject: &Subject) -> Option<Value> {
    let facts = facts(subject)?;
    let programs = facts.programs.iter();
    let programs = programs.filter(|one| one.purpose == Use::Jiggler);
    let programs = programs.map(|one| {
        let cells = vec![Some(Value::quote(&one.product)), None];
        row(&one.device, one.product.clone(), cells)
    });
    let pointers = facts.pointers.iter().map(|one| {
        let text = format!("pointer movements that vary by {:.2}", one.variation);
        row(
            &one.device,
            text,
            vec![None, Some(Value::Number(one.variation))],
        )
    });
    some_rows(programs.chain(pointers).collect())
}

fn beside(subject: &Subject) -> Option<Value> {
    let rows = facts(subject)?.beside.iter().map(|one| {
        let hours = subject.now.duration_since(one.at).as_secs_f64() / 3600.0;
        let cells = vec![
            one.distinct.map(Value::Flag),
            Some(Value::Flag(one.household)),
            Some(Value::count(one.workers)),
            Some(Value::Number((hours / DAY_HOURS).max(0.0).floor())),
        ];
        let text = format!("a network of {} workers", one.workers);
        Row {
            related: Some(one.candidate.clone()),
            ..row(&one.device, text, cells)
        }
    });
    some_rows(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Candidate, CandidateId};
    use crate::devices::{By, Hardware, Neighbour, Pointer, Program};
    use crate::signals::testing::{cells, subject};
    use crate::telemetry::Gauge;
    use jiff::Timestamp;

    fn gauge() -> Gauge {
        let device = DeviceId::of("LT-0042").unwrap();
        let program = |product: &str, purpose| Program {
            device: device.clone(),
            product: product.into(),
            purpose,
            allowed: false,
            unattended: false,
            days_after_issue: Some(3.0),
            nth: 1,
            not_allowed: 1,
        };
        Gauge {
            devices: Facts {
                hardware: vec![Hardware {
                    device: device.clone(),
                    product: "TinyPilot".into(),
                    by: By::Name,
                    text: "USB 1d6b:0104, tinypilot".into(),
                    at: Timestamp::UNIX_EPOCH,
                }],
                programs: vec![
                    program("AnyDesk", Use::Remote),
                    program("Move Mouse", Use::Jiggler),
                ],
                pointers: vec![Pointer {
                    device: device.clone(),
                    variation: 0.03,
                }],
                beside: vec![Neighbour {
                    candidate: CandidateId("b".into()),
                    device,
                    distinct: Some(true),
                    household: false,
                    workers: 3,
                    at: Timestamp::UNIX_EPOCH,
                }],
                ..Facts::default()
            },
            ..Gauge::default()
        }
    }

    #[test]
    fn without_devices_nothing_is_known() {
        let candidate = Candidate::default();
        let nothing = Gauge::default();
        for work in [None, Some(&nothing)] {
            let subject = Subject {
                work,
                ..subject(&candidate, &[])
            };
            for signal in [HARDWARE, PROGRAMS, JIGGLERS, BESIDE] {
                assert_eq!((signal.read)(&subject), None, "{}", signal.name);
            }
        }
    }

    #[test]
    fn rows_stand_at_their_device() {
        let candidate = Candidate::default();
        let gauge = gauge();
        let subject = Subject {
            work: Some(&gauge),
            ..subject(&candidate, &[])
        };
        let rows = |signal: &Signal| match (signal.read)(&subject) {
            Some(Value::Rows(rows)) => rows,
            other => panic!("{other:?}"),
        };
        let hardware = rows(&HARDWARE);
        assert_eq!(hardware[0].field, "devices.lt-0042");
        assert_eq!(hardware[0].value, "USB 1d6b:0104, tinypilot");
        let programs = (PROGRAMS.read)(&subject).unwrap();
        let programs = cells(&programs);
        assert_eq!(programs[0][3], Some(Value::Flag(false)));
        assert_eq!(programs[1][2], Some(Value::text("jiggler")));
        assert_eq!(programs[1][3], None);
        let jigglers = rows(&JIGGLERS);
        assert_eq!(jigglers.len(), 2);
        assert_eq!(jigglers[1].value, "pointer movements that vary by 0.03");
        assert_eq!(rows(&BESIDE)[0].related, Some(CandidateId("b".into())));
        for signal in [HARDWARE, PROGRAMS, JIGGLERS, BESIDE] {
            let Shape::Rows(columns) = signal.shape else {
                panic!("{}", signal.name);
            };
            let rows = rows(&signal);
            assert!(rows.iter().all(|row| row.cells.len() == columns.len()));
        }
    }
}
