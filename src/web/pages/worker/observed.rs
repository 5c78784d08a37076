//! What was seen on a worker's devices, summed up in words.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::explain::visible;
use crate::telemetry::{Observation, Seen};
use crate::web::pages::words::count;

/// Things of one sort that are listed.
const LISTED: usize = 20;

/// Characters of what a device says of itself.
const LETTERS: usize = 100;

/// What was seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// USB devices.
    pub usb: Vec<Thing>,
    /// Screens.
    pub displays: Vec<Thing>,
    /// Programs.
    pub programs: Vec<Thing>,
    /// Who was at it, in sentences.
    pub use_lines: Vec<String>,
    /// Whether more was seen than is listed.
    pub more: bool,
}

/// One thing.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    /// What it calls itself.
    pub what: String,
    /// When it was first seen.
    pub first_at: Timestamp,
    /// And last.
    pub last_at: Timestamp,
}

impl Observed {
    /// Of observations, the oldest first.
    pub fn of(observations: &[Observation]) -> Self {
        let mut usb = BTreeMap::new();
        let mut displays = BTreeMap::new();
        let mut programs = BTreeMap::new();
        for one in observations {
            let (things, what) = match &one.seen {
                Seen::Usb {
                    vendor_id,
                    product_id,
                    manufacturer,
                    product,
                    ..
                } => {
                    let name = [manufacturer, product];
                    (
                        &mut usb,
                        named(&name, Some(format!("{vendor_id}:{product_id}"))),
                    )
                }
                Seen::Display {
                    manufacturer,
                    name,
                    product_id,
                    ..
                } => (
                    &mut displays,
                    named(&[manufacturer, name], product_id.clone()),
                ),
                Seen::Process { name, port, .. } => {
                    let port = port.map(|port| format!("listens on {port}"));
                    (&mut programs, named(&[&Some(name.clone())], port))
                }
                _ => continue,
            };
            let seen: &mut (Timestamp, Timestamp) = things.entry(what).or_insert((one.at, one.at));
            *seen = (seen.0.min(one.at), seen.1.max(one.at));
        }
        let more = [&usb, &displays, &programs]
            .iter()
            .any(|things| things.len() > LISTED);
        Self {
            usb: latest(usb),
            displays: latest(displays),
            programs: latest(programs),
            use_lines: use_lines(observations),
            more,
        }
    }

    /// Whether there is anything.
    pub fn is_empty(&self) -> bool {
        self.usb.is_empty()
            && self.displays.is_empty()
            && self.programs.is_empty()
            && self.use_lines.is_empty()
    }

    /// Each sort with its heading.
    pub fn sorts(&self) -> Vec<(&'static str, &[Thing])> {
        let sorts = [
            ("USB devices", &*self.usb),
            ("Screens", &*self.displays),
            ("Programs", &*self.programs),
        ];
        sorts
            .into_iter()
            .filter(|(_, things)| !things.is_empty())
            .collect()
    }
}

/// What it calls itself, and its number or port.
fn named(names: &[&Option<String>], and: Option<String>) -> String {
    let names: Vec<&str> = names.iter().filter_map(|name| name.as_deref()).collect();
    let name = visible::short(&names.join(" "), LETTERS).into_owned();
    match (name.is_empty(), and) {
        (false, Some(and)) => format!("{name} ({and})"),
        (true, Some(and)) => and,
        (false, None) => name,
        (true, None) => "without a name".to_owned(),
    }
}

/// The latest of each sort.
fn latest(things: BTreeMap<String, (Timestamp, Timestamp)>) -> Vec<Thing> {
    let thing = |(what, (first_at, last_at))| Thing {
        what,
        first_at,
        last_at,
    };
    let mut all: Vec<Thing> = things.into_iter().map(thing).collect();
    all.sort_by_key(|one| std::cmp::Reverse(one.last_at));
    all.truncate(LISTED);
    all
}

fn use_lines(observations: &[Observation]) -> Vec<String> {
    let (mut afar, mut here) = ((0, 0.0), (0, 0.0));
    let mut products = Vec::<&str>::new();
    for one in observations {
        let Seen::RemoteSession {
            product,
            remote,
            active_minutes,
            ..
        } = &one.seen
        else {
            continue;
        };
        let side = if *remote { &mut afar } else { &mut here };
        *side = (side.0 + 1, side.1 + active_minutes);
        if let Some(product) = product
            .as_deref()
            .filter(|one| *remote && !products.contains(one))
        {
            products.push(product);
        }
    }
    let mut lines = Vec::new();
    if afar.0 > 0 {
        products.truncate(5);
        let by = if products.is_empty() {
            String::new()
        } else {
            format!(" by {}", visible::short(&products.join(", "), LETTERS))
        };
        lines.push(format!(
            "{} from afar{by}: {:.0} active minutes.",
            count(afar.0, "session"),
            afar.1
        ));
    }
    if here.0 > 0 {
        lines.push(format!(
            "{} at the device: {:.0} active minutes.",
            count(here.0, "session"),
            here.1
        ));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::telemetry::DeviceId;

    fn seen(at: i64, seen: Seen) -> Observation {
        Observation {
            id: at.to_string(),
            device: DeviceId::default(),
            at: Timestamp::from_second(at).unwrap(),
            seen,
        }
    }

    #[test]
    fn things_are_listed_once_and_minutes_summed_up() {
        let usb = || Seen::Usb {
            vendor_id: "1d6b".into(),
            product_id: "0104".into(),
            manufacturer: Some("tinypilot".to_owned()),
            product: Some("Multifunction USB Device".to_owned()),
            serial: None,
        };
        let session = |remote, minutes| Seen::RemoteSession {
            product: Some("rdp".to_owned()).filter(|_| remote),
            remote,
            active_minutes: minutes,
            peer_ip: None,
            peer_is_relay: None,
            own_keyboard: None,
        };
        let program = Seen::Process {
            name: "sshd".into(),
            path: None,
            command_line: None,
            port: Some(22),
        };
        let all = [
            seen(1, usb()),
            seen(9, usb()),
            seen(2, program),
            seen(3, session(true, 300.0)),
            seen(4, session(true, 12.4)),
            seen(5, session(false, 20.0)),
        ];
        let observed = Observed::of(&all);
        assert_eq!(observed.usb.len(), 1);
        assert_eq!(
            observed.usb[0].what,
            "tinypilot Multifunction USB Device (1d6b:0104)"
        );
        assert_eq!(observed.usb[0].last_at.as_second(), 9);
        assert_eq!(observed.programs[0].what, "sshd (listens on 22)");
        assert_eq!(
            observed.use_lines,
            [
                "2 sessions from afar by rdp: 312 active minutes.",
                "1 session at the device: 20 active minutes."
            ]
        );
        assert!(Observed::of(&[]).is_empty());
    }
}
