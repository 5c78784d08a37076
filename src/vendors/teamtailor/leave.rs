//! What is left at Teamtailor.

use reqwest::Method;
use serde_json::json;

use super::super::api::{Api, Note, bearer, part};
use super::super::fields::id;
use crate::net::Trouble;

/// The company's key, and the partner's.
pub(super) fn both_keys(key: &str) -> (&str, Option<&str>) {
    match key.split_once(':') {
        Some((company, partner)) => (company, Some(partner)),
        None => (key, None),
    }
}

const JSON_API: (&str, &str) = ("content-type", "application/vnd.api+json");

/// Leaves a note on a candidate, or changes the one left before.
pub(super) async fn note(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    let user = api.setting("user_id")?;
    let headers = [(JSON_API.0, JSON_API.1.to_owned())];
    let said = json!({"note": note.text});
    if let Some(before) = &note.before {
        let url = api.url(&format!("/v1/notes/{}", part(before)))?;
        let body = json!({"data": {"type": "notes", "id": before, "attributes": said}});
        match api.send(Method::PATCH, url, Some(&body), &headers).await {
            Ok(_) => return Ok(Some(before.clone())),
            // Somebody took it away.
            Err(Trouble::Missing(_)) => {}
            Err(trouble) => return Err(trouble),
        }
    }
    let body = json!({"data": {
        "type": "notes",
        "attributes": said,
        "relationships": {
            "candidate": {"data": {"type": "candidates", "id": note.external_id}},
            "user": {"data": {"type": "users", "id": user}},
        },
    }});
    let url = api.url("/v1/notes")?;
    let made = api.send(Method::POST, url, Some(&body), &headers).await?;
    Ok(id(&made["data"]["id"]))
}

/// Characters of a summary that are shown.
const SUMMARY: usize = 150;

/// Completes the result of a partner's trigger, without a score or a grade.
pub(super) async fn result(api: &Api, note: &Note) -> Result<Option<String>, Trouble> {
    // Nobody triggered a check of this person.
    let Some(result) = note.handles.get("partner_result") else {
        return Ok(None);
    };
    let (_, partner) = both_keys(&api.key);
    let partner = partner.ok_or(Trouble::Setting("the partner's key"))?;
    let mut said = json!({
        "status": "completed",
        "summary": note.label.chars().take(SUMMARY).collect::<String>(),
    });
    if let (Some(link), Some(said)) = (&note.link, said.as_object_mut()) {
        said.insert("url".to_owned(), json!(link));
    }
    let body = json!({"data": {"type": "partner-results", "id": result, "attributes": said}});
    let url = api.url(&format!("/partner/v1/partner-results/{}", part(result)))?;
    let mut headers = bearer(partner);
    headers.push((JSON_API.0, JSON_API.1.to_owned()));
    api.send(Method::PUT, url, Some(&body), &headers).await?;
    Ok(Some(result.clone()))
}
