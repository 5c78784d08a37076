//! Names that hardware and systems give: USB ids, hardware addresses, device paths of Windows.

use std::net::IpAddr;

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::telemetry::item::Seen;

/// Hexadecimal digits of an id that we make.
const FINGERPRINT: usize = 32;

/// Four hexadecimal digits in lower case, of `0x1D6B`, `1d6b` or `1D6B`; shorter ones are filled up.
pub(super) fn usb_id(written: &str) -> Option<String> {
    let digits = written.trim();
    let digits = digits
        .strip_prefix("0x")
        .or_else(|| digits.strip_prefix("0X"))
        .unwrap_or(digits);
    let fits = (1..=4).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| format!("{:0>4}", digits.to_ascii_lowercase()))
}

/// A hardware address as `00:1c:42:00:00:08`, of any separator; macOS leaves leading zeros out.
pub(super) fn mac(written: &str) -> Option<String> {
    let written = written.trim().to_ascii_lowercase();
    let parts: Vec<String> = if written.contains([':', '-']) {
        written
            .split([':', '-'])
            .map(|part| format!("{part:0>2}"))
            .collect()
    } else {
        let digits = written.replace('.', "");
        digits
            .as_bytes()
            .chunks(2)
            .map(|pair| String::from_utf8_lossy(pair).into_owned())
            .collect()
    };
    let pair = |part: &String| part.len() == 2 && part.bytes().all(|b| b.is_ascii_hexdigit());
    let whole = parts.len() == 6 && parts.iter().all(pair);
    // What stands where nothing answered.
    let nobody = |byte: &str| parts.iter().all(|part| part == byte);
    (whole && !nobody("00") && !nobody("ff")).then(|| parts.join(":"))
}

/// An address in its usual form.
pub(super) fn ip(written: &str) -> Option<String> {
    let address: IpAddr = written.trim().parse().ok()?;
    Some(address.to_string())
}

/// What Windows' path of a device says: `USB\VID_1D6B&PID_0104\CAFEBABE`, `DISPLAY\LNX7773\5&1a2b`.
/// `None` for what is neither.
pub(super) fn of_windows_path(path: &str, name: Option<String>) -> Option<Seen> {
    let mut parts = path.trim().splitn(3, '\\');
    let (bus, ids) = (parts.next()?, parts.next()?);
    // One with an ampersand is made by Windows for a device that gives none.
    let serial = parts.next().filter(|serial| !serial.contains('&'));
    let serial = serial.and_then(clean);
    if bus.eq_ignore_ascii_case("USB") {
        let id = |prefix: &str| {
            ids.split('&').find_map(|part| {
                let found = part.get(..prefix.len())?;
                found.eq_ignore_ascii_case(prefix).then_some(())?;
                usb_id(part.get(prefix.len()..)?)
            })
        };
        return Some(Seen::Usb {
            vendor_id: id("VID_")?,
            product_id: id("PID_")?,
            manufacturer: None,
            product: name,
            serial,
        });
    }
    if bus.eq_ignore_ascii_case("DISPLAY") {
        let maker = ids.get(..3)?;
        let product = usb_id(ids.get(3..)?)?;
        let letters = maker.bytes().all(|b| b.is_ascii_alphabetic());
        return letters.then(|| Seen::Display {
            manufacturer: Some(maker.to_ascii_uppercase()),
            product_id: Some(product),
            name,
            serial,
        });
    }
    None
}

/// A string that a device gives of itself, without control characters: firmware pads with them.
pub(super) fn clean(text: &str) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    let text = text.trim();
    let short: String = text.chars().take(super::bounds::NAME).collect();
    (!short.is_empty()).then_some(short)
}

/// The maker's three letters, which an EDID packs into five bits each.
pub(super) fn edid_letters(id: &str) -> Option<String> {
    let packed = u32::from_str_radix(id, 16).ok()?;
    [10, 5, 0]
        .into_iter()
        .map(|shift| match (packed >> shift) & 31 {
            letter @ 1..=26 => char::from_u32(u32::from('A') - 1 + letter),
            _ => None,
        })
        .collect()
}

/// The last part of a path, of Windows or others.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit(['\\', '/']).next().unwrap_or(path)
}

/// An id of what has none: the same of the same parts, so that a line sent again is a duplicate.
pub(super) fn fingerprint<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    let mut id = String::with_capacity(FINGERPRINT);
    for byte in &hasher.finalize()[..FINGERPRINT / 2] {
        use std::fmt::Write;
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// As [`fingerprint`], of all that a row says in whatever order.
pub(super) fn fingerprint_of<'a>(
    parts: impl IntoIterator<Item = &'a str>,
    row: &'a Map<String, Value>,
) -> String {
    let mut cells: Vec<_> = row
        .iter()
        .map(|(key, value)| (key.as_str(), value.to_string()))
        .collect();
    cells.sort();
    let mut all: Vec<&str> = parts.into_iter().collect();
    all.extend(cells.iter().flat_map(|(key, value)| [*key, value]));
    fingerprint(all)
}

/// The consumer VPN whose network adapter is of this name or description.
pub(super) fn vpn_of(adapter: &str) -> Option<&'static str> {
    const NAMES: [(&str, &str); 14] = [
        ("nordlynx", "NordVPN"),
        ("nordvpn", "NordVPN"),
        ("expressvpn", "ExpressVPN"),
        ("surfshark", "Surfshark"),
        ("mullvad", "Mullvad"),
        ("protonvpn", "Proton VPN"),
        ("proton vpn", "Proton VPN"),
        ("astrill", "Astrill VPN"),
        ("private internet access", "Private Internet Access"),
        ("cyberghost", "CyberGhost"),
        ("windscribe", "Windscribe"),
        ("ipvanish", "IPVanish"),
        ("hotspotshield", "Hotspot Shield"),
        ("tunnelbear", "TunnelBear"),
    ];
    let adapter = adapter.to_lowercase();
    let found = NAMES.iter().find(|(part, _)| adapter.contains(part));
    found.map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usb_ids_are_four_hexadecimal_digits() {
        for (text, want) in [
            ("0x1d6b", Some("1d6b")),
            ("1D6B", Some("1d6b")),
            (" 104 ", Some("0104")),
            ("0X0104", Some("0104")),
            ("13126", None),
            ("", None),
            ("0x", None),
            ("1d6g", None),
            ("é", None),
        ] {
            assert_eq!(usb_id(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn hardware_addresses_are_of_one_form() {
        for (text, want) in [
            ("0:1c:42:0:0:8", Some("00:1c:42:00:00:08")),
            ("00-1C-42-00-00-08", Some("00:1c:42:00:00:08")),
            ("001c.4200.0008", Some("00:1c:42:00:00:08")),
            ("001C42000008", Some("00:1c:42:00:00:08")),
            ("00:00:00:00:00:00", None),
            ("(incomplete)", None),
            ("00:1c:42", None),
            ("é:1:2:3:4:5", None),
        ] {
            assert_eq!(mac(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn a_path_of_windows_names_the_device() {
        let usb = |vendor: &str, product: &str, serial: Option<&str>| {
            Some(Seen::Usb {
                vendor_id: vendor.into(),
                product_id: product.into(),
                manufacturer: None,
                product: None,
                serial: serial.map(Into::into),
            })
        };
        let screen = Seen::Display {
            manufacturer: Some("LNX".into()),
            product_id: Some("7773".into()),
            name: None,
            serial: None,
        };
        for (path, want) in [
            (
                r"USB\VID_1D6B&PID_0104\CAFEBABE",
                usb("1d6b", "0104", Some("CAFEBABE")),
            ),
            (
                r"usb\vid_3346&pid_1009&mi_00\6&2a1b3c&0&0000",
                usb("3346", "1009", None),
            ),
            (r"DISPLAY\LNX7773\5&1a2b&0&UID256", Some(screen)),
            (r"HID\VID_1D6B&PID_0104\7&1", None),
            (r"USB\ROOT_HUB30\4&1", None),
            (r"USB\VID_1D6Bé&PID_é\1", None),
            (r"DISPLAY\é", None),
            ("", None),
        ] {
            assert_eq!(of_windows_path(path, None), want, "{path}");
        }
    }

    #[test]
    fn three_letters_are_packed_into_an_edid() {
        for (id, want) in [("0610", Some("APP")), ("31d8", Some("LNX")), ("0000", None)] {
            assert_eq!(edid_letters(id).as_deref(), want, "{id}");
        }
    }
}
