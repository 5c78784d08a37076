//! What people say of a ring's links: explain some away, and take that back.

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::audit::Actor;
use crate::candidate::CandidateId;
use crate::error::{Error, Result, refused};
use crate::rings::Bond;
use crate::screening::rings::{self, Change, Reason};
use crate::web::auth::{Caller, Scope};
use crate::web::idempotency;
use crate::web::{Web, body};

/// Bytes of what is said of a link: the longest note, every character escaped, and room to spare.
const LIMIT: usize = 64 << 10;

/// Characters of `by` and of `note`, and of anything else.
const BY: usize = 200;
const NOTE: usize = 2_000;
const WORD: usize = 255;

/// What a person says of the links between two candidates.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct NewExplanation {
    /// One candidate.
    a: String,
    /// The other.
    b: String,
    /// Only links of this kind; without it all between the two.
    kind: Option<String>,
    /// Why; not needed to take an explanation back.
    reason: Option<Reason>,
    /// What else, up to 2,000 characters.
    note: Option<String>,
    /// Who says so.
    by: String,
}

/// Where the two are now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Outcome {
    /// The rings in which the two are now: none, one, or two after a split.
    rings: Vec<String>,
}

/// Explain links away: they stay in the history and count no more.
///
/// Where nothing else holds the ring together it splits; everybody whom that concerns is screened again.
/// A household or one person explains whatever else the two come to share.
#[utoipa::path(
    post, path = "/rings/{id}/links:explain", tag = "rings", operation_id = "explain_link",
    request_body = NewExplanation,
    params(
        ("id" = String, Path, description = "The ring's id"),
        ("Idempotency-Key" = Option<String>, Header, description = "Any text, new for each request"),
    ),
    responses(
        (status = 201, description = "Where the two are now", body = Outcome),
        (status = 400, description = "The body cannot be read"),
        (status = 404, description = "No such link in this ring"),
        (status = 409, description = "This Idempotency-Key came with another request before"),
        (status = 422, description = "A field is wrong; `pointer` says which"),
    )
)]
pub async fn explain(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    said(&web, &caller, &id, &headers, body, Verb::Explain).await
}

/// Take an explanation back: the links count again.
#[utoipa::path(
    post, path = "/rings/{id}/links:restore", tag = "rings", operation_id = "restore_link",
    request_body = NewExplanation,
    params(
        ("id" = String, Path, description = "The id of the ring in which they were explained"),
        ("Idempotency-Key" = Option<String>, Header, description = "Any text, new for each request"),
    ),
    responses(
        (status = 201, description = "Where the two are now", body = Outcome),
        (status = 404, description = "No link explained in this ring"),
        (status = 422, description = "A field is wrong; `pointer` says which"),
    )
)]
pub async fn restore(
    State(web): State<Web>,
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response> {
    said(&web, &caller, &id, &headers, body, Verb::Restore).await
}

/// What is done with what is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::web) enum Verb {
    Explain,
    Restore,
}

impl Verb {
    pub(in crate::web) async fn perform(
        self,
        web: &Web,
        by: &Actor,
        ring: &str,
        map: Map<String, Value>,
    ) -> Result<Vec<String>> {
        let change = change(map, self)?;
        match self {
            Self::Explain => rings::explain(&web.app, by, ring, &change).await,
            Self::Restore => rings::restore(&web.app, by, ring, &change).await,
        }
    }
}

async fn said(
    web: &Web,
    caller: &Caller,
    id: &str,
    headers: &HeaderMap,
    body: Body,
    verb: Verb,
) -> Result<Response> {
    caller.may(Scope::Candidates)?;
    let bytes = body::read(body, LIMIT).await?;
    let place = format!("links of {id} {verb:?}\n");
    let by = Actor::from(&caller.0);
    let said = async {
        let rings = verb.perform(web, &by, id, object(&bytes)?).await?;
        Ok(Outcome { rings })
    };
    idempotency::once(&web.app, caller, headers, &place, &bytes, said).await
}

fn object(bytes: &Bytes) -> Result<Map<String, Value>> {
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Error::Malformed("one JSON object is wanted".into())),
        Err(error) => Err(Error::Malformed(error.to_string())),
    }
}

/// Reads what is said. A key that it does not have is refused: a slip in `kind` would explain more
/// than was meant.
fn change(mut map: Map<String, Value>, verb: Verb) -> Result<Change> {
    let candidate = |id: Option<String>, key| {
        let id = id.ok_or_else(|| refused(key, "is missing; a candidate's id"))?;
        Ok::<_, Error>(CandidateId(id))
    };
    let kinds = Bond::ALL
        .into_iter()
        .filter(|bond| *bond != Bond::SamePerson);
    let kinds: Vec<_> = kinds.map(|bond| (bond.word(), bond)).collect();
    let reasons = Reason::ALL.map(|reason| (reason.word(), reason));
    let reason = choice(&mut map, "reason", &reasons)?;
    let change = Change {
        a: candidate(text(&mut map, "a", WORD)?, "a")?,
        b: candidate(text(&mut map, "b", WORD)?, "b")?,
        bond: choice(&mut map, "kind", &kinds)?,
        reason: match (verb, reason) {
            (_, Some(reason)) => reason,
            (Verb::Restore, None) => Reason::Other,
            (Verb::Explain, None) => {
                let words = Reason::ALL.map(Reason::word).join(", ");
                return Err(refused("reason", format!("is missing; one of {words}")));
            }
        },
        note: text(&mut map, "note", NOTE)?,
        by: text(&mut map, "by", BY)?.ok_or_else(|| refused("by", "is missing; who says so"))?,
    };
    if change.by.chars().any(char::is_control) {
        return Err(refused("by", "is one line without control characters"));
    }
    if let Some(key) = map.keys().next() {
        let field = key.escape_debug().to_string();
        return Err(refused(
            &field,
            "is no key of this; a, b, kind, reason, note and by are",
        ));
    }
    Ok(change)
}

fn choice<T: Copy>(
    map: &mut Map<String, Value>,
    key: &str,
    words: &[(&str, T)],
) -> Result<Option<T>> {
    let Some(word) = text(map, key, WORD)? else {
        return Ok(None);
    };
    let found = words.iter().find(|(known, _)| *known == word);
    let known = || {
        words
            .iter()
            .map(|(word, _)| *word)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match found {
        Some((_, one)) => Ok(Some(*one)),
        None => Err(refused(key, format!("is none of {}", known()))),
    }
}

/// Text within a limit of characters; absent, null and blank are one.
fn text(map: &mut Map<String, Value>, key: &str, limit: usize) -> Result<Option<String>> {
    let text = match map.remove(key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text,
        Some(_) => return Err(refused(key, "text is wanted")),
    };
    if text.contains('\0') {
        return Err(refused(key, "holds a NUL character"));
    }
    if text.chars().nth(limit).is_some() {
        return Err(refused(
            key,
            format!("holds over {limit} characters; {limit} at most"),
        ));
    }
    let text = text.trim();
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value, verb: Verb) -> Result<Change> {
        let Value::Object(map) = value else {
            panic!("an object")
        };
        change(map, verb)
    }

    #[test]
    fn what_is_said_is_read_whole_or_refused_by_its_field() {
        let full = json!({"a": "1", "b": "2", "kind": "phone", "reason": "household", "note": " so ", "by": "Dana"});
        let change = read(full.clone(), Verb::Explain).unwrap();
        assert_eq!(
            (change.bond, change.reason),
            (Some(Bond::Phone), Reason::Household)
        );
        assert_eq!(change.note.as_deref(), Some("so"));
        let least = json!({"a": "1", "b": "2", "by": "Dana"});
        assert!(read(least.clone(), Verb::Restore).is_ok());
        assert!(read(least, Verb::Explain).is_err());
        for (key, value) in [
            ("a", json!("")),
            ("b", json!(1)),
            ("kind", json!("same_person")),
            ("kind", json!("fon")),
            ("reason", json!("because")),
            ("note", json!("x".repeat(2_001))),
            ("by", json!("a\nb")),
            ("by", json!("a\0b")),
            ("knid", json!("phone")),
        ] {
            let mut one = full.clone();
            one[key] = value;
            match read(one, Verb::Explain) {
                Err(Error::Refused(refused)) => assert_eq!(refused.field.as_deref(), Some(key)),
                other => panic!("{key}: {other:?}"),
            }
        }
    }
}
