//! Remote KVM hardware by what it says of itself over USB and in a screen's EDID.
//!
//! An owner can change all of it, so that its absence shows nothing (red-flags §3.6).

use serde::{Deserialize, Serialize};

use crate::telemetry::Seen;

/// What a piece of hardware was known by, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// The product's name over USB.
    Name,
    /// What the screen says of itself.
    Edid,
    /// A USB id, serial number or default name that a product has, and perhaps others.
    Id,
    /// The USB id of any computer that plays a USB device.
    Gadget,
}

impl By {
    /// The word in rules.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Edid => "edid",
            Self::Id => "id",
            Self::Gadget => "gadget",
        }
    }
}

/// A product, as `PiKVM` says itself.
struct Product {
    name: &'static str,
    /// Words that no other product has in its strings, in small letters.
    words: &'static [&'static str],
    /// USB ids that it has and shares with no ordinary device.
    ids: &'static [(&'static str, &'static str)],
    /// Serial numbers that every piece of it has, in small letters.
    serials: &'static [&'static str],
}

/// Sources: `PiKVM` handbook on target-host ids; public code of `TinyPilot`, `JetKVM`, `NanoKVM` and
/// `BliKVM`. November 2026.
static PRODUCTS: [Product; 5] = [
    Product {
        name: "PiKVM",
        words: &["pikvm"],
        ids: &[],
        serials: &["cafebabe"],
    },
    Product {
        name: "TinyPilot",
        words: &["tinypilot"],
        ids: &[],
        serials: &["6b65796d696d6570690"],
    },
    Product {
        name: "JetKVM",
        words: &["jetkvm"],
        ids: &[],
        serials: &[],
    },
    Product {
        name: "NanoKVM",
        words: &["nanokvm"],
        ids: &[("3346", "1009")],
        serials: &[],
    },
    Product {
        name: "BliKVM",
        words: &["blikvm", "smart-kvm"],
        ids: &[("1d6b", "0106")],
        serials: &[],
    },
];

/// Ids of Linux that every computer has which plays a USB device; the second is of test versions.
const GADGETS: [(&str, &str); 2] = [("1d6b", "0104"), ("1d6b", "0044")];

/// What a screen of `PiKVM` says: the manufacturer of Linux, and its product number.
const PIKVM_EDID: (&str, &str) = ("lnx", "7773");

/// The default name of the chip that older boxes take the picture by, and ordinary recorders too.
const CAPTURE_CHIP: &str = "toshiba-h2c";

/// The product that something seen belongs to, and what it is known by; `None` for ordinary devices.
pub fn product(seen: &Seen) -> Option<(&'static str, By)> {
    match seen {
        Seen::Usb {
            vendor_id,
            product_id,
            manufacturer,
            product,
            serial,
        } => {
            let strings = [manufacturer, product, serial].map(|text| folded(text.as_deref()));
            let id = [vendor_id, product_id].map(|id| id.trim().to_lowercase());
            usb((&id[0], &id[1]), &strings)
        }
        Seen::Display {
            manufacturer,
            product_id,
            name,
            serial,
        } => display([manufacturer, product_id, name, serial].map(|text| folded(text.as_deref()))),
        _ => None,
    }
}

fn usb(id: (&str, &str), strings: &[String; 3]) -> Option<(&'static str, By)> {
    if let Some(product) = named(strings) {
        return Some((product, By::Name));
    }
    if let Some(product) = PRODUCTS.iter().find(|product| product.ids.contains(&id)) {
        return Some((product.name, By::Id));
    }
    if !GADGETS.contains(&id) {
        return None;
    }
    let serial = strings[2].as_str();
    let of_serial = PRODUCTS.iter().find(|one| one.serials.contains(&serial));
    Some(match of_serial {
        Some(product) => (product.name, By::Id),
        None => ("a computer that plays a USB device", By::Gadget),
    })
}

fn display([manufacturer, product_id, name, serial]: [String; 4]) -> Option<(&'static str, By)> {
    let number = product_id.trim_start_matches("0x");
    if let Some(product) = named(&[name.clone(), serial, String::new()]) {
        return Some((product, By::Edid));
    }
    if (manufacturer.as_str(), number) == PIKVM_EDID {
        return Some(("PiKVM", By::Edid));
    }
    (name == CAPTURE_CHIP).then_some(("a video capture chip", By::Id))
}

/// The product named in any of the strings.
fn named(strings: &[String; 3]) -> Option<&'static str> {
    let says = |product: &&Product| {
        let words = product.words.iter();
        let mut pairs = words.flat_map(|word| strings.iter().map(move |text| (word, text)));
        pairs.any(|(word, text)| text.contains(word))
    };
    PRODUCTS.iter().find(says).map(|product| product.name)
}

fn folded(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usb(id: &str, strings: [&str; 3]) -> Seen {
        let (vendor_id, product_id) = id.split_once(':').unwrap();
        let [manufacturer, product, serial] =
            strings.map(|text| (!text.is_empty()).then(|| text.to_owned()));
        Seen::Usb {
            vendor_id: vendor_id.into(),
            product_id: product_id.into(),
            manufacturer,
            product,
            serial,
        }
    }

    #[test]
    fn usb_devices_are_known_by_name_or_by_id() {
        let serial = "6b65796d696d6570690";
        for (id, strings, known) in [
            (
                "1d6b:0104",
                ["tinypilot", "Multifunction USB Device", serial],
                Some(("TinyPilot", By::Name)),
            ),
            (
                "1d6b:0104",
                ["PiKVM", "PiKVM Composite Device", "CAFEBABE"],
                Some(("PiKVM", By::Name)),
            ),
            (
                "1d6b:0044",
                ["JetKVM", "JetKVM USB Emulation Device", ""],
                Some(("JetKVM", By::Name)),
            ),
            (
                "3346:1009",
                ["sipeed", "NanoKVM", "0123456789ABCDEF"],
                Some(("NanoKVM", By::Name)),
            ),
            (
                "1d6b:0106",
                ["smart-kvm", "Multifunction USB Device", serial],
                Some(("BliKVM", By::Name)),
            ),
            (
                "046d:c31c",
                ["TinyPilot", "", ""],
                Some(("TinyPilot", By::Name)),
            ),
            (
                "046d:c31c",
                ["", "PiKVM Flash Drive", ""],
                Some(("PiKVM", By::Name)),
            ),
            ("3346:1009", ["", "", ""], Some(("NanoKVM", By::Id))),
            ("1D6B:0104", ["", "", "cafebabe"], Some(("PiKVM", By::Id))),
            (
                "1d6b:0104",
                ["Acme Gadget", "", ""],
                Some(("a computer that plays a USB device", By::Gadget)),
            ),
            ("046d:c31c", ["Logitech", "Keyboard K120", ""], None),
            ("3346:1010", ["sipeed", "Longan board", ""], None),
            ("0557:2221", ["ATEN", "USB KVM Switch", ""], None),
            ("1d6b:0003", ["Linux Foundation", "3.0 root hub", ""], None),
        ] {
            assert_eq!(product(&usb(id, strings)), known, "{id} {strings:?}");
        }
    }

    #[test]
    fn screens_are_known_by_their_edid() {
        for ([manufacturer, product_id, name], known) in [
            (["LNX", "7773", "PiKVM V4 Plus"], Some(("PiKVM", By::Edid))),
            (["DEL", "a0b1", "PiKVM V4 Plus"], Some(("PiKVM", By::Edid))),
            (["LNX", "0x7773", ""], Some(("PiKVM", By::Edid))),
            (
                ["TSB", "8888", "Toshiba-H2C"],
                Some(("a video capture chip", By::Id)),
            ),
            (["LNX", "0000", "Linux FHD"], None),
            (["DEL", "7773", "DELL U2720Q"], None),
        ] {
            let screen = Seen::Display {
                manufacturer: Some(manufacturer.into()),
                product_id: Some(product_id.into()),
                name: Some(name.into()),
                serial: None,
            };
            assert_eq!(product(&screen), known, "{name}");
        }
    }
}
