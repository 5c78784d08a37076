//! What osqueryd and its server say to each other: three POSTs of JSON.
//!
//! Documented at osquery.readthedocs.io, "Remote". A key that is not known is answered with
//! `node_invalid`, upon which the node enrols again; any other status is a failure that it retries.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::Read;
use super::PACK;

/// The first request: a node that wants a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Enroll {
    /// What `--enroll_secret_path` holds; not what anybody else may read.
    pub enroll_secret: String,
    /// Its name, by `--host_identifier`; the device's id in every line after.
    pub host_identifier: String,
}

/// The answer to [`Enroll`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Enrolled {
    /// What it shall prove itself by; none where it is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_key: Option<String>,
    /// Whether it is refused.
    pub node_invalid: bool,
}

/// A request for what to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Configure {
    /// The key it was given.
    pub node_key: String,
}

/// Lines of a log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Log {
    /// The key it was given.
    pub node_key: String,
    /// `result`, or `status`, which is no concern of ours.
    pub log_type: String,
    /// What the lines say.
    pub read: Read,
}

/// The answer to [`Log`], and to a request whose key is not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Whether to enrol again.
    pub node_invalid: bool,
}

/// Reads the request for a key.
pub fn enroll(bytes: &[u8]) -> Result<Enroll, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// Reads the request for what to ask.
pub fn configure(bytes: &[u8]) -> Result<Configure, String> {
    serde_json::from_slice(bytes).map_err(|error| error.to_string())
}

/// Reads lines of a log, however many come in one body.
pub fn log(bytes: &[u8], now: Timestamp) -> Result<Log, String> {
    let map: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let text = |key: &str| {
        map.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    if !map.get("data").is_some_and(Value::is_array) {
        return Err("a list of lines is wanted as data".to_owned());
    }
    let mut read = Read::default();
    super::body(&mut read, (&mut 0, None), &map, now);
    Ok(Log {
        node_key: text("node_key"),
        log_type: text("log_type"),
        read,
    })
}

/// The answer to [`Configure`]: the ready queries, as the filesystem plugin would read them.
pub fn configuration() -> Map<String, Value> {
    let pack = serde_json::from_str(PACK).ok();
    let mut pack: Map<String, Value> = pack.unwrap_or_default();
    pack.insert("node_invalid".to_owned(), false.into());
    pack
}
