//! Zeek's `conn.log`, as tab-separated values or JSON: connections of one device with one peer within
//! an hour become one session.
//!
//! Documented at docs.zeek.org, "conn.log" and "Log formats". Zeek itself logs no round trip: a package
//! adds it. Read are, in seconds and in this order, `tcp_rtt`, `conn_rtt` and `rtt`, or the sum of
//! `orig_rtt` and `resp_rtt`, the two legs from where Zeek listens; connections without are ignored.
//!
//! A connection with a probe is `path_rtt`. It is `control_rtt` where somebody reaches the device at a
//! port of remote control, or the device keeps a connection to where such a program is driven from.
//! That a device reaches another's screen by RDP or VNC is its own work and is ignored.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::bounds;
use super::documents::{documents, object};
use super::fields::Fields;
use super::hardware::fingerprint;
use super::{Context, DeviceId, Fault, Format, Item, Probe, Read};
use crate::telemetry::item::{Kind, Session};

pub(super) const FORMAT: Format = Format {
    name: "zeek",
    title: "Zeek conn.log",
    read,
};

const MS_PER_SECOND: f64 = 1_000.0;
const HOUR_MS: i64 = 3_600_000;

/// Ports at which a device is driven from: RDP, VNC, `TeamViewer`, `AnyDesk`, `RustDesk`.
const INBOUND: &[std::ops::RangeInclusive<u64>] = &[
    3389..=3389,
    5900..=5909,
    5938..=5938,
    7070..=7070,
    21_115..=21_119,
];

/// Ports of the other end through which a device is driven though it made the connection.
const OUTBOUND: &[std::ops::RangeInclusive<u64>] = &[5938..=5938, 7070..=7070, 21_115..=21_119];

fn read(bytes: &[u8], context: &Context<'_>) -> Read {
    let mut read = Read::default();
    let known = Known::of(context);
    let mut groups = Groups::new();
    let mut take = |read: &mut Read, index, line, row: Result<Map<String, Value>, Fault>| match row
        .and_then(|row| connection(Fields::loose(&row), &known, context.now))
    {
        Ok(found) if found.is_empty() => read.ignored += 1,
        Ok(found) => {
            for (group, timing) in found {
                groups.entry(group).or_default().push(timing);
            }
        }
        Err(fault) => read.refuse(index, line, fault),
    };
    if bytes.trim_ascii_start().starts_with(b"#") {
        match tab_separated(bytes) {
            Ok(rows) => {
                for (index, (line, row)) in rows.into_iter().enumerate() {
                    take(&mut read, index, Some(line), row);
                }
            }
            Err(fault) => return Read::nothing(fault),
        }
    } else {
        for (index, document) in documents(bytes).into_iter().enumerate() {
            take(&mut read, index, document.line, object(document));
        }
    }
    for (place, (group, timings)) in groups.into_iter().enumerate() {
        read.push(place, Item::Session(summary(&group, timings, &known)));
    }
    read
}

/// Addresses with what stands behind them.
struct Known<'a> {
    hosts: HashMap<IpAddr, &'a DeviceId>,
    probes: HashMap<IpAddr, &'a Probe>,
}

impl<'a> Known<'a> {
    fn of(context: &Context<'a>) -> Self {
        Self {
            hosts: context.hosts.iter().map(|(ip, id)| (*ip, id)).collect(),
            probes: context
                .probes
                .iter()
                .map(|(ip, probe)| (*ip, probe))
                .collect(),
        }
    }
}

/// What becomes one session.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    device: DeviceId,
    peer: IpAddr,
    kind: Kind,
    /// It comes in by a protocol that no vendor relays.
    inbound: bool,
    hour: i64,
}

/// One connection's round trip.
#[derive(Clone, Debug)]
struct Timing {
    at: Timestamp,
    ms: f64,
    uid: String,
}

type Groups = BTreeMap<Group, Vec<Timing>>;

/// What one connection times: nothing, or once for each end that is a device.
fn connection(
    fields: Fields<'_>,
    known: &Known<'_>,
    now: Timestamp,
) -> Result<Vec<(Group, Timing)>, Fault> {
    let id = fields.inner("id").ok().flatten();
    let end = |host: &str, port: &str| {
        let at = |fields: Fields<'_>, prefix: &str| -> Result<_, Fault> {
            let (host, port) = (format!("{prefix}{host}"), format!("{prefix}{port}"));
            let text = fields.raw(&host)?.unwrap_or_default();
            let address: IpAddr = text
                .trim()
                .parse()
                .map_err(|_| Fault::of(&host, "is no IP address"))?;
            Ok((address, fields.whole(&port)?.unwrap_or_default()))
        };
        match id {
            Some(id) => at(id, ""),
            None => at(fields, "id."),
        }
    };
    let (from, to) = (end("orig_h", "orig_p")?, end("resp_h", "resp_p")?);
    let (from_host, to_host) = (known.hosts.get(&from.0), known.hosts.get(&to.0));
    if from_host.is_none() && to_host.is_none() {
        return Ok(Vec::new());
    }
    let Some((key, seconds)) = round_trip(fields)? else {
        return Ok(Vec::new());
    };
    let timing = Timing {
        at: bounds::near("ts", time(fields)?, now)?,
        ms: bounds::ms(key, seconds * MS_PER_SECOND)?,
        uid: fields.line("uid", bounds::ID)?.unwrap_or_default(),
    };
    let hour = timing.at.as_millisecond().div_euclid(HOUR_MS);
    let driven = |ports: &[std::ops::RangeInclusive<u64>]| ports.iter().any(|p| p.contains(&to.1));
    let ends = [
        (from_host, to.0, driven(OUTBOUND), false),
        (to_host, from.0, driven(INBOUND), true),
    ];
    let found = ends
        .into_iter()
        .filter_map(|(device, peer, driven, inbound)| {
            let kind = if known.probes.contains_key(&peer) {
                Kind::PathRtt
            } else {
                driven.then_some(Kind::ControlRtt)?
            };
            let device = (*device?).clone();
            Some((
                Group {
                    device,
                    peer,
                    kind,
                    inbound: inbound && kind == Kind::ControlRtt,
                    hour,
                },
                timing.clone(),
            ))
        });
    Ok(found.collect())
}

/// The field that was read, and seconds.
fn round_trip(fields: Fields<'_>) -> Result<Option<(&'static str, f64)>, Fault> {
    for key in ["tcp_rtt", "conn_rtt", "rtt"] {
        if let Some(seconds) = fields.number(key)? {
            return Ok(Some((key, seconds)));
        }
    }
    let legs = (fields.number("orig_rtt")?, fields.number("resp_rtt")?);
    Ok(match legs {
        (Some(near), Some(far)) if near >= 0.0 => Some(("resp_rtt", near + far)),
        (Some(near), Some(_)) => Some(("orig_rtt", near)),
        _ => None,
    })
}

/// `ts`: seconds since 1970 with a fraction, or RFC 3339 where JSON is so configured.
fn time(fields: Fields<'_>) -> Result<Timestamp, Fault> {
    let no_time = || Fault::of("ts", "is no time; seconds since 1970 are wanted");
    if let Some(Ok(at)) = fields.raw("ts")?.map(|text| text.trim().parse()) {
        return Ok(at);
    }
    let seconds = fields.number("ts").map_err(|_| no_time())?;
    let seconds = seconds.ok_or_else(|| Fault::of("ts", "is missing"))?;
    let ms = (seconds * MS_PER_SECOND).round();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "it saturates, and what is out of range is refused"
    )]
    let ms = ms as i64;
    Timestamp::from_millisecond(ms).map_err(|_| no_time())
}

/// A group as one session; it has at least one timing.
fn summary(group: &Group, mut timings: Vec<Timing>, known: &Known<'_>) -> Session {
    timings.sort_by_key(|timing| timing.at);
    let (first, last) = (&timings[0], &timings[timings.len() - 1]);
    let n = timings.len();
    // Of its connections too: a log sent in parts makes a session of each part, and the same part
    // again makes the same one.
    let hour = group.hour.to_string();
    let (count, peer) = (n.to_string(), group.peer.to_string());
    let id = fingerprint([
        "zeek",
        group.device.as_str(),
        group.kind.word(),
        &peer,
        &hour,
        &count,
        &first.uid,
        &last.uid,
    ]);
    let (started_at, ended_at) = (first.at, last.at);
    let mut ms: Vec<f64> = timings.iter().map(|timing| timing.ms).collect();
    ms.sort_by(f64::total_cmp);
    let median_ms = quantile(&ms, 50);
    let mut away: Vec<f64> = ms.iter().map(|ms| (ms - median_ms).abs()).collect();
    away.sort_by(f64::total_cmp);
    Session {
        id,
        device: group.device.clone(),
        kind: group.kind,
        started_at,
        ended_at,
        n: n as u64,
        p05_ms: quantile(&ms, 5),
        median_ms,
        mad_ms: quantile(&away, 50),
        p95_ms: quantile(&ms, 95),
        peer_is_relay: group.inbound.then_some(false),
        probe: (group.kind == Kind::PathRtt)
            .then(|| known.probes.get(&group.peer).map(|probe| (*probe).clone()))
            .flatten(),
        access: None,
        rhythm: None,
    }
}

/// The nearest rank; the mean of the two in the middle for an even count's median.
fn quantile(sorted: &[f64], percent: usize) -> f64 {
    let n = sorted.len();
    if percent == 50 && n.is_multiple_of(2) && n > 0 {
        return f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]);
    }
    let rank = (n * percent).div_ceil(100).clamp(1, n.max(1));
    sorted.get(rank - 1).copied().unwrap_or_default()
}

type Rows = Vec<(u64, Result<Map<String, Value>, Fault>)>;

/// The rows of a log with its header: `#separator`, `#fields`, `#unset_field`.
fn tab_separated(bytes: &[u8]) -> Result<Rows, Fault> {
    let mut separator = "\t".to_owned();
    let mut unset = "-".to_owned();
    let mut empty = "(empty)".to_owned();
    let mut headers: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        let Ok(line) = std::str::from_utf8(line) else {
            rows.push((number, Err(Fault::whole("is not UTF-8"))));
            continue;
        };
        let line = line.strip_suffix('\r').unwrap_or(line);
        let Some(said) = line.strip_prefix('#') else {
            if !line.trim().is_empty() {
                rows.push((number, row(line, &separator, &headers, &[&unset, &empty])));
            }
            continue;
        };
        if let Some(told) = said.strip_prefix("separator ") {
            separator = unescaped(told);
        } else if let Some((word, rest)) = said.split_once(separator.as_str()) {
            match word {
                "fields" => {
                    headers = rest
                        .split(separator.as_str())
                        .map(ToOwned::to_owned)
                        .collect();
                }
                "unset_field" => rest.clone_into(&mut unset),
                "empty_field" => rest.clone_into(&mut empty),
                "path" if rest != "conn" => {
                    return Err(Fault::whole("is another log than conn.log"));
                }
                _ => {}
            }
        }
    }
    Ok(rows)
}

fn row(
    line: &str,
    separator: &str,
    headers: &[String],
    absent: &[&str],
) -> Result<Map<String, Value>, Fault> {
    if headers.is_empty() {
        return Err(Fault::whole("has no #fields line before it"));
    }
    let cells: Vec<&str> = line.split(separator).collect();
    if cells.len() != headers.len() {
        return Err(Fault::whole(format!(
            "the row has {} cells, #fields {}",
            cells.len(),
            headers.len()
        )));
    }
    let there = headers
        .iter()
        .zip(cells)
        .filter(|(_, cell)| !absent.contains(cell));
    Ok(there
        .map(|(header, cell)| (header.clone(), cell.into()))
        .collect())
}

/// `\x09` is a tab; a separator is one character.
fn unescaped(told: &str) -> String {
    let told = told.trim_end();
    let byte = told
        .strip_prefix("\\x")
        .and_then(|hex| u8::from_str_radix(hex, 16).ok());
    match byte {
        Some(byte) => char::from(byte).to_string(),
        None if told.is_empty() => "\t".to_owned(),
        None => told.to_owned(),
    }
}
