//! What goes through a visitor's browser and comes back: sealed, bound to its purpose, good for a while.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::app::App;

#[derive(Deserialize, Serialize)]
struct Dated<T> {
    until_ms: i64,
    what: T,
}

/// Longer ones are none of ours.
const LONGEST: usize = 4_000;

/// Seals something for a purpose, for so many minutes.
pub fn close<T: Serialize>(app: &App, purpose: &str, minutes: i64, what: &T) -> String {
    let span = SignedDuration::from_mins(minutes);
    let until_ms = (app.now().checked_add(span)).map_or(0, jiff::Timestamp::as_millisecond);
    let dated = Dated { until_ms, what };
    let place = format!("sealed {purpose}");
    URL_SAFE_NO_PAD.encode(app.vault.seal_json(&place, &dated))
}

/// Opens it, for the same purpose and in time.
pub fn open<T: DeserializeOwned>(app: &App, purpose: &str, text: &str) -> Option<T> {
    if text.len() > LONGEST {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let place = format!("sealed {purpose}");
    let dated: Dated<T> = app.vault.open_json(&place, &bytes).ok()?;
    (app.now().as_millisecond() <= dated.until_ms).then_some(dated.what)
}
