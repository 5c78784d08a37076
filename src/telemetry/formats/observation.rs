//! Something seen on a device, in our own words.

use jiff::Timestamp;

use super::bounds;
use super::fields::Fields;
use super::hardware::{ip, mac, usb_id};
use super::{Fault, Item};
use crate::intake::when::quoted;
use crate::telemetry::item::{Observation, Seen};

/// What may stand in `type`.
const TYPES: [&str; 7] = [
    "usb",
    "display",
    "process",
    "remote_session",
    "network",
    "location",
    "activity",
];

/// Minutes of the longest span that one observation is of.
const LONGEST_MINUTES: f64 = 48.0 * 60.0;
/// Half the way around the Earth: an uncertainty beyond it says nothing.
const LARGEST_RADIUS_KM: f64 = 20_040.0;
/// Beyond this a coefficient of variation is a mistake.
const LARGEST_CV: f64 = 1e6;

/// An observation field by field.
pub(super) fn of_fields(fields: Fields<'_>, now: Timestamp) -> Result<Item, Fault> {
    let word = fields.raw("type")?.unwrap_or_default();
    let seen = match word.trim() {
        "usb" => usb(fields)?,
        "display" => Seen::Display {
            manufacturer: fields.line("manufacturer", bounds::NAME)?,
            product_id: fields.line("product_id", bounds::NAME)?,
            name: fields.line("name", bounds::NAME)?,
            serial: fields.line("serial", bounds::NAME)?,
        },
        "process" => Seen::Process {
            name: fields.id("name")?,
            path: fields.line("path", bounds::COMMAND_LINE)?,
            command_line: fields.command_line("command_line")?,
            port: fields.port("port")?,
        },
        "remote_session" => Seen::RemoteSession {
            product: fields.line("product", bounds::NAME)?,
            remote: fields
                .flag("remote")?
                .ok_or_else(|| Fault::of("remote", "is missing; true or false"))?,
            active_minutes: minutes(fields)?,
            peer_ip: address(fields, "peer_ip")?,
            peer_is_relay: fields.flag("peer_is_relay")?,
            own_keyboard: fields.flag("own_keyboard")?,
        },
        "network" => network(fields)?,
        "location" => Seen::Location {
            lat: bounds::within("lat", fields.needed_number("lat")?, -90.0, 90.0)?,
            lon: bounds::within("lon", fields.needed_number("lon")?, -180.0, 180.0)?,
            accuracy_km: fields.within("accuracy_km", 0.0, LARGEST_RADIUS_KM)?,
            source: fields.line("source", bounds::ID)?,
            vpn: fields.flag("vpn")?,
        },
        "activity" => Seen::Activity {
            active_minutes: minutes(fields)?,
            online_minutes: fields.within("online_minutes", 0.0, LONGEST_MINUTES)?,
            pointer_cv: fields.within("pointer_cv", 0.0, LARGEST_CV)?,
            own_input: fields.flag("own_input")?,
            lid_shut: fields.flag("lid_shut")?,
        },
        "" => {
            return Err(Fault::of(
                "type",
                format!("is missing; one of {}", TYPES.join(", ")),
            ));
        }
        other => {
            return Err(Fault::of(
                "type",
                format!("{} is none of {}", quoted(other), TYPES.join(", ")),
            ));
        }
    };
    Ok(Item::Observation(Observation {
        id: fields.id("id")?,
        device: fields.device("device_id")?,
        at: bounds::time("at", &fields.written("at")?, now)?,
        seen,
    }))
}

fn usb(fields: Fields<'_>) -> Result<Seen, Fault> {
    let id = |key: &str| {
        let written = fields.raw(key)?.unwrap_or_default();
        usb_id(&written).ok_or_else(|| {
            let wanted = "four hexadecimal digits are wanted, such as 1d6b";
            Fault::of(key, format!("{} is no USB id; {wanted}", quoted(&written)))
        })
    };
    Ok(Seen::Usb {
        vendor_id: id("vendor_id")?,
        product_id: id("product_id")?,
        manufacturer: fields.line("manufacturer", bounds::NAME)?,
        product: fields.line("product", bounds::NAME)?,
        serial: fields.line("serial", bounds::NAME)?,
    })
}

fn network(fields: Fields<'_>) -> Result<Seen, Fault> {
    let known = ["egress_ip", "gateway_mac", "bssid", "vpn", "shared_ip"];
    if !known.into_iter().any(|key| fields.has(key)) {
        return Err(Fault::whole(format!(
            "says nothing of a network; one of {} is wanted",
            known.join(", ")
        )));
    }
    let hardware = |key: &str| {
        let Some(written) = fields.raw(key)? else {
            return Ok(None);
        };
        let address = mac(&written).ok_or_else(|| {
            Fault::of(key, format!("{} is no hardware address", quoted(&written)))
        })?;
        Ok(Some(address))
    };
    Ok(Seen::Network {
        egress_ip: address(fields, "egress_ip")?,
        gateway_mac: hardware("gateway_mac")?,
        bssid: hardware("bssid")?,
        vpn: fields.line("vpn", bounds::NAME)?,
        shared_ip: fields.flag("shared_ip")?,
    })
}

fn minutes(fields: Fields<'_>) -> Result<f64, Fault> {
    let minutes = fields.needed_number("active_minutes")?;
    bounds::within("active_minutes", minutes, 0.0, LONGEST_MINUTES)
}

fn address(fields: Fields<'_>, key: &str) -> Result<Option<String>, Fault> {
    let Some(written) = fields.raw(key)? else {
        return Ok(None);
    };
    let address = ip(&written)
        .ok_or_else(|| Fault::of(key, format!("{} is no IP address", quoted(&written))))?;
    Ok(Some(address))
}
