//! Which devices are in one network, as places: keyed hashes of address and gateway.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::owners;
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::keys::{self, Kind as KeyKind};
use crate::store::observations;
use crate::telemetry::{DeviceId, Item, Seen};

/// How long devices that were in one network count as being together.
const TOGETHER_MS: i64 = 7 * 86_400_000;

/// Notes in which networks devices are. Whoever else was lately in one that a device is new in is due too.
pub(super) async fn beside(app: &App, tx: &mut Tx, items: &[Item]) -> Result<BTreeSet<String>> {
    let mut seen = BTreeMap::<(i64, DeviceId), (Timestamp, Timestamp)>::new();
    for item in items {
        let Item::Observation(one) = item else {
            continue;
        };
        let Some(hash) = network(app, &one.seen) else {
            continue;
        };
        let span = seen
            .entry((hash, one.device.clone()))
            .or_insert((one.at, one.at));
        *span = (span.0.min(one.at), span.1.max(one.at));
    }
    if seen.is_empty() {
        return Ok(BTreeSet::new());
    }
    let new = observations::in_networks(tx, &seen).await?;
    let there = observations::of_networks(tx, &new).await?;
    let mut devices = Vec::new();
    for (hash, device, _, last) in &there {
        let met = |((one, own), (first, _)): (&(i64, DeviceId), &(Timestamp, Timestamp))| {
            one == hash && own.as_str() != device && first.as_millisecond() - last <= TOGETHER_MS
        };
        if seen.iter().any(met)
            && let (Some(device), Ok(at)) =
                (DeviceId::of(device), Timestamp::from_millisecond(*last))
        {
            devices.push((device, (at, at)));
        }
    }
    let devices: Vec<_> = devices
        .iter()
        .map(|(device, span)| (device, *span))
        .collect();
    owners(tx, &devices).await
}

/// The keyed hash of a network that is one place: its address towards the internet and its gateway or
/// access point. An address that many share is no place.
fn network(app: &App, seen: &Seen) -> Option<i64> {
    let Seen::Network {
        egress_ip,
        gateway_mac,
        bssid,
        vpn: None,
        shared_ip,
    } = seen
    else {
        return None;
    };
    if *shared_ip == Some(true) {
        return None;
    }
    let ip = keys::network(egress_ip.as_deref()?)?;
    let gate = bssid
        .as_deref()
        .or(gateway_mac.as_deref())?
        .trim()
        .to_lowercase();
    (!gate.is_empty()).then(|| app.hash.of(KeyKind::Network, &format!("{ip} by {gate}")))
}
