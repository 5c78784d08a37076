//! One JSON object to one [`New`] onboarding. A key that no onboarding has is refused: a slip would leave
//! out what nobody looks for again.

use jiff::civil::Date;
use serde_json::{Map, Value};

use super::record::address;
use super::said::{choice, line, nothing_else, text};
use super::when::{quoted, timestamp};
use super::{Limits, Refused};
use crate::application::Address;
use crate::onboarding::{BankKind, DeliveryPoint, New, Request, Said};
use crate::telemetry::DeviceId;

/// Devices in one onboarding.
const DEVICES: usize = 20;

/// Letters and digits that an account or a document has at the least.
const SHORTEST_NUMBER: usize = 5;

const KEYS: &str = "source, external_id, worker_id, device_ids, issued_at, returned_device_ids, returned_at, \
    start_date, ship_to, recipient, delivery_point, bank_account, bank_holder, bank_kind, document_number, \
    document_address and requests";

/// Reads one onboarding.
///
/// # Errors
/// What is wrong by the field's path.
pub fn onboarding(value: Value) -> Result<New, Refused> {
    let Value::Object(mut map) = value else {
        return Err(Refused::whole("one JSON object is wanted"));
    };
    let map = &mut map;
    let new = New {
        source: line(map, "source", Limits::ID, "where the candidate came from")?,
        external_id: line(
            map,
            "external_id",
            Limits::ID,
            "the source's id for the candidate",
        )?,
        worker_id: line(map, "worker_id", Limits::ID, "the worker's id")?,
        bank_account: number(map, "bank_account")?,
        document_number: number(map, "document_number")?,
        said: Said {
            devices: devices(map, "device_ids")?,
            issued_at: time(map, "issued_at")?,
            returned: devices(map, "returned_device_ids")?,
            returned_at: time(map, "returned_at")?,
            start_date: date(map, "start_date")?,
            ship_to: place(map, "ship_to")?,
            recipient: text(map, "recipient", Limits::STRING)?,
            delivery_point: delivery_point(map)?,
            bank_holder: text(map, "bank_holder", Limits::STRING)?,
            bank_kind: match map.get("bank_kind") {
                None | Some(Value::Null) => None,
                Some(_) => Some(
                    BankKind::ALL[choice(map, "bank_kind", &BankKind::ALL.map(BankKind::word))?],
                ),
            },
            document_address: place(map, "document_address")?,
            requests: requests(map)?,
            bank: None,
            document: None,
        },
    };
    map.retain(|_, value| !value.is_null());
    nothing_else(map, KEYS)?;
    if let Some(both) = (new.said.devices.iter()).find(|one| new.said.returned.contains(one)) {
        let why = format!("{both} stands among device_ids too");
        return Err(Refused::of("returned_device_ids", why));
    }
    Ok(new)
}

/// A number that is hashed: long enough to be one.
fn number(map: &mut Map<String, Value>, key: &str) -> Result<Option<String>, Refused> {
    let Some(number) = text(map, key, Limits::ID)? else {
        return Ok(None);
    };
    if number.chars().filter(|one| one.is_alphanumeric()).count() < SHORTEST_NUMBER {
        return Err(Refused::of(key, "is too short to be one"));
    }
    Ok(Some(number))
}

fn list(map: &mut Map<String, Value>, key: &str, most: usize) -> Result<Vec<Value>, Refused> {
    match map.remove(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(items)) if items.len() <= most => Ok(items),
        Some(Value::Array(_)) => Err(Refused::of(key, format!("holds more than {most}"))),
        Some(_) => Err(Refused::of(key, "a list is wanted")),
    }
}

fn devices(map: &mut Map<String, Value>, key: &str) -> Result<Vec<DeviceId>, Refused> {
    let mut devices = Vec::new();
    for (at, item) in list(map, key, DEVICES)?.iter().enumerate() {
        let id = item.as_str().and_then(DeviceId::of);
        let id = id.ok_or_else(|| {
            Refused::of(
                format!("{key}[{at}]"),
                "a device's id of 1 to 255 characters is wanted",
            )
        })?;
        if !devices.contains(&id) {
            devices.push(id);
        }
    }
    Ok(devices)
}

fn requests(map: &mut Map<String, Value>) -> Result<Vec<Request>, Refused> {
    let words = Request::ALL.map(Request::word);
    let mut requests = Vec::new();
    for (at, item) in list(map, "requests", words.len())?.iter().enumerate() {
        let known = words.iter().position(|word| item.as_str() == Some(word));
        let known = known.ok_or_else(|| {
            Refused::of(
                format!("requests[{at}]"),
                format!("is none of {}", words.join(", ")),
            )
        })?;
        requests.push(Request::ALL[known]);
    }
    Ok(requests)
}

fn time(map: &mut Map<String, Value>, key: &str) -> Result<Option<jiff::Timestamp>, Refused> {
    let Some(text) = text(map, key, Limits::ID)? else {
        return Ok(None);
    };
    Ok(Some(
        timestamp(&text).map_err(|refused| refused.within(key))?,
    ))
}

fn date(map: &mut Map<String, Value>, key: &str) -> Result<Option<Date>, Refused> {
    let Some(text) = text(map, key, Limits::ID)? else {
        return Ok(None);
    };
    let date = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let wrong = || {
        Refused::of(
            key,
            format!("{} is no date such as 2026-04-01", quoted(&text)),
        )
    };
    Ok(Some(date.ok_or_else(wrong)?))
}

fn place(map: &mut Map<String, Value>, key: &str) -> Result<Option<Address>, Refused> {
    let Some(value) = map.remove(key) else {
        return Ok(None);
    };
    let mut other = Map::new();
    let address = address(value, key, &mut other)?;
    match other.keys().next() {
        Some(unknown) => Err(Refused::of(
            unknown.escape_debug().to_string(),
            "is no part of an address",
        )),
        None => Ok(address),
    }
}

fn delivery_point(map: &mut Map<String, Value>) -> Result<Option<DeliveryPoint>, Refused> {
    match map.remove("delivery_point") {
        None | Some(Value::Null) => Ok(None),
        Some(value) => serde_json::from_value(value).map(Some).map_err(|_| {
            Refused::of(
                "delivery_point",
                "an object is wanted, such as {\"cmra\": true}; cmra, deliverable, vacant and business are true or false",
            )
        }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn least() -> Value {
        json!({"source": "greenhouse", "external_id": "A-1001", "worker_id": "w-17"})
    }

    #[test]
    fn the_contracts_example_is_read_whole() {
        let mut full = least();
        full["device_ids"] = json!(["LT-0042", "lt-0042 "]);
        full["start_date"] = json!("2026-04-01");
        full["ship_to"] = json!({"line1": "350 5th Ave", "line2": "", "city": "New York", "region": "NY",
            "postal_code": "10118", "country": "US"});
        full["bank_account"] = json!("021000021 123456789");
        let read = onboarding(full).unwrap();
        assert_eq!(read.said.devices, [DeviceId::of("LT-0042").unwrap()]);
        assert_eq!(read.said.start_date, Some(jiff::civil::date(2026, 4, 1)));
        assert_eq!(read.said.ship_to.unwrap().city.as_deref(), Some("New York"));
        assert_eq!(read.bank_account.as_deref(), Some("021000021 123456789"));
        assert!(onboarding(least()).unwrap().said.devices.is_empty());
    }

    #[test]
    fn what_is_wrong_is_refused_by_its_field() {
        for (key, value, field) in [
            ("worker_id", json!(null), "worker_id"),
            ("worker_id", json!("a\nb"), "worker_id"),
            ("device_ids", json!("LT-1"), "device_ids"),
            ("device_ids", json!(["LT-1", ""]), "device_ids[1]"),
            ("device_ids", json!(vec!["a"; 21]), "device_ids"),
            ("start_date", json!("2026-02-30"), "start_date"),
            ("start_date", json!("2026-02"), "start_date"),
            ("issued_at", json!("soon"), "issued_at"),
            ("bank_account", json!("12-3"), "bank_account"),
            ("bank_kind", json!("cash"), "bank_kind"),
            ("requests", json!(["gold"]), "requests[0]"),
            ("ship_to", json!({"street": "x"}), "ship_to.street"),
            ("delivery_point", json!({"cmra": "yes"}), "delivery_point"),
            ("worker", json!("w"), "worker"),
        ] {
            let mut one = least();
            one[key] = value.clone();
            let refused = onboarding(one).unwrap_err();
            assert_eq!(refused.field.as_deref(), Some(field), "{value}: {refused}");
        }
        let mut both = least();
        both["device_ids"] = json!(["a"]);
        both["returned_device_ids"] = json!(["A"]);
        assert!(onboarding(both).is_err());
    }
}
