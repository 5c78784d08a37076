//! Microsoft Defender's advanced hunting, as its page exports it (CSV), as its API answers (JSON with
//! `Results`), and as it streams events (JSON with `records`).
//!
//! Documented at learn.microsoft.com, "Advanced hunting schema": tables `DeviceProcessEvents`,
//! `DeviceNetworkEvents`, `DeviceEvents` (`PnpDeviceConnected`), `DeviceNetworkInfo` and `DeviceInfo`.
//! Times there are UTC. `DeviceName` is a full domain name; the device is its first label, by which
//! other agents know it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::bounds;
use super::documents::{documents, object};
use super::fields::Fields;
use super::hardware::{fingerprint_of, ip, of_windows_path, vpn_of};
use super::{Context, DeviceId, Encoding, Fault, Format, Item, Read, table};
use crate::intake::when::quoted;
use crate::telemetry::item::{Observation, Seen};

pub(super) const FORMAT: Format = Format {
    name: "defender",
    title: "Microsoft Defender",
    read,
};

/// Columns by which a table's delimiter is told.
const COLUMNS: &[&str] = &[
    "Timestamp",
    "DeviceName",
    "ActionType",
    "FileName",
    "FolderPath",
    "ProcessCommandLine",
    "AdditionalFields",
    "LocalPort",
    "PublicIP",
];

fn read(bytes: &[u8], context: &Context<'_>) -> Read {
    let mut read = Read::default();
    if Encoding::sniff(bytes) == Encoding::Csv {
        let rows = match table::rows(bytes, COLUMNS) {
            Ok(rows) => rows,
            Err(fault) => return Read::nothing(fault),
        };
        for (index, row) in rows.into_iter().enumerate() {
            let item = row.cells.and_then(|cells| item(&cells, context.now));
            read.take(index, Some(row.line), item);
        }
        return read;
    }
    let mut index = 0;
    for document in documents(bytes) {
        let map = match object(document) {
            Ok(map) => map,
            Err(fault) => {
                read.refuse(index, document.line, fault);
                index += 1;
                continue;
            }
        };
        let listed = ["Results", "results", "records"];
        if let Some(rows) = listed.into_iter().find_map(|key| map.get(key)?.as_array()) {
            for row in rows {
                read.take(index, document.line, wrapped(row, context.now));
                index += 1;
            }
        } else {
            read.take(
                index,
                document.line,
                wrapped(&Value::Object(map), context.now),
            );
            index += 1;
        }
    }
    read
}

/// A row, or a streamed event with the row in `properties`.
fn wrapped(row: &Value, now: Timestamp) -> Result<Option<Item>, Fault> {
    let row = row.get("properties").unwrap_or(row);
    let row = row.as_object();
    item(
        row.ok_or_else(|| Fault::whole("one JSON object is wanted"))?,
        now,
    )
}

fn item(row: &Map<String, Value>, now: Timestamp) -> Result<Option<Item>, Fault> {
    let fields = Fields::loose(row);
    let Some(seen) = seen(fields)? else {
        return Ok(None);
    };
    let at = bounds::near("Timestamp", time(fields)?, now)?;
    let name = fields.raw("DeviceName")?.unwrap_or_default();
    let device: DeviceId = bounds::device("DeviceName", host(&name))?;
    // Rows have no id of their own: `ReportId` repeats, and is one only with the device and the time.
    let id = fingerprint_of(["defender", device.as_str()], row);
    Ok(Some(Item::Observation(Observation {
        id,
        device,
        at,
        seen,
    })))
}

fn seen(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    match fields.raw("ActionType")?.as_deref() {
        Some("PnpDeviceConnected") => plugged_in(fields),
        Some("ProcessCreated") => process(fields, "", None),
        Some("ListeningConnectionCreated" | "InboundConnectionAccepted") => {
            let protocol = fields.raw("Protocol")?.unwrap_or_default();
            let tcp = !protocol.to_ascii_lowercase().starts_with("udp");
            let port = fields.port("LocalPort")?.filter(|_| tcp);
            process(fields, "InitiatingProcess", port)
        }
        Some("ConnectionSuccess" | "ConnectionFound") => process(fields, "InitiatingProcess", None),
        Some(_) => Ok(None),
        None => network(fields),
    }
}

/// `AdditionalFields` holds `DeviceId`, Windows' path of what was plugged in; as JSON in a text, or bare.
fn plugged_in(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    let read = |inner: Fields<'_>| -> Result<Option<Seen>, Fault> {
        let path = inner.raw("DeviceId")?.unwrap_or_default();
        let name = inner.line("DeviceDescription", bounds::NAME)?;
        Ok(of_windows_path(&path, name))
    };
    let within = |fault: Fault| fault.within("AdditionalFields");
    if let Ok(Some(inner)) = fields.inner("AdditionalFields") {
        return read(inner).map_err(within);
    }
    let text = fields.raw("AdditionalFields")?.unwrap_or_default();
    let map: Map<String, Value> = serde_json::from_str(&text)
        .map_err(|_| Fault::of("AdditionalFields", "is no JSON object"))?;
    read(Fields::loose(&map)).map_err(within)
}

/// The process of a row, or the one that began what the row is of.
fn process(fields: Fields<'_>, whose: &str, port: Option<u16>) -> Result<Option<Seen>, Fault> {
    let key = |name: &str| format!("{whose}{name}");
    let Some(name) = fields.line(&key("FileName"), bounds::ID)? else {
        return Ok(None);
    };
    let command_line = if whose.is_empty() {
        "ProcessCommandLine"
    } else {
        "InitiatingProcessCommandLine"
    };
    Ok(Some(Seen::Process {
        name,
        path: fields.line(&key("FolderPath"), bounds::COMMAND_LINE)?,
        command_line: fields.command_line(command_line)?,
        port,
    }))
}

/// Of `DeviceInfo` the address, of `DeviceNetworkInfo` the adapter; neither has an action.
fn network(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    let egress_ip = fields.raw("PublicIP")?.as_deref().and_then(ip);
    let up = fields.raw("NetworkAdapterStatus")?;
    let up = up.is_none_or(|status| status.eq_ignore_ascii_case("up"));
    let adapter = fields.raw("NetworkAdapterName")?.unwrap_or_default();
    let vpn = vpn_of(&adapter).filter(|_| up);
    if egress_ip.is_none() && vpn.is_none() {
        return Ok(None);
    }
    Ok(Some(Seen::Network {
        egress_ip,
        gateway_mac: None,
        bssid: None,
        vpn: vpn.map(ToOwned::to_owned),
        shared_ip: None,
    }))
}

/// `Timestamp`, or `TimeGenerated` of the same tables in Sentinel; without an offset it is UTC.
fn time(fields: Fields<'_>) -> Result<Timestamp, Fault> {
    let key = if fields.has("Timestamp") {
        "Timestamp"
    } else {
        "TimeGenerated"
    };
    let text = fields.raw(key)?;
    let text = text.ok_or_else(|| Fault::of("Timestamp", "is missing"))?;
    let with_offset = text.trim().parse::<Timestamp>().ok();
    let without = || {
        let civil: DateTime = text.trim().parse().ok()?;
        Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
    };
    with_offset.or_else(without).ok_or_else(|| {
        Fault::of(
            key,
            format!(
                "{} is no time; such as 2026-03-02T14:05:00.123Z is wanted",
                quoted(&text)
            ),
        )
    })
}

/// The first label of a domain name.
fn host(name: &str) -> &str {
    let name = name.trim();
    if name.parse::<std::net::IpAddr>().is_ok() {
        return name;
    }
    name.split('.').next().unwrap_or(name)
}
