//! How a token is pushed, and what the answer says: RFC 8935.

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Deserialize;

use super::{Secrets, bearer};
use crate::error::{Error, Result};
use crate::explain::visible;
use crate::net::Reply;

/// Characters of what a receiver said that are kept.
const SAID: usize = 300;

/// What a receiver answered.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer {
    /// It has the token.
    Taken,
    /// It will not have it, however often it is sent.
    Refused(String),
    /// It may have it another time.
    NotNow,
}

/// What a receiver says of a token that it refuses.
#[derive(Deserialize)]
struct Said {
    err: String,
    #[serde(default)]
    description: String,
}

/// A signed token of claims, and the headers that it is pushed with.
pub fn signed(secrets: &Secrets, claims: &[u8]) -> Result<(Vec<u8>, HeaderMap)> {
    let token = secrets.key()?.sign(claims);
    let token = token.map_err(|_| Error::Internal("the endpoint's key does not sign".into()))?;
    let mut headers = HeaderMap::from_iter([
        (
            CONTENT_TYPE,
            HeaderValue::from_static("application/secevent+jwt"),
        ),
        (ACCEPT, HeaderValue::from_static("application/json")),
    ]);
    if let Some(value) = secrets.token.as_deref().and_then(bearer) {
        headers.insert(AUTHORIZATION, value);
    }
    Ok((token.into_bytes(), headers))
}

/// What an answer says. Only 202 takes a token: a page that asks to sign in is a 200 as well.
pub fn answer(reply: &Reply) -> Answer {
    match reply.status {
        StatusCode::ACCEPTED => Answer::Taken,
        StatusCode::BAD_REQUEST => match serde_json::from_slice::<Said>(&reply.body) {
            Ok(Said { err, description }) => {
                let said = [err.trim(), description.trim()].join(": ");
                let said =
                    visible::plain(visible::short(said.trim_end_matches(": "), SAID).as_ref());
                Answer::Refused(format!(
                    "the receiver refused it: {}",
                    said.replace(char::is_control, " ")
                ))
            }
            Err(_) => Answer::NotNow,
        },
        _ => Answer::NotNow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_taken_refused_or_put_off() {
        let refused = |said: &str| Answer::Refused(format!("the receiver refused it: {said}"));
        for (status, body, expected) in [
            (202, "", Answer::Taken),
            (200, "<html>", Answer::NotNow),
            (400, "<html>", Answer::NotNow),
            (401, "", Answer::NotNow),
            (503, r#"{"err":"x"}"#, Answer::NotNow),
            (
                400,
                r#"{"err":"invalid_audience"}"#,
                refused("invalid_audience"),
            ),
            (
                400,
                r#"{"err":"invalid_key","description":"not\u0000 known"}"#,
                refused("invalid_key: not[U+0000] known"),
            ),
        ] {
            let reply = Reply {
                status: StatusCode::from_u16(status).unwrap(),
                headers: HeaderMap::new(),
                body: body.as_bytes().to_vec(),
            };
            assert_eq!(answer(&reply), expected, "{status} {body}");
        }
    }
}
