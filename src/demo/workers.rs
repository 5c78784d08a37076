//! What a few of the invented candidates became: workers whose machines say things, through the same
//! functions as everybody's.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};

use crate::app::App;
use crate::audit::Actor;
use crate::error::{Error, Result};
use crate::onboarding::{self, BankKind, New, Said};
use crate::rules::NextStep;
use crate::screening;
use crate::store::candidates::{self, Filter};
use crate::store::versions;
use crate::telemetry::simulate::{self, HOMES, Line, Plan, Story};
use crate::telemetry::{self, DeviceId, Item, Observation, Seen};

/// What becomes of a worker's machine.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    /// Nothing out of the ordinary, for so many days.
    Plain(u16, Line),
    /// Two days of work: too few to know what is usual.
    New,
    /// Two sessions of each kind and no more.
    Barely,
    /// Somebody drives it from afar over direct connections.
    FromAfar,
    /// A box at keyboard and screen.
    Box,
    /// A colleague at a desk of their own, reached through a vendor's relay.
    Relayed,
    /// The machine is replaced after some weeks.
    Replaced,
    /// Another home, with nobody having said so.
    Moves,
}

/// Who there is. Days before today on which they began come with their parts.
const PARTS: [Part; 12] = [
    Part::Plain(44, Line::Fibre),
    Part::Plain(44, Line::Cable),
    Part::FromAfar,
    Part::Plain(40, Line::Wifi),
    Part::New,
    Part::Barely,
    Part::Box,
    Part::Plain(42, Line::Cellular),
    Part::Relayed,
    Part::Replaced,
    Part::Moves,
    Part::Plain(38, Line::Starlink),
];

/// Days that are made up; what is not over yet is left out. In a short story leave and journeys would take
/// up most of it.
const LONG: u16 = 60;

/// Days of those that name none.
const DAYS: u16 = 42;

/// The day on which something happens, counted from the first.
const HAPPENS: u16 = 24;

/// The box, as it calls itself.
const BOX: [&str; 4] = ["1d6b", "0104", "tinypilot", "Multifunction USB Device"];

/// A keyboard like many.
const KEYBOARD: [&str; 4] = ["046d", "c31c", "Logitech", "USB Keyboard"];

/// Makes workers of quiet candidates who live where the simulation knows its way.
pub(super) async fn fill(app: &App) -> Result<()> {
    let hired = hired(app).await?;
    let today = app.today();
    let mut all = Vec::new();
    for (n, (part, one)) in (0_u16..).zip(PARTS.iter().zip(hired)) {
        let items = start(app, n, *part, &one, today).await?;
        all.extend(items);
    }
    // Nobody has said whose this one is.
    let nobodys = Plan {
        device: device(199)?,
        ..Plan::plain(99, 3, Line::Cable)
    };
    all.extend(timings(&nobodys, today, 6, 6));
    telemetry::take(app, all).await?;
    telemetry::work_off(app).await?;
    screening::catch_up(app).await
}

/// Somebody who is hired.
struct Hired {
    home: usize,
    new: New,
}

async fn hired(app: &App) -> Result<Vec<Hired>> {
    let quiet = Filter {
        next_step: Some(NextStep::None),
        ..Filter::default()
    };
    let mut quiet = candidates::list(&app.db, &quiet, None, 500).await?;
    quiet.sort_by(|a, b| (a.applied_at.0, &a.external_id).cmp(&(b.applied_at.0, &b.external_id)));
    let mut hired = Vec::with_capacity(PARTS.len());
    for one in quiet {
        if hired.len() == PARTS.len() {
            break;
        }
        let Some(latest) = versions::latest(&app.db, &one.id).await? else {
            continue;
        };
        let application = latest.application.0;
        let Some(address) = application.address else {
            continue;
        };
        let (city, region) = (address.city.as_deref(), address.region.as_deref());
        let home = HOMES
            .iter()
            .position(|home| (Some(home.0), Some(home.1)) == (city, region));
        let Some(home) = home else { continue };
        hired.push(Hired {
            home,
            new: New {
                source: one.source,
                external_id: one.external_id,
                said: Said {
                    ship_to: Some(address),
                    bank_holder: application.name,
                    bank_kind: Some(BankKind::Bank),
                    ..Said::default()
                },
                ..New::default()
            },
        });
    }
    Ok(hired)
}

fn device(n: u16) -> Result<DeviceId> {
    let named = DeviceId::of(&format!("LT-{n:04}"));
    named.ok_or_else(|| Error::Internal("a device of the demonstration has no name".into()))
}

/// Binds one of them, and returns what the machine says.
async fn start(app: &App, n: u16, part: Part, hired: &Hired, today: Date) -> Result<Vec<Item>> {
    let days = match part {
        Part::Plain(days, _) => days,
        Part::New => workdays(today, 2),
        Part::Barely => workdays(today, 1),
        _ => DAYS,
    };
    let plan = Plan {
        device: device(40 + n)?,
        line: match part {
            Part::Plain(_, line) => line,
            _ => Line::Fibre,
        },
        story: story(part),
        ..Plan::plain(u64::from(n) + 1, hired.home, Line::Fibre)
    };
    let mut new = hired.new.clone();
    new.worker_id = format!("w-{}", 1017 + n * 3);
    // No bank has such a number.
    new.bank_account = Some(format!("000000000 0005550{:03}", 100 + n));
    new.said.devices = vec![plan.device.clone()];
    new.said.start_date = Some(before(today, days));
    onboarding::bind(app, &Actor::system("demo"), &new).await?;
    if part != Part::Replaced {
        return Ok(said(&plan, part, today, days));
    }
    let (first, last) = (DAYS - HAPPENS, HAPPENS);
    let mut items = timings(&plan, today, days, last);
    let next = Plan {
        device: device(140 + n)?,
        ..plan.clone()
    };
    items.extend(timings(&next, today, first, first));
    let at = begin(before(today, first), app.now());
    let replaced = New {
        said: Said {
            devices: vec![next.device],
            issued_at: Some(at),
            returned: vec![plan.device],
            returned_at: Some(at),
            ..Said::default()
        },
        bank_account: None,
        ..new
    };
    onboarding::bind(app, &Actor::system("demo"), &replaced).await?;
    Ok(items)
}

const fn story(part: Part) -> Story {
    match part {
        Part::FromAfar => Story::Remote {
            distance_km: 9_000.0,
            share: 0.9,
            relayed: 0.0,
        },
        Part::Relayed => Story::Remote {
            distance_km: 300.0,
            share: 0.2,
            relayed: 1.0,
        },
        Part::Box => Story::Kvm {
            day: HAPPENS,
            extra_ms: 110.0,
        },
        Part::Moves => Story::Move {
            day: HAPPENS,
            to: 12,
        },
        Part::Plain(..) | Part::New | Part::Barely | Part::Replaced => Story::Plain,
    }
}

/// How many days back so many workdays go.
fn workdays(today: Date, wanted: usize) -> u16 {
    let at_work = |ago: &u16| before(today, *ago).weekday().to_monday_zero_offset() < 5;
    (1..LONG).filter(at_work).nth(wanted - 1).unwrap_or(1)
}

/// So many days before one.
fn before(today: Date, days: u16) -> Date {
    today.checked_sub(i32::from(days).days()).unwrap_or(today)
}

fn begin(day: Date, otherwise: Timestamp) -> Timestamp {
    let zoned = day.to_zoned(TimeZone::UTC);
    zoned.map_or(otherwise, |zoned| zoned.timestamp())
}

/// What a machine says from so many days before today on, for so many days.
fn timings(plan: &Plan, today: Date, ago: u16, days: u16) -> Vec<Item> {
    let from = before(today, ago);
    let trace = simulate::trace(plan, from, LONG);
    let end = from.checked_add(i32::from(days).days()).unwrap_or(today);
    let end = begin(end.min(today), Timestamp::MAX);
    let sessions = trace.sessions.into_iter().map(Item::Session);
    let observations = trace.observations.into_iter().map(Item::Observation);
    let all = sessions.chain(observations);
    all.filter(|item| item.span().1 <= end).collect()
}

/// The same with what is plugged in.
fn said(plan: &Plan, part: Part, today: Date, days: u16) -> Vec<Item> {
    let mut items = timings(plan, today, days, days);
    if part == Part::Barely {
        let mut kept = std::collections::HashMap::<_, usize>::new();
        items.retain(|item| match item {
            Item::Session(one) => {
                let probe = one.probe.as_ref().map(|probe| probe.name.clone());
                let seen = kept.entry((one.kind, probe)).or_default();
                *seen += 1;
                *seen <= 2
            }
            _ => true,
        });
    }
    let first = begin(before(today, days), Timestamp::MAX);
    let mut plugged = |ago: u16, what: [&str; 4]| {
        let [vendor, product_id, manufacturer, product] = what;
        let day = begin(before(today, ago), first);
        items.push(Item::Observation(Observation {
            id: format!("usb-{vendor}-{ago}"),
            device: plan.device.clone(),
            at: day
                .saturating_add(SignedDuration::from_hours(15))
                .unwrap_or(day),
            seen: Seen::Usb {
                vendor_id: vendor.to_owned(),
                product_id: product_id.to_owned(),
                manufacturer: Some(manufacturer.to_owned()),
                product: Some(product.to_owned()),
                serial: None,
            },
        }));
    };
    plugged(days, KEYBOARD);
    if part == Part::Box {
        for ago in 1..=3 {
            plugged(ago, BOX);
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_off_are_no_work() {
        let monday = jiff::civil::date(2026, 3, 2);
        assert_eq!(workdays(monday, 1), 3);
        assert_eq!(workdays(monday, 2), 4);
        assert_eq!(workdays(before(monday, 1), 1), 2);
    }

    #[test]
    fn a_machine_says_the_same_for_the_same_day_and_nothing_of_the_future() {
        let today = jiff::civil::date(2026, 3, 2);
        let plan = Plan::plain(7, 0, Line::Fibre).with(story(Part::Box));
        let items = said(&plan, Part::Box, today, 10);
        assert_eq!(items, said(&plan, Part::Box, today, 10));
        assert!(
            items
                .iter()
                .all(|item| item.span().1 <= begin(today, Timestamp::MIN))
        );
        let usb = |item: &&Item| matches!(item, Item::Observation(one) if one.seen.word() == "usb");
        assert_eq!(items.iter().filter(usb).count(), 4);
    }
}
