//! The systems that tell us of candidates, and of checks of them: one file a vendor.
//!
//! ```text
//! POST /hooks/{vendor}/{connection}
//!   bytes ── verify ──> kept ── read ──> events ── complete ──> events ──> hooks::history
//!            pure               pure               its API
//! a screening ── leave ──> a note in the vendor's system
//! ```
//!
//! To verify and to read are pure functions from bytes; only what completes an event or leaves a note
//! asks the vendor's API, through [`api::Api`], which goes nowhere else. Facts about vendors, with
//! their sources, are in `ats-webhooks.md`; each file names its chapter.

pub mod api;
pub mod event;
pub mod fields;
pub mod signature;

mod ashby;
mod bamboohr;
mod certn;
mod checkr;
#[cfg(test)]
mod fake_api;
mod greenhouse;
mod icims;
mod lever;
mod merge;
mod onfido;
mod outline;
mod persona;
mod recruitee;
mod results;
mod smartrecruiters;
mod standard_webhooks;
mod stripe_identity;
mod teamtailor;
#[cfg(test)]
mod testing;
mod workable;

use axum::http::{HeaderMap, StatusCode};
use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Value;

use crate::net::Trouble;
use api::{Api, Note, Settings};
use event::Event;
use signature::Forged;

/// Every vendor, in the order in which they are offered.
pub const ALL: &[&Vendor] = &[
    &greenhouse::VENDOR,
    &lever::VENDOR,
    &ashby::VENDOR,
    &workable::VENDOR,
    &smartrecruiters::VENDOR,
    &teamtailor::VENDOR,
    &recruitee::VENDOR,
    &bamboohr::VENDOR,
    &icims::VENDOR,
    &merge::VENDOR,
    &standard_webhooks::VENDOR,
    &certn::VENDOR,
    &checkr::VENDOR,
    &persona::VENDOR,
    &stripe_identity::VENDOR,
    &onfido::VENDOR,
];

/// Bytes of a delivery unless the connection says otherwise, and at the most.
pub const BODY: usize = 1 << 20;
/// See [`BODY`].
pub const BODY_AT_MOST: usize = 5 << 20;

/// The setting that every connection has: KiB of a delivery.
pub const LIMIT: &str = "limit_kib";

/// A vendor: what its deliveries mean, and what its API can do for us.
#[derive(Debug)]
pub struct Vendor {
    /// In URLs, commands and records: `greenhouse`.
    pub name: &'static str,
    /// Other names for it that commands and URLs accept.
    pub aliases: &'static [&'static str],
    /// As people write it.
    pub title: &'static str,
    /// What it tells of.
    pub tells_of: TellsOf,
    /// The status that says a delivery was taken.
    pub success: StatusCode,
    /// What to do at the vendor, a sentence a step; `{url}` is the connection's URL.
    pub steps: &'static [&'static str],
    /// What the secret is, and who makes it.
    pub secret: &'static str,
    /// What is wrong with a secret, if that can be told.
    pub secret_refusal: fn(&str) -> Option<String>,
    /// Whether we can make the secret, as for a sender that takes any.
    pub makes_secret: bool,
    /// What else a connection can be told.
    pub settings: &'static [Setting],
    /// Answers what is no delivery: a handshake, a challenge, a test before there is a secret.
    pub greet: fn(&Delivered<'_>, State) -> Option<Greeting>,
    /// Whether a delivery is the vendor's.
    pub verify: fn(&Delivered<'_>, &[String], Timestamp) -> Result<(), Forged>,
    /// What tells deliveries apart: one with any key that was seen is a duplicate.
    pub keys: fn(&Delivered<'_>) -> Vec<Key>,
    /// What a delivery says.
    pub read: fn(&Delivered<'_>) -> Result<Vec<Event>, Unreadable>,
    /// Answers 400 to what is signed and cannot be read, where the vendor expects it; elsewhere it is
    /// kept as ignored.
    pub refuses_unreadable: bool,
    /// Its API.
    pub access: Option<Access>,
}

/// What a vendor tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TellsOf {
    /// Candidates.
    Candidates,
    /// Background checks.
    BackgroundChecks,
    /// Identity checks.
    IdentityChecks,
}

/// A vendor's API.
#[derive(Debug)]
pub struct Access {
    /// Where it stands; `None` where every customer has a place of their own. Below it is asked, and
    /// files are fetched from it.
    pub base_url: Option<&'static str>,
    /// Other hosts that files may come from, and tokens; `*.example.com` is every host below it.
    pub hosts: &'static [&'static str],
    /// What the key is, and which rights it needs.
    pub key: &'static str,
    /// The headers that carry the key.
    pub authorize: fn(&Api) -> Vec<(&'static str, String)>,
    /// Asks for what an event does not say. The answer is the event completed; an event may become
    /// ignored, or a person's end.
    pub complete: Option<Complete>,
    /// What can be left at the vendor's after a screening.
    pub leave: &'static [Leave],
}

/// See [`Access::complete`].
pub type Complete = for<'a> fn(&'a Api, Event) -> BoxFuture<'a, Result<Event, Trouble>>;

/// One thing that can be left at a vendor's after a screening. It never moves or rejects anybody.
#[derive(Debug)]
pub struct Leave {
    /// In settings and logs: `note`, `tag`, `field`.
    pub kind: &'static str,
    /// As people say it, after "leaves": "a private note".
    pub about: &'static str,
    /// Whether a connection with these settings leaves it.
    pub wanted: fn(&Settings) -> bool,
    /// Leaves it, and says its id there. A note that was left before may be changed instead.
    pub leave: Leaving,
    /// Finds one that was left although its answer never came, by [`Note::mark`].
    pub find: Option<Leaving>,
}

impl Leave {
    /// Whether leaving it twice is the same as once: a label is, a note is not.
    pub fn is_same_twice(&self) -> bool {
        !matches!(self.kind, "note" | "comment")
    }
}

/// Leaves or finds something, and says its id there.
pub type Leaving = for<'a> fn(&'a Api, &'a Note) -> BoxFuture<'a, Result<Option<String>, Trouble>>;

/// Something that a connection can be told.
#[derive(Debug)]
pub struct Setting {
    /// Its name in commands: `user_id`.
    pub name: &'static str,
    /// What it is and where to find it.
    pub about: &'static str,
}

/// A delivery as it came: the bytes that were signed.
#[derive(Clone, Copy, Debug)]
pub struct Delivered<'a> {
    /// `GET` or `POST`.
    pub method: &'a str,
    /// What stands behind the question mark.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a [u8],
}

/// What a connection is like when something is delivered to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State {
    /// It has a secret.
    pub has_secret: bool,
    /// Nothing that was verified has come yet.
    pub is_new: bool,
}

/// An answer to what is no delivery. Nothing is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Greeting {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: String,
}

/// What tells deliveries apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub text: String,
    /// Hours for which a delivery with the same key is a duplicate.
    pub hours: i64,
}

/// Hours for which the vendor's own ids tell deliveries apart.
const ID_HOURS: i64 = 30 * 24;

/// Hours for which equal bytes are one delivery: they can be right a second time later.
const BYTES_HOURS: i64 = 24;

/// Bytes of a key that are kept as they are: what fits a database index.
const KEY_BYTES: usize = 200;

fn digest(bytes: &[u8]) -> String {
    use sha2::{Digest, Sha256};
    crate::secret::hex(&Sha256::digest(bytes))
}

impl Key {
    /// An id of the vendor's for this delivery.
    pub fn id(id: impl std::fmt::Display) -> Self {
        let mut text = format!("id {id}").replace('\0', "");
        if text.len() > KEY_BYTES {
            text = format!("id sha256 {}", digest(text.as_bytes()));
        }
        Self {
            text,
            hours: ID_HOURS,
        }
    }

    /// The body itself.
    pub fn body(body: &[u8]) -> Self {
        Self {
            text: format!("sha256 {}", digest(body)),
            hours: BYTES_HOURS,
        }
    }
}

/// Why a delivery cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unreadable(pub String);

impl<'a> Delivered<'a> {
    /// A header as text; `None` where it is missing, empty or no text.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let text = self.headers.get(name)?.to_str().ok()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The outline of a body that is not verified yet: a few short values near its root.
    pub fn outline(&self) -> Option<Value> {
        outline::of(self.body)
    }

    /// The body as JSON, unpacked if it is gzip.
    pub fn json(&self) -> Result<Value, Unreadable> {
        let unpacked;
        let bytes = if self.body.starts_with(&[0x1f, 0x8b]) {
            unpacked = gunzip(self.body)?;
            &unpacked
        } else {
            self.body
        };
        serde_json::from_slice(bytes).map_err(|error| Unreadable(format!("no JSON: {error}")))
    }
}

/// Unpacks gzip, up to [`BODY_AT_MOST`].
fn gunzip(packed: &[u8]) -> Result<Vec<u8>, Unreadable> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let most = u64::try_from(BODY_AT_MOST).unwrap_or(u64::MAX);
    flate2::read::MultiGzDecoder::new(packed)
        .take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Unreadable(format!("no gzip: {error}")))?;
    if bytes.len() > BODY_AT_MOST {
        return Err(Unreadable(format!(
            "it unpacks to over {} MiB",
            BODY_AT_MOST >> 20
        )));
    }
    Ok(bytes)
}

/// The vendor of this name.
pub fn by_name(name: &str) -> Option<&'static Vendor> {
    ALL.iter()
        .copied()
        .find(|vendor| vendor.name == name || vendor.aliases.contains(&name))
}

/// Answers nothing: the vendor has no handshake.
fn no_greeting(_: &Delivered<'_>, _: State) -> Option<Greeting> {
    None
}

/// Any secret is fine.
fn any_secret(_: &str) -> Option<String> {
    None
}

impl Vendor {
    /// What most vendors are like, for those to name only what they differ in.
    const USUAL: Self = Self {
        name: "",
        aliases: &[],
        title: "",
        tells_of: TellsOf::Candidates,
        success: StatusCode::OK,
        steps: &[],
        secret: "",
        secret_refusal: any_secret,
        makes_secret: false,
        settings: &[],
        greet: no_greeting,
        verify: |_, _, _| Err(Forged::Wrong),
        keys: |delivered| vec![Key::body(delivered.body)],
        read: |_| Ok(Vec::new()),
        refuses_unreadable: false,
        access: None,
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vendor_can_be_told_from_the_others_and_says_what_to_do() {
        let mut names: Vec<&str> = Vec::new();
        for vendor in ALL {
            assert!(
                vendor
                    .name
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{}",
                vendor.name
            );
            names.push(vendor.name);
            names.extend(vendor.aliases);
            assert!(
                !vendor.title.is_empty() && !vendor.secret.is_empty(),
                "{}",
                vendor.name
            );
            assert!(
                vendor.steps.iter().any(|step| step.contains("{url}")),
                "{}",
                vendor.name
            );
            assert!(by_name(vendor.name).is_some());
        }
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[tokio::test]
    async fn what_is_missing_erases_nobody_who_was_not_said_to_be_gone() {
        use event::{Kind, Need};
        // It answers 404 to everything.
        let server = fake_api::FakeApi::start(&[]).await;
        for vendor in ALL {
            let Some(complete) = vendor.access.as_ref().and_then(|access| access.complete) else {
                continue;
            };
            let api = server.api(vendor, "", &[("account_token", "at-1")]);
            for kind in Kind::ALL.into_iter().filter(|kind| !kind.erases()) {
                let event = Event {
                    need: Need::Required,
                    application_id: Some("a".to_owned()),
                    ..Event::of(kind, Some("p".to_owned()))
                };
                let event = event.with_handle("opportunity", Some("o".to_owned()));
                if let Ok(event) = complete(&api, event).await {
                    assert!(!event.kind.erases(), "{} {}", vendor.name, kind.word());
                }
            }
        }
    }

    #[test]
    fn a_body_may_be_packed_and_a_bomb_is_refused() {
        use std::io::Write as _;
        let pack = |bytes: &[u8]| {
            let mut encoder =
                flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        };
        let headers = HeaderMap::new();
        let json = |body: &[u8]| testing::posted(&headers, body).json();
        assert_eq!(json(&pack(br#"{"a":1}"#)).unwrap()["a"], 1);
        assert!(
            json(&pack(&vec![b' '; BODY_AT_MOST + 1]))
                .unwrap_err()
                .0
                .contains("5 MiB")
        );
        assert!(json(&pack(b"{}")[..9]).is_err());
        assert!(json(b"\xff").is_err());
    }
}
