//! What HR said when somebody started, held against itself and against the claims.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::{Kind, Shape, Signal, Subject, Value};
use crate::normalise::address::{self, Address};
use crate::normalise::name;
use crate::onboarding::{BankKind, DeliveryPoint, Onboarding, Request, Said};

/// Days within which changes of an account are counted together.
const CHURN_DAYS: f64 = 60.0;

const fn signal(
    name: &'static str,
    about: &'static str,
    kind: Kind,
    read: fn(&Subject) -> Option<Value>,
) -> Signal {
    Signal {
        name,
        about,
        shape: Shape::One(kind),
        needs: &[],
        read,
    }
}

/// Where hardware is sent, for messages.
pub(super) const SHIP_TO: Signal = signal(
    "onboarding.ship_to",
    "Where the hardware is sent",
    Kind::Quote,
    |subject| Some(Value::quote(&ship_to(subject)?.written())),
);

/// Another delivery point than the identity document's.
pub(super) const SHIP_DIFFERS: Signal = signal(
    "onboarding.ship_differs",
    "The hardware goes to another delivery point than the identity document's address",
    Kind::Flag,
    |subject| {
        let document = latest(subject, |said| said.document_address.as_ref())?;
        Some(Value::Flag(
            address::read(document).moved_to(&ship_to(subject)?)?,
        ))
    },
);

/// How often the delivery point changed since the first.
pub(super) const SHIP_CHANGES: Signal = signal(
    "onboarding.ship_changes",
    "Changes of the delivery point since the offer",
    Kind::Number,
    |subject| {
        let all = all_ship_tos(subject);
        (!all.is_empty()).then(|| Value::count(changes(&all)))
    },
);

/// To another state.
pub(super) const SHIP_STATE_CHANGED: Signal = signal(
    "onboarding.ship_state_changed",
    "A change of the delivery point led to another state or country",
    Kind::Flag,
    |subject| {
        let all = all_ship_tos(subject);
        let pairs = all.windows(2).map(|pair| {
            let state = |one: &Address| (one.country, one.region.clone());
            let known = |one: &Address| one.country.is_some() && one.region.is_some();
            known(&pair[0]) && known(&pair[1]) && state(&pair[0]) != state(&pair[1])
        });
        (!all.is_empty()).then(|| Value::Flag(pairs.into_iter().any(|changed| changed)))
    },
);

/// A mail agent.
pub(super) const CMRA: Signal = signal(
    "onboarding.mail_agent",
    "The hardware goes to a commercial mail agent, a freight forwarder or a private mailbox",
    Kind::Flag,
    |subject| {
        let told = point(subject).and_then(|point| point.cmra);
        let private = ship_to(subject).map(|to| private_mailbox(&to));
        // What is written shows it; that nothing is written shows nothing.
        told.or(private.filter(|private| *private)).map(Value::Flag)
    },
);

/// Mail does not arrive.
pub(super) const UNDELIVERABLE: Signal = signal(
    "onboarding.undeliverable",
    "The postal service does not deliver to a home there: no such point, vacant, or business only",
    Kind::Flag,
    |subject| {
        let point = point(subject)?;
        let bad = [
            point.deliverable.map(|fine| !fine),
            point.vacant,
            point.business,
        ];
        let known: Vec<bool> = bad.into_iter().flatten().collect();
        (!known.is_empty()).then(|| Value::Flag(known.contains(&true)))
    },
);

/// Abroad.
pub(super) const SHIP_ABROAD: Signal = signal(
    "onboarding.ship_abroad",
    "Hardware sent abroad was asked for",
    Kind::Flag,
    // Never read off addresses: who moves to the country of the job has hardware sent to another country too.
    |subject| asked(subject, Request::ShipAbroad).map(Value::Flag),
);

/// To somebody else.
pub(super) const SHIP_TO_OTHER: Signal = signal(
    "onboarding.ship_to_other",
    "Somebody with another name is to receive the hardware",
    Kind::Flag,
    |subject| {
        let recipient = latest(subject, |said| said.recipient.as_deref());
        let other = recipient.and_then(|one| other_name(subject, one));
        asked(subject, Request::ShipToOther)
            .or(other)
            .map(Value::Flag)
    },
);

/// Another holder.
pub(super) const BANK_HOLDER: Signal = signal(
    "onboarding.bank_holder_differs",
    "The verified holder of the account has another name",
    Kind::Flag,
    |subject| {
        let holder = latest(subject, |said| said.bank_holder.as_deref())?;
        Some(Value::Flag(other_name(subject, holder)?))
    },
);

/// Changes of the account.
pub(super) const BANK_CHANGES: Signal = signal(
    "onboarding.bank_changes",
    "Changes of the account within 60 days",
    Kind::Number,
    |subject| {
        let changed = bank_changes(subject)?;
        let within = |from: &&Onboarding| {
            let days = |to: &&&Onboarding| to.at.duration_since(from.at).as_secs_f64() / 86_400.0;
            changed
                .iter()
                .filter(|to| (0.0..=CHURN_DAYS).contains(&days(to)))
                .count()
        };
        Some(Value::count(
            changed.iter().map(within).max().unwrap_or_default(),
        ))
    },
);

/// Before the first day.
pub(super) const BANK_CHANGED_EARLY: Signal = signal(
    "onboarding.bank_changed_before_start",
    "The account changed before the first day at work",
    Kind::Flag,
    |subject| {
        let changed = bank_changes(subject)?;
        let start: Date = latest(subject, |said| said.start_date)?;
        let early = |one: &&Onboarding| one.at.to_zoned(TimeZone::UTC).date() < start;
        Some(Value::Flag(changed.iter().any(early)))
    },
);

/// The kind of account.
pub(super) const BANK_KIND: Signal = signal(
    "onboarding.bank_kind",
    "bank, prepaid or platform",
    Kind::Text,
    |subject| {
        let kind: BankKind = latest(subject, |said| said.bank_kind)?;
        Some(Value::text(kind.word()))
    },
);

/// What was asked for.
pub(super) const REQUESTS: Signal = signal(
    "onboarding.requests",
    "What the person asked for: crypto_pay, own_device, ship_abroad, ship_to_other",
    Kind::Texts,
    |subject| {
        let all = subject
            .onboardings
            .iter()
            .flat_map(|one| &one.said.requests);
        let mut words: Vec<&'static str> = all.map(|one| one.word()).collect();
        words.sort_unstable();
        words.dedup();
        let known = !subject.onboardings.is_empty();
        known.then(|| Value::Texts(words.into_iter().map(Into::into).collect()))
    },
);

/// The latest that was said of something.
fn latest<'a, T>(subject: &Subject<'a>, of: impl Fn(&'a Said) -> Option<T>) -> Option<T> {
    let onboardings: &'a [Onboarding] = subject.onboardings;
    onboardings.iter().rev().find_map(|one| of(&one.said))
}

fn ship_to(subject: &Subject) -> Option<Address> {
    latest(subject, Said::ship_to)
}

fn point(subject: &Subject) -> Option<DeliveryPoint> {
    latest(subject, |said| said.delivery_point)
}

fn all_ship_tos(subject: &Subject) -> Vec<Address> {
    subject
        .onboardings
        .iter()
        .filter_map(|one| one.said.ship_to())
        .collect()
}

fn changes(all: &[Address]) -> usize {
    all.windows(2)
        .filter(|pair| pair[0].moved_to(&pair[1]) == Some(true))
        .count()
}

/// Onboardings that changed the account; `None` where no account was ever said.
fn bank_changes<'a>(subject: &Subject<'a>) -> Option<Vec<&'a Onboarding>> {
    let mut said = subject
        .onboardings
        .iter()
        .filter(|one| one.said.bank.is_some());
    let mut last = said.next()?.said.bank;
    let changed = said.filter(|one| std::mem::replace(&mut last, one.said.bank) != one.said.bank);
    Some(changed.collect())
}

/// Whether something was asked for; `None` where nobody noted it, as few note what was not asked.
fn asked(subject: &Subject, request: Request) -> Option<bool> {
    let asked = subject
        .onboardings
        .iter()
        .any(|one| one.said.requests.contains(&request));
    asked.then_some(true)
}

/// Whether a name is of somebody else.
fn other_name(subject: &Subject, written: &str) -> Option<bool> {
    let other = name::read(written)?;
    let likeness = name::compare(subject.candidate.name.as_ref()?, &other)?;
    Some(likeness < name::DISTINCT_BELOW)
}

/// A private mailbox says so by `PMB` (USPS Publication 28, section 28).
fn private_mailbox(address: &Address) -> bool {
    let lines = [&address.raw.line1, &address.raw.line2];
    let words = lines
        .into_iter()
        .flatten()
        .flat_map(|line| line.split_whitespace());
    words.into_iter().any(|word| {
        word.trim_matches(['#', ',', '.'])
            .eq_ignore_ascii_case("pmb")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application;
    use crate::candidate::Candidate;
    use crate::signals::testing::subject;

    fn to(line1: &str, region: &str) -> application::Address {
        application::Address {
            line1: Some(line1.into()),
            city: Some("Springfield".into()),
            region: Some(region.into()),
            country: Some("US".into()),
            ..application::Address::default()
        }
    }

    fn at(day: i32, said: Said) -> Onboarding {
        let at: jiff::Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        Onboarding {
            at: at + jiff::SignedDuration::from_hours(24 * i64::from(day)),
            said,
            ..Onboarding::default()
        }
    }

    fn flag(signal: &Signal, candidate: &Candidate, said: &[Onboarding]) -> Option<Value> {
        (signal.read)(&Subject {
            onboardings: said,
            ..subject(candidate, &[])
        })
    }

    #[test]
    fn the_delivery_point_is_held_against_the_document_and_the_one_before() {
        let candidate = Candidate::default();
        let said = |ship_to, document_address| {
            let said = Said {
                ship_to,
                document_address,
                ..Said::default()
            };
            at(0, said)
        };
        let home = || Some(to("12 Elm Street", "IL"));
        for (ship, document, differs) in [
            (home(), Some(to("40 Elm St", "IL")), Some(true)),
            (home(), Some(to("12 Elm St.", "IL")), Some(false)),
            (home(), None, None),
            (None, home(), None),
        ] {
            let found = flag(
                &SHIP_DIFFERS,
                &candidate,
                &[said(ship.clone(), document.clone())],
            );
            assert_eq!(found, differs.map(Value::Flag), "{ship:?} {document:?}");
        }
        let moves = [
            said(home(), None),
            said(Some(to("9 Oak Ave", "IL")), None),
            said(Some(to("9 Oak Ave", "TX")), None),
        ];
        for (count, changes, state) in [(1, 0.0, false), (2, 1.0, false), (3, 2.0, true)] {
            let moves = &moves[..count];
            assert_eq!(
                flag(&SHIP_CHANGES, &candidate, moves),
                Some(Value::Number(changes))
            );
            assert_eq!(
                flag(&SHIP_STATE_CHANGED, &candidate, moves),
                Some(Value::Flag(state))
            );
        }
        assert_eq!(flag(&SHIP_CHANGES, &candidate, &[]), None);
        let boxed = [said(Some(to("12 Elm Street PMB 9", "IL")), None)];
        assert_eq!(flag(&CMRA, &candidate, &boxed), Some(Value::Flag(true)));
        assert_eq!(flag(&CMRA, &candidate, &moves), None);
    }

    #[test]
    fn changes_of_an_account_are_counted_within_sixty_days() {
        let candidate = Candidate::default();
        let start = Some(jiff::civil::date(2026, 3, 20));
        let bank = |day, bank| {
            at(
                day,
                Said {
                    bank: Some(bank),
                    start_date: start,
                    ..Said::default()
                },
            )
        };
        for (said, changes, early) in [
            (vec![bank(0, 1)], 0.0, false),
            (vec![bank(0, 1), bank(3, 1)], 0.0, false),
            (vec![bank(0, 1), bank(3, 2)], 1.0, true),
            (vec![bank(0, 1), bank(30, 2), bank(80, 3)], 2.0, false),
            (vec![bank(0, 1), bank(30, 2), bank(100, 3)], 1.0, false),
        ] {
            assert_eq!(
                flag(&BANK_CHANGES, &candidate, &said),
                Some(Value::Number(changes))
            );
            assert_eq!(
                flag(&BANK_CHANGED_EARLY, &candidate, &said),
                Some(Value::Flag(early))
            );
        }
        assert_eq!(
            flag(&BANK_CHANGES, &candidate, &[at(0, Said::default())]),
            None
        );
    }

    #[test]
    fn another_name_is_one_of_somebody_else() {
        let candidate = Candidate {
            name: name::read("Maria Lopez"),
            ..Candidate::default()
        };
        let held = |holder: &str| {
            [at(
                0,
                Said {
                    bank_holder: Some(holder.into()),
                    ..Said::default()
                },
            )]
        };
        for (holder, other) in [("Lopez, María", false), ("Daniel Whitfield", true)] {
            assert_eq!(
                flag(&BANK_HOLDER, &candidate, &held(holder)),
                Some(Value::Flag(other))
            );
        }
        let nobody = Candidate::default();
        assert_eq!(flag(&BANK_HOLDER, &nobody, &held("Daniel Whitfield")), None);
    }
}
