//! Rings small and large.

use super::{at, hostile};
use crate::candidate::CandidateId;
use crate::rings::Bond;
use crate::rules::NextStep;
use crate::web::pages::rings::picture::{self, Person, Thing};
use crate::web::pages::rings::{
    Age, Bridge, Explained, Member, Path, RingPage, RingRow, RingsPage, Shared, Tie,
};

/// Two rings.
pub fn rings() -> RingsPage {
    let ring = |id: &str, identities, members, next_step| RingRow {
        id: id.to_owned(),
        identities,
        members,
        next_step,
        bonds: vec![Bond::Phone, Bond::Email],
        found_at: at("2026-03-01T08:15:00Z"),
        changed_at: at("2026-03-02T08:15:00Z"),
    };
    RingsPage {
        all: 2,
        rings: vec![
            ring("r-1", 7, 9, Some(NextStep::Escalate)),
            ring("r-2", 2, 2, None),
        ],
        newest: false,
        next: Some("4000000000000000-r-2".to_owned()),
    }
}

fn tie(bond: Bond) -> Tie {
    Tie {
        a: "Maria Lopez".into(),
        b: "Daniel Whitfield".into(),
        bond,
        weight_db: 12.0,
    }
}

/// A ring of so many: numbers shared by some, a mailbox between each two groups.
pub fn ring(people: usize) -> RingPage {
    let names = [
        "Maria Lopez",
        "Daniel Whitfield",
        "Ngozi Okafor",
        "Wei Zhang",
    ];
    let ages = Age::ALL;
    let member = |n: usize| Member {
        id: CandidateId(format!("c-{n}")),
        name: Some(format!("{} {n}", names[n % 4])),
        source: "greenhouse".into(),
        external_id: format!("A-{n}"),
        next_step: Some(NextStep::Verify),
        applied_at: at("2026-03-01T08:15:00Z"),
        age: ages[n % 4],
        tied_to: 3,
    };
    let of = if people > 10 { 9 } else { 3 };
    let shared = |bond, people: Vec<usize>| Shared {
        bond,
        written: vec!["(212) 736-5000".into(), "+1 212 736 5000".into()],
        people,
        weight_db: 12.0,
        since: at("2026-03-01T08:15:00Z"),
    };
    let numbers = (0..people)
        .step_by(of)
        .map(|from| (from..(from + of).min(people)).collect());
    let mut all: Vec<Shared> = numbers.map(|people| shared(Bond::Phone, people)).collect();
    let between = (of - 1..people - 1).step_by(of);
    all.extend(between.map(|at| shared(Bond::Email, vec![at, at + 1])));
    drawn(RingPage {
        id: "r-1".into(),
        identities: i64::try_from(people).unwrap(),
        found_at: at("2026-03-01T08:15:00Z"),
        changed_at: at("2026-03-02T08:15:00Z"),
        bonds: vec![Bond::Phone, Bond::Email],
        members: (0..people).map(member).collect(),
        shared: all,
        weakest: Some(tie(Bond::Email)),
        bridges: vec![Bridge {
            tie: tie(Bond::Email),
            small: 2,
            large: 3,
        }],
        path: Some(Path {
            from: "Maria Lopez".into(),
            to: "Wei Zhang".into(),
            ties: vec![tie(Bond::Phone), tie(Bond::SamePerson)],
        }),
        explained: vec![Explained {
            tie: tie(Bond::Home),
            a: CandidateId("c-0".into()),
            b: CandidateId("c-9".into()),
            reason: "household".into(),
            note: Some("Married.".into()),
            by: "Dana Reed".into(),
            at: at("2026-03-02T08:15:00Z"),
        }],
        picture: picture::Picture::default(),
    })
}

fn drawn(mut page: RingPage) -> RingPage {
    let people: Vec<Person> = page.members.iter().map(Member::drawn).collect();
    let things: Vec<Thing> = page.shared.iter().map(Shared::drawn).collect();
    page.picture = picture::draw(&people, &things, &[(0, 1)]);
    page
}

/// One whose every word tries to be something else.
pub fn hostile_ring() -> RingPage {
    let mut page = ring(5);
    for member in &mut page.members {
        member.name = Some(hostile());
        member.source = hostile();
        member.external_id = hostile();
    }
    for shared in &mut page.shared {
        shared.written = vec![hostile()];
    }
    let words = Tie {
        a: hostile(),
        b: hostile(),
        ..tie(Bond::Phone)
    };
    page.weakest = Some(words.clone());
    page.bridges[0].tie = words.clone();
    page.explained[0].tie = words.clone();
    page.explained[0].note = Some(hostile());
    page.explained[0].by = hostile();
    page.explained[0].reason = hostile();
    page.path = Some(Path {
        from: hostile(),
        to: hostile(),
        ties: vec![words],
    });
    drawn(page)
}

/// One that nobody is in any more.
pub fn gone_ring() -> RingPage {
    let page = ring(5);
    drawn(RingPage {
        identities: 0,
        bonds: Vec::new(),
        members: Vec::new(),
        shared: Vec::new(),
        weakest: None,
        bridges: Vec::new(),
        path: None,
        ..page
    })
}
