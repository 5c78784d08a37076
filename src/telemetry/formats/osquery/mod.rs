//! osquery's result logs, as its filesystem logger writes them and as its TLS logger sends them.
//!
//! Documented at osquery.readthedocs.io, "Logging" (differential, batch and snapshot results) and
//! "Remote" (the TLS bodies); columns are those of the tables at osquery.io/schema. What a query is of
//! is told by the end of its name, `pack/telltale/usb_devices`, so that other packs do not matter; the
//! queries are in `rules/osquery/telltale.conf`.

pub mod tls;

use jiff::Timestamp;
use jiff::fmt::strtime;
use serde_json::{Map, Value};

use super::bounds::{self, Written};
use super::documents::{documents, object, shown};
use super::fields::Fields;
use super::hardware::{
    clean, edid_letters, fingerprint_of, ip, mac, of_windows_path, usb_id, vpn_of,
};
use super::{Context, Fault, Format, Item, Read};
use crate::telemetry::item::{DeviceId, Observation, Seen};

/// The ready queries: what the configuration endpoint answers with.
pub const PACK: &str = include_str!("../../../../rules/osquery/telltale.conf");

pub(super) const FORMAT: Format = Format {
    name: "osquery",
    title: "osquery",
    read,
};

/// A row's meaning; `None` where it says nothing.
type Row = fn(Fields<'_>) -> Result<Option<Seen>, Fault>;

/// Queries by the end of their name.
const QUERIES: [(&str, Row); 10] = [
    ("usb_devices", usb),
    ("drivers", driver),
    ("connected_displays", display),
    ("processes", process),
    ("listening_ports", process),
    ("process_open_sockets", process),
    ("default_route", network),
    ("interface_details", network),
    ("arp_cache", network),
    ("wifi_status", network),
];

fn read(bytes: &[u8], context: &Context<'_>) -> Read {
    let mut read = Read::default();
    let mut index = 0;
    for document in documents(bytes) {
        let place = (&mut index, document.line);
        match object(document) {
            Ok(map) => body(&mut read, place, &map, context.now),
            Err(fault) => {
                read.refuse(index, document.line, fault);
                index += 1;
            }
        }
    }
    read
}

/// A line of a log, or a body of lines that the TLS logger sends.
fn body(
    read: &mut Read,
    (index, number): (&mut usize, Option<u64>),
    map: &Map<String, Value>,
    now: Timestamp,
) {
    let Some(Value::Array(lines)) = map.get("data") else {
        line(read, (*index, number), map, now);
        *index += 1;
        return;
    };
    let results = map.get("log_type").is_none_or(|kind| kind == "result");
    for one in lines {
        match one {
            Value::Object(_) if !results => read.ignored += 1,
            Value::Object(one) => line(read, (*index, number), one, now),
            _ => read.refuse(*index, number, Fault::whole("one JSON object is wanted")),
        }
        *index += 1;
    }
}

/// What one line says, row by row.
fn line(
    read: &mut Read,
    (index, number): (usize, Option<u64>),
    line: &Map<String, Value>,
    now: Timestamp,
) {
    let known = Fields::loose(line).raw("name").ok().flatten();
    let Some((name, row)) = known.and_then(|name| Some((name.clone(), query(&name)?))) else {
        read.ignored += 1;
        return;
    };
    let whose = match Whose::of(line, &name, now) {
        Ok(whose) => whose,
        Err(fault) => return read.refuse(index, number, fault),
    };
    let rows = rows(line);
    if rows.is_empty() {
        read.ignored += 1;
    }
    for (place, columns) in rows {
        let item = match columns {
            Value::Object(columns) => whose.observation(columns, row),
            other => Err(Fault::whole(format!(
                "columns are wanted, this is {}",
                shown(other)
            ))),
        };
        read.take(index, number, item.map_err(|fault| fault.within(&place)));
    }
}

/// The reader of a query's rows.
fn query(name: &str) -> Option<Row> {
    let found = QUERIES.iter().find(|(end, _)| {
        let before = name.strip_suffix(end);
        before.is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_alphanumeric()))
    });
    found.map(|(_, row)| *row)
}

/// Whether results of a query of this name are read.
pub fn reads(name: &str) -> bool {
    query(name).is_some()
}

/// The rows that were there: those that went are ignored.
fn rows(line: &Map<String, Value>) -> Vec<(String, &Value)> {
    if line.contains_key("snapshot") {
        return listed("snapshot", line.get("snapshot"));
    }
    if let Some(batch) = line.get("diffResults") {
        return listed("diffResults.added", batch.get("added"));
    }
    match line.get("columns") {
        Some(columns) if line.get("action").is_none_or(|action| action != "removed") => {
            vec![("columns".to_owned(), columns)]
        }
        _ => Vec::new(),
    }
}

fn listed<'a>(name: &str, list: Option<&'a Value>) -> Vec<(String, &'a Value)> {
    let rows = list.and_then(Value::as_array).into_iter().flatten();
    rows.enumerate()
        .map(|(i, row)| (format!("{name}[{i}]"), row))
        .collect()
}

/// What is common to a line's rows.
struct Whose<'a> {
    device: DeviceId,
    at: Timestamp,
    query: &'a str,
}

impl<'a> Whose<'a> {
    fn of(line: &Map<String, Value>, query: &'a str, now: Timestamp) -> Result<Self, Fault> {
        let fields = Fields::loose(line);
        let device = fields.device("hostIdentifier")?;
        let at = if let Some(seconds) = fields.whole("unixTime")? {
            let ms = i64::try_from(seconds)
                .ok()
                .and_then(|s| s.checked_mul(1_000));
            let ms = ms.unwrap_or(i64::MAX);
            bounds::time("unixTime", &Written::Millis(ms), now)?
        } else {
            let text = fields.raw("calendarTime")?.unwrap_or_default();
            bounds::near("calendarTime", calendar(&text)?, now)?
        };
        Ok(Self { device, at, query })
    }

    fn observation(&self, columns: &Map<String, Value>, row: Row) -> Result<Option<Item>, Fault> {
        let Some(seen) = row(Fields::loose(columns))? else {
            return Ok(None);
        };
        let second = self.at.as_second().to_string();
        let id = fingerprint_of(
            ["osquery", self.device.as_str(), self.query, &second],
            columns,
        );
        Ok(Some(Item::Observation(Observation {
            id,
            device: self.device.clone(),
            at: self.at,
            seen,
        })))
    }
}

/// `Tue Sep 11 16:14:21 2018 UTC`.
fn calendar(text: &str) -> Result<Timestamp, Fault> {
    let without_zone = text.trim().trim_end_matches(" UTC");
    let read = strtime::parse("%a %b %e %H:%M:%S %Y", without_zone)
        .and_then(|broken| broken.to_datetime())
        .and_then(|civil| civil.to_zoned(jiff::tz::TimeZone::UTC));
    read.map(|zoned| zoned.timestamp())
        .map_err(|_| Fault::of("unixTime", "is missing; seconds since 1970"))
}

/// Of `usb_devices`, whose ids are hexadecimal on every platform.
fn usb(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    let id = |key: &str| {
        let written = fields.raw(key)?.unwrap_or_default();
        if written.is_empty() {
            return Ok(None); // a hub that names no maker
        }
        let id = usb_id(&written);
        id.map(Some)
            .ok_or_else(|| Fault::of(key, "is no USB id; four hexadecimal digits are wanted"))
    };
    let (Some(vendor_id), Some(product_id)) = (id("vendor_id")?, id("model_id")?) else {
        return Ok(None);
    };
    let text = |key: &str| Ok(fields.raw(key)?.as_deref().and_then(clean));
    Ok(Some(Seen::Usb {
        vendor_id,
        product_id,
        manufacturer: text("vendor")?,
        product: text("model")?,
        serial: text("serial")?,
    }))
}

/// Of `drivers`, which has the devices of Windows by their paths; its `manufacturer` is the driver's.
fn driver(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    let path = fields.raw("device_id")?.unwrap_or_default();
    let name = fields.raw("device_name")?.as_deref().and_then(clean);
    Ok(of_windows_path(&path, name))
}

/// Of `connected_displays`, whose ids are those of the EDID in hexadecimal.
fn display(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    let text = |key: &str| Ok::<_, Fault>(fields.raw(key)?.as_deref().and_then(clean));
    let id = |key: &str| Ok::<_, Fault>(text(key)?.as_deref().and_then(usb_id));
    let (name, serial) = (text("name")?, text("serial_number")?);
    let manufacturer = id("vendor_id")?.as_deref().and_then(edid_letters);
    let product_id = id("product_id")?;
    if name.is_none() && manufacturer.is_none() {
        return Ok(None);
    }
    Ok(Some(Seen::Display {
        manufacturer,
        product_id,
        name,
        serial,
    }))
}

/// Of `processes`, and of the tables of ports joined with it.
fn process(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    let Some(name) = fields.line("name", bounds::ID)? else {
        return Ok(None); // a socket whose process was gone
    };
    // A socket's own port says nothing unless something listens there, by TCP.
    let listens = fields.raw("state")?.is_none_or(|state| state == "LISTEN")
        && fields.raw("protocol")?.is_none_or(|number| number == "6")
        && fields.port("remote_port")?.is_none();
    let port = match fields.port("port")? {
        None => fields.port("local_port")?,
        port => port,
    };
    Ok(Some(Seen::Process {
        name,
        path: fields.line("path", bounds::COMMAND_LINE)?,
        command_line: fields.command_line("cmdline")?,
        port: port.filter(|_| listens),
    }))
}

/// Of the default route with its adapter and gateway, and of the tables that say part of it.
fn network(fields: Fields<'_>) -> Result<Option<Seen>, Fault> {
    let mut vpn = None;
    for key in ["interface", "friendly_name", "description"] {
        let text = fields.raw(key)?.unwrap_or_default();
        vpn = vpn.or(vpn_of(&text));
    }
    let hardware = |key: &str| Ok(fields.raw(key)?.as_deref().and_then(mac));
    // `mac` is the gateway's in `arp_cache`, whose rows have an address, and one's own elsewhere.
    let gateway_mac = match hardware("gateway_mac")? {
        None if fields.has("address") => hardware("mac")?,
        gateway_mac => gateway_mac,
    };
    let bssid = hardware("bssid")?;
    let egress_ip = fields.raw("egress_ip")?.as_deref().and_then(ip);
    if gateway_mac.is_none() && bssid.is_none() && vpn.is_none() && egress_ip.is_none() {
        return Ok(None);
    }
    Ok(Some(Seen::Network {
        egress_ip,
        gateway_mac,
        bssid,
        vpn: vpn.map(ToOwned::to_owned),
        shared_ip: None,
    }))
}
