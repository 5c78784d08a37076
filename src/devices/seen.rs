//! Hardware and programs that were seen, each once.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::kvm::{self, By};
use super::programs::{self, Use};
use super::since_issue;
use crate::telemetry::{DeviceId, Observation, Record, Seen};

/// Items that are kept of each list.
const MOST: usize = 50;

/// Characters of what a device says of itself that are kept.
const LONGEST: usize = 80;

/// A piece of remote hardware, or what may be one.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Hardware {
    /// Where.
    pub device: DeviceId,
    /// The product.
    pub product: String,
    /// What it is known by.
    pub by: By,
    /// What was seen, in words.
    pub text: String,
    /// First.
    pub at: Timestamp,
}

/// A program, or a product of which a session or the network speaks.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Program {
    /// Where.
    pub device: DeviceId,
    /// The product.
    pub product: String,
    /// What it is for.
    pub purpose: Use,
    /// Of remote control: whether the operator allows it.
    pub allowed: bool,
    /// Whether it was once set up so that nobody need agree at the device.
    pub unattended: bool,
    /// Days from issue to when it was first seen.
    pub days_after_issue: Option<f64>,
    /// Of remote control: its place among the device's products by when they were first seen, from 1.
    pub nth: usize,
    /// Of these products up to this one, how many the operator does not allow.
    pub not_allowed: usize,
}

/// Remote hardware: of each device and product what is surest.
pub(super) fn hardware(record: &Record) -> Vec<Hardware> {
    let mut found: Vec<Hardware> = Vec::new();
    for observation in &record.observations {
        let Some((product, by)) = kvm::product(&observation.seen) else {
            continue;
        };
        let one = Hardware {
            device: observation.device.clone(),
            product: product.to_owned(),
            by,
            text: in_words(&observation.seen),
            at: observation.at,
        };
        let known = found
            .iter_mut()
            .find(|known| known.device == one.device && known.product == one.product);
        match known {
            Some(known) if one.by < known.by => *known = one,
            Some(_) => {}
            None => found.push(one),
        }
    }
    found.sort_by_key(|one| one.by);
    found.truncate(MOST);
    found
}

/// Programs by device, use and product.
pub(super) fn programs(record: &Record) -> Vec<Program> {
    let mut found: Vec<Program> = Vec::new();
    let mut counts: BTreeMap<&DeviceId, (usize, usize)> = BTreeMap::new();
    for observation in &record.observations {
        let Some((product, purpose, unattended)) = program(observation) else {
            continue;
        };
        let known = found
            .iter_mut()
            .find(|known| known.device == observation.device && known.product == product);
        if let Some(known) = known {
            known.unattended |= unattended;
            continue;
        }
        let is_remote = purpose == Use::Remote;
        let allowed = is_remote && programs::is_allowed(&product, &record.allowed_remote);
        let (nth, not_allowed) = counts.entry(&observation.device).or_default();
        *nth += usize::from(is_remote);
        *not_allowed += usize::from(is_remote && !allowed);
        let age = since_issue(record, &observation.device, observation.at);
        found.push(Program {
            device: observation.device.clone(),
            product,
            purpose,
            allowed,
            unattended,
            days_after_issue: age.map(|age| (age.as_secs_f64() / 86_400.0).floor()),
            nth: *nth,
            not_allowed: *not_allowed,
        });
    }
    found.truncate(MOST);
    found
}

pub(super) fn program(observation: &Observation) -> Option<(String, Use, bool)> {
    match &observation.seen {
        seen @ Seen::Process { .. } => {
            let known = programs::process(seen)?;
            Some((known.product.to_owned(), known.purpose, known.unattended))
        }
        Seen::RemoteSession {
            product: Some(product),
            remote: true,
            ..
        } => {
            let product = programs::remote_product(product)?;
            Some((product.to_owned(), Use::Remote, false))
        }
        Seen::Network { vpn: Some(vpn), .. } if !vpn.trim().is_empty() => {
            let purpose = if programs::is_named_vpn(vpn) {
                Use::NamedVpn
            } else {
                Use::Vpn
            };
            Some((cut(vpn.trim()), purpose, false))
        }
        _ => None,
    }
}

/// A device as it describes itself.
fn in_words(seen: &Seen) -> String {
    let (head, strings) = match seen {
        Seen::Usb {
            vendor_id,
            product_id,
            manufacturer,
            product,
            serial,
        } => {
            let head = format!("USB {}:{}", cut(vendor_id), cut(product_id));
            (head, [manufacturer, product, serial])
        }
        Seen::Display {
            manufacturer,
            name,
            serial,
            ..
        } => ("Screen".to_owned(), [manufacturer, name, serial]),
        _ => return String::new(),
    };
    let strings = strings.into_iter().flatten().map(|text| cut(text.trim()));
    std::iter::once(head)
        .chain(strings.filter(|text| !text.is_empty()))
        .collect::<Vec<_>>()
        .join(", ")
}

fn cut(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::testing::record;

    fn process(name: &str, line: Option<&str>) -> Seen {
        Seen::Process {
            name: name.into(),
            path: None,
            command_line: line.map(str::to_owned),
            port: None,
        }
    }

    fn keyboard(manufacturer: Option<&str>) -> Seen {
        Seen::Usb {
            vendor_id: "3346".into(),
            product_id: "1009".into(),
            manufacturer: manufacturer.map(str::to_owned),
            product: manufacturer.map(|_| "NanoKVM".into()),
            serial: None,
        }
    }

    #[test]
    fn the_surest_of_a_product_is_kept() {
        let seen = |time, manufacturer| (time, keyboard(manufacturer));
        let record = record(vec![
            seen("2026-03-02T00:00:00Z", None),
            seen("2026-03-03T00:00:00Z", Some("sipeed")),
            seen("2026-03-04T00:00:00Z", None),
        ]);
        let found = hardware(&record);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].by, By::Name);
        assert_eq!(found[0].text, "USB 3346:1009, sipeed, NanoKVM");
    }

    #[test]
    fn products_are_counted_in_the_order_in_which_they_came() {
        let mut record = record(vec![
            ("2026-03-02T12:00:00Z", process("srserver.exe", None)),
            ("2026-03-02T13:00:00Z", process("NordVPN.exe", None)),
            ("2026-03-04T13:00:00Z", process("anydesk", None)),
            ("2026-03-20T13:00:00Z", process("rustdesk", None)),
            ("2026-03-21T13:00:00Z", process("anydesk", None)),
        ]);
        record.allowed_remote = vec!["splashtop".into()];
        let found: Vec<_> = programs(&record)
            .into_iter()
            .map(|one| {
                (
                    one.product,
                    one.allowed,
                    one.nth,
                    one.not_allowed,
                    one.days_after_issue,
                )
            })
            .collect();
        assert_eq!(
            found,
            [
                ("Splashtop".into(), true, 1, 0, Some(1.0)),
                ("NordVPN".into(), false, 1, 0, Some(1.0)),
                ("AnyDesk".into(), false, 2, 1, Some(3.0)),
                ("RustDesk".into(), false, 3, 2, Some(19.0)),
            ]
        );
    }

    #[test]
    fn no_command_line_is_kept() {
        let line = "remoting_start_host --pin=918273";
        let record = record(vec![("2026-03-02T12:00:00Z", process("sh", Some(line)))]);
        let facts = crate::devices::facts(&record);
        assert!(facts.programs[0].unattended);
        assert!(!serde_json::to_string(&facts).unwrap().contains("918273"));
    }

    #[test]
    fn a_network_and_a_session_name_programs_too() {
        let record = record(vec![
            (
                "2026-03-02T12:00:00Z",
                Seen::Network {
                    egress_ip: None,
                    gateway_mac: None,
                    bssid: None,
                    vpn: Some("Astrill".into()),
                    shared_ip: None,
                },
            ),
            (
                "2026-03-02T13:00:00Z",
                Seen::RemoteSession {
                    product: Some("rdp".into()),
                    remote: true,
                    active_minutes: 10.0,
                    peer_ip: None,
                    peer_is_relay: None,
                    own_keyboard: None,
                },
            ),
        ]);
        let found = programs(&record);
        assert_eq!(found[0].purpose, Use::NamedVpn);
        assert_eq!(found[1].product, "Remote Desktop");
    }
}
