//! Other candidates' numbers that were given out together with this one's.
//!
//! Numbers go to carriers by the thousand, so that numbers from one order lie in one block. How
//! many genuine applicants a block holds by chance is a Poisson count: of `n` applicants a share
//! `f` has the area code, which has about 7,000 blocks in use (red-flags §4).

use super::shared::{self, DAYS_APART};
use super::{Column, Kind, Nearby, Row, Shape, Signal, Subject, Value};
use crate::keys;

/// Blocks of a thousand in use in a full area code, about.
const BLOCKS: f64 = 7_000.0;

/// Numbers this near each other were given out one after another.
const LINES: u16 = 20;

/// Days within which numbers given out together are used together.
const DAYS: f64 = 180.0;

/// Rows at most for one number, the nearest: a block holds a thousand.
const MOST: usize = 20;

pub(super) const SIGNAL: Signal = Signal {
    name: "phone.nearby",
    about: "Numbers of different people out of the same block of a thousand: agencies' numbers, and \
            those of the same home, household or agency, are left out",
    shape: Shape::Rows(&[
        Column::new(
            "lines_apart",
            "how far the other number is from this one",
            Kind::Number,
        ),
        DAYS_APART,
        Column::new(
            "people_in_20_lines",
            "different people, each with a number of their own, who applied within 180 days of this \
             one and whose numbers with this one span 20 lines at most; this one counted",
            Kind::Number,
        ),
        Column::new(
            "people_in_block",
            "different people, each with a number of their own in the block, this one counted",
            Kind::Number,
        ),
        Column::new(
            "chance_in_20_lines",
            "how likely so many of the block's people would be so near each other by chance, 0 to 1",
            Kind::Number,
        ),
        Column::new(
            "chance",
            "how likely so many would be in one block by chance, 0 to 1",
            Kind::Number,
        ),
    ]),
    needs: &[],
    read,
};

fn read(subject: &Subject) -> Option<Value> {
    if !shared::given(subject, keys::Kind::Phone) {
        return None;
    }
    let mut rows = Vec::new();
    // Those of one own number stand together.
    let same = |a: &Nearby, b: &Nearby| a.field == b.field && a.value == b.value;
    for own in subject.nearby.chunk_by(same) {
        of_number(subject, own, &mut rows);
    }
    Some(Value::Rows(rows))
}

fn of_number(subject: &Subject, nearby: &[Nearby], rows: &mut Vec<Row>) {
    let Some(Nearby {
        field, value, npa, ..
    }) = nearby.first()
    else {
        return;
    };
    let agencys = subject.shared.iter().any(|shared| {
        let own = shared.field == *field && shared.value == *value;
        shared.kind == keys::Kind::Phone && own && shared.agency_owned
    });
    let others = others(subject, nearby);
    if agencys || others.is_empty() {
        return;
    }
    let in_block = people(subject, others.iter().copied());
    let near = in_20_lines(subject, &others);
    let chance_near = chance_near(near, in_block);
    let chance = chance(subject, *npa, in_block);
    for one in others.iter().take(MOST) {
        rows.push(Row {
            field: one.field.clone().into(),
            value: one.value.clone().into(),
            related: Some(one.other.id.clone()),
            cells: vec![
                Some(Value::Number(f64::from(one.lines_apart))),
                Some(Value::Number(shared::days_apart(subject, &one.other))),
                Some(Value::count(near)),
                Some(Value::count(in_block)),
                Some(Value::Number(chance_near)),
                chance.map(Value::Number),
            ],
        });
    }
}

/// The others that count, the nearest first, one to a number.
fn others<'a>(subject: &Subject, nearby: &'a [Nearby]) -> Vec<&'a Nearby> {
    // An agency's desk lines lie side by side too.
    let of_agency = |one: &Nearby| {
        let same = |other: &&Nearby| other.other.agency == one.other.agency;
        one.other.agency.is_some()
            && nearby
                .iter()
                .filter(same)
                .take(keys::AGENCY_OWNED_FROM)
                .count()
                == keys::AGENCY_OWNED_FROM
    };
    let mut others: Vec<_> = nearby
        .iter()
        .filter(|one| {
            let other = &one.other;
            one.lines_apart > 0
                && shared::distinct(subject, other) == Some(true)
                && !other.same_home
                && !shared::household(subject, other)
                && !shared::same_agency(subject, other)
                && !of_agency(one)
        })
        .collect();
    others.sort_by_key(|one| (one.lines_apart, one.below));
    others.dedup_by_key(|one| (one.lines_apart, one.below));
    others
}

/// Different people with these numbers, the candidate counted.
fn people<'a>(subject: &'a Subject, numbers: impl Iterator<Item = &'a Nearby>) -> usize {
    // More than that change nothing, and telling people apart costs by the square.
    const TOLD_APART: usize = 60;
    let own = subject.candidate.name.as_ref();
    shared::people(own, numbers.take(TOLD_APART).map(|one| &one.other))
}

/// The most people whose numbers, the candidate's among them, span few lines.
fn in_20_lines(subject: &Subject, others: &[&Nearby]) -> usize {
    let place = |one: &Nearby| {
        let apart = i32::from(one.lines_apart);
        if one.below { -apart } else { apart }
    };
    let near: Vec<_> = others
        .iter()
        .copied()
        .filter(|one| one.lines_apart <= LINES && shared::days_apart(subject, &one.other) <= DAYS)
        .collect();
    let starts = near.iter().map(|one| place(one)).filter(|at| *at < 0);
    let spans = starts.chain([0]).map(|first| {
        let span = first..=first + i32::from(LINES);
        let within = near
            .iter()
            .copied()
            .filter(|one| span.contains(&place(one)));
        people(subject, within)
    });
    spans.max().unwrap_or(1)
}

/// How likely so many of a block's people have numbers near the candidate's if they lie anywhere in
/// it. In a block that many genuine people share some are near each other anyway.
fn chance_near(near: usize, in_block: usize) -> f64 {
    /// Of the 999 other numbers, those near enough on either side.
    const SHARE: f64 = 2.0 * LINES as f64 / 999.0;
    let others = in_block.saturating_sub(1);
    let wanted = near.saturating_sub(1);
    // A binomial tail, each term from the one before.
    let mut term = (0..others).fold(1.0, |all, _| all * (1.0 - SHARE));
    let mut below = 0.0;
    let (mut left, mut at) = (others, 0.0);
    for _ in 0..wanted {
        below += term;
        at += 1.0;
        term *= count(left) / at * SHARE / (1.0 - SHARE);
        left = left.saturating_sub(1);
    }
    (1.0_f64 - below).clamp(0.0, 1.0)
}

fn count(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::MAX, f64::from)
}

/// How likely a block holds so many by chance; `None` while it is not known how many there are.
fn chance(subject: &Subject, npa: u16, people: usize) -> Option<f64> {
    let all = subject.population.candidates;
    if all < 1.0 {
        return None;
    }
    let people = u32::try_from(people).unwrap_or(u32::MAX);
    // Whoever is in the block has the area code, however small the sample that knows the shares.
    let with_code = (all * subject.population.area_share(npa)).max(f64::from(people));
    Some(tail(with_code / BLOCKS, people))
}

/// The probability that a Poisson count of this mean is at least `least`.
fn tail(mean: f64, least: u32) -> f64 {
    if least == 0 {
        return 1.0;
    }
    // Summed from `least` upwards, as one less the rest is lost in rounding where it matters.
    let mut at = f64::from(least);
    let logarithms: f64 = (1..=least).map(|i| (mean / f64::from(i)).ln()).sum();
    let mut term = (logarithms - mean).exp();
    let mut sum = 0.0;
    loop {
        sum += term;
        at += 1.0;
        term *= mean / at;
        if at > mean && term <= sum * f64::EPSILON {
            return sum.min(1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::candidate::{Candidate, CandidateId};
    use crate::normalise::{self, name};
    use crate::population::Picture;
    use crate::signals::Other;
    use crate::signals::testing::{cells, subject};

    #[test]
    fn the_chance_of_a_full_block_is_the_tail_of_a_poisson_count() {
        for (applicants, share, people, low, high, fires) in [
            (5_000.0, 0.02, 3, 4e-7, 6e-7, true),
            (200_000.0, 0.02, 3, 0.019, 0.021, false),
            (200_000.0, 0.02, 8, 0.0, 1e-4, true),
        ] {
            let p = tail(applicants * share / BLOCKS, people);
            assert!((low..high).contains(&p), "{applicants}: {p}");
            assert_eq!(p < 1e-4, fires);
        }
        assert!((tail(1.0, 1) - (1.0 - (-1.0_f64).exp())).abs() < 1e-12);
        assert!(tail(1e6, 10) <= 1.0 && tail(0.5, 0) >= 1.0);
        assert!(tail(0.0, 3) <= 0.0);
    }

    #[test]
    fn nearness_says_little_in_a_block_that_many_share() {
        for (near, in_block, low, high) in [
            (3, 3, 0.001, 0.002),
            (3, 4, 0.004, 0.006),
            (3, 12, 0.05, 0.1),
            (5, 12, 0.0, 0.001),
            (1, 3, 1.0, 1.1),
            (2, 2, 0.04, 0.041),
        ] {
            let p = chance_near(near, in_block);
            assert!((low..high).contains(&p), "{near} of {in_block}: {p}");
        }
    }

    const NAMES: [&str; 5] = [
        "Daniel Whitfield",
        "Ngozi Okafor",
        "Wei Zhang",
        "Peter Quill",
        "Anna Brahms",
    ];

    fn near(who: usize, lines: i32) -> Nearby {
        Nearby {
            field: "phones[0]".into(),
            value: "(212) 736-5100".into(),
            npa: 212,
            lines_apart: u16::try_from(lines.unsigned_abs()).unwrap(),
            below: lines < 0,
            other: Other {
                id: CandidateId(who.to_string()),
                name: name::read(NAMES[who]),
                agency: None,
                applied_at: jiff::Timestamp::UNIX_EPOCH,
                same_home: false,
                same_household: false,
                same_person: false,
                one_line: false,
                rejected_at: None,
                ring: None,
            },
        }
    }

    /// People within 20 lines and in the block, of those who have a row.
    fn counts(nearby: &[Nearby], candidates: f64) -> Option<(f64, f64, Option<f64>)> {
        let application = crate::application::Application {
            name: Some("Maria Lopez".into()),
            phones: vec!["(212) 736-5100".into()],
            ..Default::default()
        };
        let candidate: Candidate =
            normalise::candidate(&application, &normalise::Settings::default());
        let picture = Picture {
            candidates,
            ..Picture::default()
        };
        let value = read(&Subject {
            nearby,
            population: &picture,
            ..subject(&candidate, &[])
        })?;
        let rows = cells(&value);
        let number = |cell: &Option<Value>| match cell {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        let row = rows.first()?;
        Some((number(&row[2])?, number(&row[3])?, number(&row[5])))
    }

    #[test]
    fn people_count_once_and_so_do_numbers() {
        let two = |a, b| counts(&[near(0, a), near(1, b)], 0.0).map(|(near, all, _)| (near, all));
        assert_eq!(two(3, 9), Some((3.0, 3.0)));
        assert_eq!(two(-10, 10), Some((3.0, 3.0)), "20 lines in all");
        assert_eq!(two(-15, 15), Some((2.0, 3.0)), "30 lines in all");
        assert_eq!(two(5, 400), Some((2.0, 3.0)));
        assert_eq!(two(5, 5), Some((2.0, 2.0)), "one number is one");
        assert_eq!(two(0, 0), None, "the own number is no neighbour");
        let same = counts(&[near(0, 4), near(0, 8)], 0.0);
        assert_eq!(same.map(|(near, ..)| near), Some(2.0), "one person is one");
    }

    #[test]
    fn those_who_belong_together_are_left_out() {
        let with = |change: &dyn Fn(&mut Other)| {
            let mut nearby = [near(0, 3), near(1, 4), near(2, 5), near(3, 300)];
            nearby[..3]
                .iter_mut()
                .for_each(|one| change(&mut one.other));
            counts(&nearby, 0.0).map(|(near, all, _)| (near, all))
        };
        assert_eq!(with(&|_| {}), Some((4.0, 5.0)));
        let alone = Some((1.0, 2.0));
        assert_eq!(with(&|other| other.same_home = true), alone);
        assert_eq!(with(&|other| other.same_household = true), alone);
        assert_eq!(
            with(&|other| other.agency = Some("acme".into())),
            alone,
            "three lines of one desk"
        );
    }

    #[test]
    fn the_chance_needs_a_population() {
        let nearby = [near(0, 300), near(1, 400)];
        assert_eq!(counts(&nearby, 0.0).unwrap().2, None);
        assert!(counts(&nearby, 300.0).unwrap().2.unwrap() < 1e-4);
    }
}
