//! What came in, in one form whatever the format.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A device's id as its owner gives it, folded: `LT-0042` and `lt-0042` are one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(transparent)]
pub struct DeviceId(String);

impl DeviceId {
    /// Characters of an id.
    pub const LONGEST: usize = 255;

    /// An id as written; `None` where it is empty, longer than [`Self::LONGEST`] or holds a control
    /// character.
    pub fn of(written: &str) -> Option<Self> {
        let id = written.trim();
        let fits = !id.is_empty()
            && id.chars().nth(Self::LONGEST).is_none()
            && !id.chars().any(char::is_control);
        fits.then(|| Self(id.to_lowercase()))
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for DeviceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a timing measures. Kinds are never mixed (red-flags §3.4).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    Serialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Round trip between the device and a probe.
    PathRtt,
    /// Kernel round trip of a remote-control flow: ends at the operator, or at a relay.
    ControlRtt,
    /// From the key event, as stamped where it is injected, to the server.
    KeyToServer,
    /// Through the operator and back.
    EchoLoop,
    /// Gaps between keys: rhythm, never distance.
    Iki,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::PathRtt,
        Self::ControlRtt,
        Self::KeyToServer,
        Self::EchoLoop,
        Self::Iki,
    ];

    /// The word in JSON and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::PathRtt => "path_rtt",
            Self::ControlRtt => "control_rtt",
            Self::KeyToServer => "key_to_server",
            Self::EchoLoop => "echo_loop",
            Self::Iki => "iki",
        }
    }

    /// The kind of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// How a device reaches the internet, where the sender knows it. Cohorts are of one access.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Deserialize,
    Serialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// A cable to the router, whatever the line behind it.
    Wired,
    /// Radio within the house.
    Wifi,
    /// A mobile network.
    Cellular,
    /// A satellite.
    Satellite,
    /// The desktop runs in a data centre.
    Vdi,
}

impl Access {
    /// Every way.
    pub const ALL: [Self; 5] = [
        Self::Wired,
        Self::Wifi,
        Self::Cellular,
        Self::Satellite,
        Self::Vdi,
    ];

    /// The word in JSON and tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Wired => "wired",
            Self::Wifi => "wifi",
            Self::Cellular => "cellular",
            Self::Satellite => "satellite",
            Self::Vdi => "vdi",
        }
    }

    /// The way of this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// The other end of a path, at a known place.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize, utoipa::ToSchema)]
pub struct Probe {
    /// Its name: one name is one place.
    pub name: String,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
}

/// A summary of one session's timings of one kind. Device, kind and id together are its identity.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Session {
    /// The sender's id.
    pub id: String,
    /// Whose timings.
    pub device: DeviceId,
    /// What they measure.
    pub kind: Kind,
    /// The first sample.
    pub started_at: Timestamp,
    /// The last sample.
    pub ended_at: Timestamp,
    /// Samples.
    pub n: u64,
    /// 5th percentile, milliseconds.
    pub p05_ms: f64,
    /// Median, milliseconds.
    pub median_ms: f64,
    /// Median absolute deviation from the median, milliseconds, not scaled.
    pub mad_ms: f64,
    /// 95th percentile, milliseconds.
    pub p95_ms: f64,
    /// Whether the flow ends at a vendor's relay, where that is known.
    pub peer_is_relay: Option<bool>,
    /// The other end, of `path_rtt`.
    pub probe: Option<Probe>,
    /// How the device was on the internet, where that is known.
    pub access: Option<Access>,
    /// What the gaps between keys are like; of `iki` alone, from samples.
    pub rhythm: Option<Rhythm>,
}

/// What gaps between keys are like, besides their quantiles: sums that can be added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize, Serialize)]
pub struct Rhythm {
    /// Gaps.
    pub n: u64,
    /// Gaps below 5 ms.
    pub short: u64,
    /// Gaps of 5 to 1,000 ms, which the sums are of.
    pub framed: u64,
    /// Sum of cos(2π·gap/frame) for a frame of 1/60 s.
    pub cos: f64,
    /// Sum of the sines.
    pub sin: f64,
}

/// One timing.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The sender's id of the session.
    pub session: String,
    /// Whose.
    pub device: DeviceId,
    /// What it measures.
    pub kind: Kind,
    /// When.
    pub at: Timestamp,
    /// The timing, microseconds.
    pub us: u32,
    /// Whether the flow ends at a relay.
    pub peer_is_relay: Option<bool>,
    /// The other end, of `path_rtt`.
    pub probe: Option<Probe>,
    /// How the device was on the internet.
    pub access: Option<Access>,
}

/// Something seen on a device. Device and id together are its identity.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Observation {
    /// The sender's id.
    pub id: String,
    /// Where.
    pub device: DeviceId,
    /// When.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub seen: Seen,
}

/// What can be seen; JSON's `type` says which.
#[expect(missing_docs, reason = "the names are the contract's, design §3.4")]
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Seen {
    /// A USB device: ids as four hexadecimal digits, lower case; strings as the device gives them.
    Usb {
        vendor_id: String,
        product_id: String,
        manufacturer: Option<String>,
        product: Option<String>,
        serial: Option<String>,
    },
    /// A screen, by its EDID: the manufacturer's three letters, its name and serial.
    Display {
        manufacturer: Option<String>,
        product_id: Option<String>,
        name: Option<String>,
        serial: Option<String>,
    },
    /// A program that runs, or listens.
    Process {
        name: String,
        path: Option<String>,
        command_line: Option<String>,
        /// TCP port it listens on.
        port: Option<u16>,
    },
    /// An interactive session, at the device or from afar.
    RemoteSession {
        /// Product or protocol: `rdp`, `AnyDesk`; none where somebody sat at the device.
        product: Option<String>,
        /// Whether it came from afar.
        remote: bool,
        /// Minutes in which somebody did something.
        active_minutes: f64,
        peer_ip: Option<String>,
        peer_is_relay: Option<bool>,
        /// Whether the device's own keyboard was used.
        own_keyboard: Option<bool>,
    },
    /// The network it is in.
    Network {
        /// Its address towards the internet.
        egress_ip: Option<String>,
        /// Hardware address of the gateway.
        gateway_mac: Option<String>,
        /// Hardware address of the access point.
        bssid: Option<String>,
        /// Name of a consumer VPN that the traffic leaves by.
        vpn: Option<String>,
        /// Whether the address is shared by many: a mobile network's, a campus's.
        shared_ip: Option<bool>,
    },
    /// Where it is.
    Location {
        lat: f64,
        lon: f64,
        /// Radius of uncertainty.
        accuracy_km: Option<f64>,
        /// `gps`, `wifi`, `ip`.
        source: Option<String>,
        /// Whether the traffic left by a VPN.
        vpn: Option<bool>,
    },
    /// What somebody did at it over a span.
    Activity {
        /// Minutes in which somebody did something.
        active_minutes: f64,
        /// Minutes the device was on.
        online_minutes: Option<f64>,
        /// Coefficient of variation of the time between pointer movements, at its lowest over half an hour.
        pointer_cv: Option<f64>,
        /// Whether the device's own keyboard or camera was used.
        own_input: Option<bool>,
        /// Whether the lid was shut.
        lid_shut: Option<bool>,
    },
}

impl Seen {
    /// Every word.
    pub const WORDS: [&'static str; 7] = [
        "usb",
        "display",
        "process",
        "remote_session",
        "network",
        "location",
        "activity",
    ];

    /// The word in JSON's `type`.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Usb { .. } => "usb",
            Self::Display { .. } => "display",
            Self::Process { .. } => "process",
            Self::RemoteSession { .. } => "remote_session",
            Self::Network { .. } => "network",
            Self::Location { .. } => "location",
            Self::Activity { .. } => "activity",
        }
    }
}

/// One thing that came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A summary.
    Session(Session),
    /// A timing.
    Sample(Sample),
    /// Something seen.
    Observation(Observation),
}
