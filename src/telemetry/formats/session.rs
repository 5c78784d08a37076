//! A summary of one session's timings.

use std::borrow::Cow;

use jiff::Timestamp;

use super::bounds;
use super::fields::Fields;
use super::sample::access;
use super::{Fault, Item};
use crate::telemetry::item::{Kind, Probe, Session};

/// A session field by field.
pub(super) fn of_fields(fields: Fields<'_>, now: Timestamp) -> Result<Item, Fault> {
    fields.without_keys()?;
    let kind = kind(&kind_word(fields)?)?;
    let time = |key: &str| bounds::time(key, &fields.written(key)?, now);
    let ms = |key: &str| bounds::ms(key, fields.needed_number(key)?);
    let n = fields.whole("n")?;
    let session = Session {
        id: fields.id("id")?,
        device: fields.device("device_id")?,
        kind,
        started_at: time("started_at")?,
        ended_at: time("ended_at")?,
        n: bounds::samples(n.ok_or_else(|| Fault::of("n", "is missing; how many samples"))?)?,
        p05_ms: ms("p05_ms")?,
        median_ms: ms("median_ms")?,
        mad_ms: ms("mad_ms")?,
        p95_ms: ms("p95_ms")?,
        peer_is_relay: fields.flag("peer_is_relay")?,
        probe: probe(fields, kind)?,
        access: access(fields.raw("access")?.as_deref())?,
        rhythm: None,
    };
    bounds::session_span(session.started_at, session.ended_at)?;
    if session.p05_ms > session.median_ms {
        return Err(Fault::of("p05_ms", "is above median_ms"));
    }
    if session.median_ms > session.p95_ms {
        return Err(Fault::of("median_ms", "is above p95_ms"));
    }
    Ok(Item::Session(session))
}

/// What is measured, as written.
pub(super) fn kind_word(fields: Fields<'_>) -> Result<Cow<'_, str>, Fault> {
    fields.raw("kind")?.ok_or_else(|| {
        Fault::of(
            "kind",
            format!(
                "is missing; one of {}",
                Kind::ALL.map(Kind::word).join(", ")
            ),
        )
    })
}

/// What is measured.
pub(super) fn kind(word: &str) -> Result<Kind, Fault> {
    bounds::word(
        "kind",
        word.trim(),
        Kind::of_word,
        &Kind::ALL.map(Kind::word),
    )
}

/// The other end, which only a path has.
pub(super) fn probe(fields: Fields<'_>, kind: Kind) -> Result<Option<Probe>, Fault> {
    let Some(inner) = fields.inner("probe")? else {
        return Ok(None);
    };
    let read = || {
        Ok(Probe {
            name: inner.id("name")?,
            lat: inner.needed_number("lat")?,
            lon: inner.needed_number("lon")?,
        })
    };
    let probe = read().map_err(|fault: Fault| fault.within("probe"))?;
    probe_of(kind, Some(probe))
}

/// A probe within bounds.
pub(super) fn probe_of(kind: Kind, probe: Option<Probe>) -> Result<Option<Probe>, Fault> {
    let Some(probe) = probe else {
        return Ok(None);
    };
    if kind != Kind::PathRtt {
        return Err(Fault::of(
            "probe",
            format!("is of path_rtt only, this is {}", kind.word()),
        ));
    }
    Ok(Some(Probe {
        name: bounds::id("probe.name", &probe.name)?,
        lat: bounds::within("probe.lat", probe.lat, -90.0, 90.0)?,
        lon: bounds::within("probe.lon", probe.lon, -180.0, 180.0)?,
    }))
}
