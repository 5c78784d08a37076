//! Events of `CrowdStrike` Falcon, one JSON object a line, as Falcon Data Replicator writes them.
//!
//! Documented in the "Events Data Dictionary" of the Falcon console. Every value is a text. Every event
//! has `event_simpleName`, `aid` (the agent), `timestamp` (milliseconds since 1970) and mostly `aip`
//! (the address that the cloud saw the agent at) and `ComputerName`.

use std::collections::HashSet;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::bounds::{self, Written};
use super::documents::{documents, object};
use super::fields::Fields;
use super::hardware::{clean, file_name, fingerprint, fingerprint_of, ip, of_windows_path, usb_id};
use super::{Context, DeviceId, Fault, Format, Item, Read};
use crate::telemetry::item::{Observation, Seen};

pub(super) const FORMAT: Format = Format {
    name: "falcon",
    title: "CrowdStrike Falcon",
    read,
};

const HOUR_SECONDS: i64 = 3600;

fn read(bytes: &[u8], context: &Context<'_>) -> Read {
    let mut read = Read::default();
    // The agent's address stands in every event; once an hour is enough.
    let mut addresses = HashSet::new();
    for (index, document) in documents(bytes).into_iter().enumerate() {
        match object(document).and_then(|map| event(&map, context.now)) {
            Ok(items) => {
                let before = read.items.len();
                for item in items {
                    let new = match &item {
                        Item::Observation(Observation {
                            id,
                            seen: Seen::Network { .. },
                            ..
                        }) => addresses.insert(id.clone()),
                        _ => true,
                    };
                    if new {
                        read.push(index, item);
                    }
                }
                read.ignored += usize::from(read.items.len() == before);
            }
            Err(fault) => read.refuse(index, document.line, fault),
        }
    }
    read
}

/// What an event says: at most what it is of, and the address that it came from.
fn event(map: &Map<String, Value>, now: Timestamp) -> Result<Vec<Item>, Fault> {
    let fields = Fields::loose(map);
    let Some(name) = fields.raw("event_simpleName")? else {
        return Ok(Vec::new()); // an inventory record, such as of `aidmaster`
    };
    let (seen, says_address) = match name.as_ref() {
        "DcUsbDeviceConnected" => (usb(fields)?, true),
        "ProcessRollup2" | "SyntheticProcessRollup2" => (process(fields)?, true),
        "NetworkListenIP4"
        | "NetworkListenIP6"
        | "NetworkReceiveAcceptIP4"
        | "NetworkReceiveAcceptIP6" => (socket(fields, listens_on(fields)?)?, true),
        "NetworkConnectIP4" | "NetworkConnectIP6" => (socket(fields, None)?, true),
        "AgentOnline" | "AgentConnect" => (None, true),
        _ => (None, false),
    };
    let address = fields.raw("aip")?.as_deref().and_then(ip);
    if seen.is_none() && !(says_address && address.is_some()) {
        return Ok(Vec::new());
    }
    let named = fields.has("ComputerName");
    let device = fields.device(if named { "ComputerName" } else { "aid" })?;
    let at = time(fields, now)?;
    let mut items = Vec::new();
    if let Some(seen) = seen {
        items.push(observation(id(fields, map, &device)?, &device, at, seen));
    }
    if let Some(address) = address.filter(|_| says_address) {
        let hour = (at.as_second() / HOUR_SECONDS).to_string();
        let id = fingerprint(["falcon", device.as_str(), &address, &hour]);
        let seen = Seen::Network {
            egress_ip: Some(address),
            gateway_mac: None,
            bssid: None,
            vpn: None,
            shared_ip: None,
        };
        items.push(observation(id, &device, at, seen));
    }
    Ok(items)
}

fn observation(id: String, device: &DeviceId, at: Timestamp, seen: Seen) -> Item {
    Item::Observation(Observation {
        id,
        device: device.clone(),
        at,
        seen,
    })
}

/// The event's own id, which stays when a batch is written again; else one of all it says.
fn id(fields: Fields<'_>, map: &Map<String, Value>, device: &DeviceId) -> Result<String, Fault> {
    if fields.has("id") {
        return fields.id("id");
    }
    Ok(fingerprint_of(["falcon", device.as_str()], map))
}

/// `timestamp`: milliseconds, as a text; RFC 3339 where something in between made it readable.
fn time(fields: Fields<'_>, now: Timestamp) -> Result<Timestamp, Fault> {
    let written: Written<'_> = fields.written("timestamp")?;
    bounds::time("timestamp", &written, now)
}

fn usb(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    let text = |key: &str| Ok::<_, Fault>(fields.raw(key)?.as_deref().and_then(clean));
    let path = fields.raw("DeviceInstanceId")?.unwrap_or_default();
    let from_path = match of_windows_path(&path, None) {
        Some(Seen::Usb {
            vendor_id,
            product_id,
            serial,
            ..
        }) => Some((vendor_id, product_id, serial)),
        _ => None,
    };
    // Elsewhere than on Windows there is no such path.
    let ids = || {
        let id = |key: &str| fields.raw(key).ok()?.as_deref().and_then(usb_id);
        Some((id("DeviceVendorId")?, id("DeviceProductId")?, None))
    };
    let Some((vendor_id, product_id, serial)) = from_path.or_else(ids) else {
        return Ok(None);
    };
    Ok(Some(Seen::Usb {
        vendor_id,
        product_id,
        manufacturer: text("DeviceManufacturer")?,
        product: text("DeviceProduct")?,
        serial: text("DeviceSerialNumber")?.or(serial),
    }))
}

fn process(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    let path = fields.line("ImageFileName", bounds::COMMAND_LINE)?;
    let name = match &path {
        Some(path) => Some(bounds::line("ImageFileName", file_name(path), bounds::ID)?.to_owned()),
        None => fields.line("FileName", bounds::ID)?,
    };
    let Some(name) = name.filter(|name| !name.is_empty()) else {
        return Ok(None);
    };
    Ok(Some(Seen::Process {
        name,
        path,
        command_line: fields.command_line("CommandLine")?,
        port: None,
    }))
}

/// The port of a socket; `Protocol` is IP's number, 6 for TCP.
fn listens_on(fields: Fields<'_>) -> Result<Option<u16>, Fault> {
    let tcp = fields.raw("Protocol")?.is_none_or(|number| number == "6");
    Ok(fields.port("LocalPort")?.filter(|_| tcp))
}

/// A socket's process, where the event names it.
fn socket(fields: Fields<'_>, port: Option<u16>) -> Result<Option<Seen>, Fault> {
    let name = fields.line("ContextBaseFileName", bounds::ID)?;
    Ok(name.map(|name| Seen::Process {
        name,
        path: None,
        command_line: None,
        port,
    }))
}
