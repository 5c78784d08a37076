//! One timing: read straight into place, since there are millions; where that fails, field by field.

use std::borrow::Cow;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::{IgnoredAny, Visitor};

use super::bounds::{self, Written};
use super::documents::{Document, fits, object};
use super::fields::Fields;
use super::session;
use super::{Fault, Item};
use crate::telemetry::item::{Access, Kind, Probe, Sample};

/// Microseconds of a millisecond.
const US_PER_MS: f64 = 1_000.0;

/// A sample as it stands in JSON, with its texts where they are. One with other keys is read the slow way,
/// which sees whether they name what was pressed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    #[serde(borrow)]
    session_id: Cow<'a, str>,
    #[serde(borrow)]
    device_id: Cow<'a, str>,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    at: At<'a>,
    ms: f64,
    peer_is_relay: Option<bool>,
    probe: Option<Probe>,
    #[serde(borrow)]
    access: Option<Text<'a>>,
    /// Named by the slow way.
    #[serde(
        alias = "keys",
        alias = "key_code",
        alias = "keyCode",
        alias = "keycode",
        alias = "char",
        alias = "character",
        alias = "text",
        alias = "scan_code",
        alias = "scanCode",
        alias = "scancode",
        alias = "vk",
        alias = "vk_code",
        alias = "vkCode",
        alias = "keysym",
        alias = "content"
    )]
    key: Option<IgnoredAny>,
}

/// A borrowed text within an `Option`, where serde would copy a bare one.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct At<'a>(Written<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for At<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Moment;
        impl<'de> Visitor<'de> for Moment {
            type Value = Written<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a time")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Written::Text(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Written::Text(text.to_owned().into()))
            }

            fn visit_i64<E>(self, ms: i64) -> Result<Self::Value, E> {
                Ok(Written::Millis(ms))
            }

            fn visit_u64<E: serde::de::Error>(self, ms: u64) -> Result<Self::Value, E> {
                i64::try_from(ms).map(Written::Millis).map_err(E::custom)
            }
        }
        deserializer.deserialize_any(Moment).map(At)
    }
}

/// A sample of JSON.
pub(super) fn of_json(document: Document<'_>, now: Timestamp) -> Result<Item, Fault> {
    fits(document)?;
    match serde_json::from_slice::<Wire<'_>>(document.bytes) {
        Ok(wire) if wire.key.is_none() => checked(
            &Parts {
                session: &wire.session_id,
                device: &wire.device_id,
                kind: &wire.kind,
                at: wire.at.0,
                ms: wire.ms,
                peer_is_relay: wire.peer_is_relay,
                access: wire.access.as_ref().map(|access| access.0.as_ref()),
            },
            |kind| session::probe_of(kind, wire.probe),
            now,
        ),
        _ => of_fields(Fields::strict(&object(document)?), now),
    }
}

/// A sample field by field.
pub(super) fn of_fields(fields: Fields<'_>, now: Timestamp) -> Result<Item, Fault> {
    fields.without_keys()?;
    checked(
        &Parts {
            session: &fields.raw("session_id")?.unwrap_or_default(),
            device: &fields.raw("device_id")?.unwrap_or_default(),
            kind: &session::kind_word(fields)?,
            at: fields.written("at")?,
            ms: fields.needed_number("ms")?,
            peer_is_relay: fields.flag("peer_is_relay")?,
            access: fields.raw("access")?.as_deref(),
        },
        |kind| session::probe(fields, kind),
        now,
    )
}

struct Parts<'a> {
    session: &'a str,
    device: &'a str,
    kind: &'a str,
    at: Written<'a>,
    ms: f64,
    peer_is_relay: Option<bool>,
    access: Option<&'a str>,
}

fn checked(
    parts: &Parts<'_>,
    probe: impl FnOnce(Kind) -> Result<Option<Probe>, Fault>,
    now: Timestamp,
) -> Result<Item, Fault> {
    let kind = session::kind(parts.kind)?;
    let us = (bounds::ms("ms", parts.ms)? * US_PER_MS).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within ten minutes, which fit"
    )]
    let us = us as u32;
    Ok(Item::Sample(Sample {
        session: bounds::id("session_id", parts.session)?,
        device: bounds::device("device_id", parts.device)?,
        kind,
        at: bounds::time("at", &parts.at, now)?,
        us,
        peer_is_relay: parts.peer_is_relay,
        probe: probe(kind)?,
        access: access(parts.access)?,
    }))
}

/// How the device is on the internet.
pub(super) fn access(word: Option<&str>) -> Result<Option<Access>, Fault> {
    let word = word.map(str::trim).filter(|word| !word.is_empty());
    word.map(|word| {
        bounds::word(
            "access",
            word,
            Access::of_word,
            &Access::ALL.map(Access::word),
        )
    })
    .transpose()
}
