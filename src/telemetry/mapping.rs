//! Which address is which device or probe, as an operator writes it.

use std::net::IpAddr;

use super::{DeviceId, Probe};
use crate::intake::Refused;

/// Reads `10.0.0.5=LT-0042`; blank ones are none.
pub fn hosts<'a>(
    written: impl Iterator<Item = &'a str>,
) -> Result<Vec<(IpAddr, DeviceId)>, Refused> {
    let read = |one: &str| {
        let (address, device) = one.split_once('=')?;
        Some((address.trim().parse().ok()?, DeviceId::of(device)?))
    };
    each(written, "hosts", "10.0.0.5=LT-0042", read)
}

/// Reads `192.0.2.7=us-west/47.6/-122.3`: a name, degrees north and degrees east.
pub fn probes<'a>(written: impl Iterator<Item = &'a str>) -> Result<Vec<(IpAddr, Probe)>, Refused> {
    let read = |one: &str| {
        let (address, probe) = one.split_once('=')?;
        let mut parts = probe.split('/');
        let (name, lat, lon) = (parts.next()?.trim(), parts.next()?, parts.next()?);
        let (lat, lon): (f64, f64) = (lat.trim().parse().ok()?, lon.trim().parse().ok()?);
        let real = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        let is_name = DeviceId::of(name).is_some();
        let whole = real && parts.next().is_none() && is_name;
        whole.then_some((
            address.trim().parse().ok()?,
            Probe {
                name: name.to_owned(),
                lat,
                lon,
            },
        ))
    };
    each(written, "probes", "192.0.2.7=us-west/47.6/-122.3", read)
}

fn each<'a, T>(
    written: impl Iterator<Item = &'a str>,
    field: &str,
    example: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Refused> {
    let some = written.filter(|one| !one.trim().is_empty());
    let read = some.map(|one| {
        read(one).ok_or_else(|| Refused {
            line: None,
            field: Some(field.to_owned()),
            reason: format!("\"{}\" is not of the form {example}", one.escape_debug()),
        })
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_named_or_refused() {
        assert_eq!(hosts(["10.0.0.5=LT-1", ""].into_iter()).unwrap().len(), 1);
        assert_eq!(
            probes(["192.0.2.7=us-west/47.6/-122.3"].into_iter()).unwrap()[0]
                .1
                .name,
            "us-west"
        );
        for bad in ["10.0.0.5", "x=LT-1", "10.0.0.5="] {
            assert!(hosts([bad].into_iter()).is_err(), "{bad}");
        }
        for bad in [
            "192.0.2.7=a",
            "192.0.2.7=a/91/0",
            "192.0.2.7=a/1/2/3",
            "192.0.2.7=/1/2",
            "192.0.2.7=a/NaN/0",
        ] {
            assert!(probes([bad].into_iter()).is_err(), "{bad}");
        }
    }
}
