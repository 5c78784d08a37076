//! One JSON object to one [`Application`].
//!
//! Our form is design §3.1. A JSON Resume document (<https://jsonresume.org/schema>, 1.0.0) is the
//! same map with `basics` in it and camelCase in its entries, so both are read by one pass that
//! knows both spellings: a document may carry our `external_id`, `stage` or `submission` beside its
//! `basics`. Without an `external_id` its `meta` is asked (`external_id`, `externalId`, `id`), then
//! the caller, then `meta.canonical`.
//!
//! Unknown keys are kept in [`Application::other`], those of inner objects under their path
//! (`work[0].highlights`). Ids may be whole numbers, as exports write them, and are kept as text.

mod values;

use serde_json::{Map, Value};

use super::{Defaults, Limits, OURS, Refused};
use crate::application::{
    Address, Application, Education, Page, Reference, ResumeFile, Submission, Work,
};
use values::{
    date, few, id, keep, keep_of, kind, list, long_text, object, short_text, stage, text, texts,
    time, within_id,
};

/// Reads one record; `default_source` is taken where it names none.
///
/// # Errors
/// What is malformed by line and column, what is wrong by the field's path.
pub fn record(bytes: &[u8], default_source: &str) -> Result<Application, Refused> {
    record_named(bytes, default_source, None)
}

/// As [`record`], with the id to take where the record names none.
pub fn record_named(
    bytes: &[u8],
    default_source: &str,
    default_external_id: Option<&str>,
) -> Result<Application, Refused> {
    application(value(bytes)?, default_source, default_external_id)
}

/// As [`record`], with what stands in for what it does not name.
pub fn record_with(bytes: &[u8], defaults: &Defaults) -> Result<Application, Refused> {
    let mut value = value(bytes)?;
    if let Value::Object(map) = &mut value {
        defaults.fill(map);
    }
    application(value, &defaults.source, None)
}

fn value(bytes: &[u8]) -> Result<Value, Refused> {
    if bytes.len() > Limits::RECORD {
        return Err(too_large());
    }
    let text = utf8(bytes)?;
    if text.trim().is_empty() {
        return Err(Refused::whole(
            "there is nothing here; one JSON object is wanted",
        ));
    }
    serde_json::from_str(text).map_err(|error| malformed(&error))
}

/// Text without its byte order mark, or the offset of the first byte that is none.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str, Refused> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let utf16 = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
        Refused::whole(format!(
            "byte {} is not UTF-8{}",
            error.valid_up_to(),
            if utf16 {
                "; this looks like UTF-16"
            } else {
                ""
            }
        ))
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The refusal of a record over [`Limits::RECORD`].
pub(super) fn too_large() -> Refused {
    Refused::whole(format!(
        "the record is over {} MiB",
        Limits::RECORD / (1 << 20)
    ))
}

/// What the parser said, with the place in front.
pub(super) fn malformed(error: &serde_json::Error) -> Refused {
    let (line, column) = (error.line(), error.column());
    let said = error.to_string();
    let said = said
        .strip_suffix(&format!(" at line {line} column {column}"))
        .unwrap_or(&said);
    Refused::whole(format!(
        "malformed JSON at line {line}, column {column}: {said}"
    ))
}

/// Maps a parsed record.
pub(super) fn application(
    value: Value,
    default_source: &str,
    default_external_id: Option<&str>,
) -> Result<Application, Refused> {
    let Value::Object(map) = value else {
        return Err(Refused::whole(format!(
            "one JSON object is wanted, this is {}",
            kind(&value)
        )));
    };
    let mut app = Application::default();
    let mut basics = None;
    let mut canonical = None;
    for (key, value) in map {
        let other = &mut app.other;
        match key.as_str() {
            "external_id" => app.external_id = id(value, &key)?.unwrap_or_default(),
            "source" => {
                app.source = short_text(value, Limits::ID)
                    .map_err(|e| e.within(&key))?
                    .unwrap_or_default();
            }
            "agency" => {
                app.agency = short_text(value, Limits::ID).map_err(|e| e.within(&key))?;
            }
            "stage" => app.stage = stage(value)?,
            "applied_at" => app.applied_at = time(value, &key)?,
            "name" => app.name = text(value, &key)?,
            "emails" => app.emails = texts(value, &key, Limits::EMAILS)?,
            "phones" => app.phones = texts(value, &key, Limits::PHONES)?,
            "links" => app.links = texts(value, &key, Limits::LINKS)?,
            "address" => app.address = address(value, &key, other)?,
            "education" => app.education = list(value, &key, other, education)?,
            "work" => app.work = list(value, &key, other, work)?,
            "references" => app.references = list(value, &key, other, reference)?,
            "resume_text" => {
                app.resume_text = long_text(value).map_err(|e| e.within(&key))?;
            }
            "resume_file" => app.resume_file = resume_file(value, &key, other)?,
            "pages" => app.pages = list(value, &key, other, page)?,
            "household" => app.household = id(value, &key)?,
            "rejected_at" => app.rejected_at = time(value, &key)?,
            "submission" => app.submission = submission(value, &key, other)?,
            "basics" => basics = Some(value),
            _ if key.starts_with(OURS) => {}
            _ => {
                if key == "meta" {
                    canonical = value
                        .get("canonical")
                        .and_then(Value::as_str)
                        .map(str::to_owned);
                }
                keep(other, key, value)?;
            }
        }
    }
    if let Some(value) = basics {
        json_resume_basics(value, &mut app)?;
        if app.external_id.is_empty()
            && let Some(Value::Object(meta)) = app.other.get("meta")
        {
            for key in ["external_id", "externalId", "id"] {
                if let Some(value) = meta.get(key) {
                    app.external_id =
                        id(value.clone(), &format!("meta.{key}"))?.unwrap_or_default();
                    break;
                }
            }
        }
    } else {
        canonical = None;
    }
    if app.external_id.is_empty() {
        let given = default_external_id.map(str::to_owned).or(canonical);
        app.external_id = given.filter(|id| !id.trim().is_empty()).ok_or_else(|| {
            Refused::of(
                "external_id",
                "is missing; the source's own id for the candidate",
            )
        })?;
        within_id(&app.external_id).map_err(|e| e.within("external_id"))?;
    }
    if app.source.is_empty() {
        default_source.clone_into(&mut app.source);
    }
    if app.name.is_none()
        && app.emails.is_empty()
        && app.phones.is_empty()
        && app.resume_text.is_none()
    {
        return Err(Refused {
            field: Some("name".into()),
            ..Refused::whole("one of name, emails, phones or resume_text is needed")
        });
    }
    Ok(app)
}

/// `basics` of JSON Resume; what the form itself says stands before it.
fn json_resume_basics(value: Value, app: &mut Application) -> Result<(), Refused> {
    let Some(map) = object(value, "basics")? else {
        return Ok(());
    };
    for (key, value) in map {
        let path = format!("basics.{key}");
        match key.as_str() {
            "name" => {
                let name = text(value, &path)?;
                app.name = app.name.take().or(name);
            }
            "email" => push(&mut app.emails, text(value, &path)?),
            "phone" => push(&mut app.phones, text(value, &path)?),
            "url" | "website" => push(&mut app.links, text(value, &path)?),
            "location" => {
                let location = address(value, &path, &mut app.other)?;
                app.address = app.address.take().or(location);
            }
            "profiles" => {
                for profile in list(value, &path, &mut app.other, profile)? {
                    push(&mut app.links, profile);
                }
            }
            _ => keep(&mut app.other, path, value)?,
        }
    }
    for (have, limit, key) in [
        (app.emails.len(), Limits::EMAILS, "emails"),
        (app.phones.len(), Limits::PHONES, "phones"),
        (app.links.len(), Limits::LINKS, "links"),
    ] {
        few(have, limit).map_err(|e| e.within(key))?;
    }
    Ok(())
}

fn push(items: &mut Vec<String>, item: Option<String>) {
    if let Some(item) = item
        && !items.contains(&item)
    {
        items.push(item);
    }
}

type Entry<'a> = (&'a str, &'a mut Map<String, Value>);

fn profile(map: Map<String, Value>, (path, other): Entry) -> Result<Option<String>, Refused> {
    let mut url = None;
    for (key, value) in map {
        match key.as_str() {
            "url" => url = text(value, &key)?,
            _ => keep_of(other, path, &key, value)?,
        }
    }
    Ok(url)
}

pub(super) fn address(
    value: Value,
    path: &str,
    other: &mut Map<String, Value>,
) -> Result<Option<Address>, Refused> {
    let Some(map) = object(value, path)? else {
        return Ok(None);
    };
    let mut to = Address::default();
    for (key, value) in map {
        let slot = match key.as_str() {
            "line1" | "address" => &mut to.line1,
            "line2" => &mut to.line2,
            "city" => &mut to.city,
            "region" => &mut to.region,
            "postal_code" | "postalCode" => &mut to.postal_code,
            "country" | "countryCode" => &mut to.country,
            _ => {
                keep(other, format!("{path}.{key}"), value)?;
                continue;
            }
        };
        *slot = text(value, &key).map_err(|e| e.within(path))?;
    }
    Ok((to != Address::default()).then_some(to))
}

fn education(map: Map<String, Value>, (path, other): Entry) -> Result<Education, Refused> {
    let mut to = Education::default();
    for (key, value) in map {
        match key.as_str() {
            "institution" => to.institution = text(value, &key)?,
            "area" => to.area = text(value, &key)?,
            "study_type" | "studyType" => to.study_type = text(value, &key)?,
            "start_date" | "startDate" => to.start_date = date(value, &key)?,
            "end_date" | "endDate" => to.end_date = date(value, &key)?,
            _ => keep_of(other, path, &key, value)?,
        }
    }
    Ok(to)
}

fn work(map: Map<String, Value>, (path, other): Entry) -> Result<Work, Refused> {
    let mut to = Work::default();
    for (key, value) in map {
        match key.as_str() {
            "name" => to.name = text(value, &key)?,
            "position" => to.position = text(value, &key)?,
            "start_date" | "startDate" => to.start_date = date(value, &key)?,
            "end_date" | "endDate" => to.end_date = date(value, &key)?,
            "location" => to.location = text(value, &key)?,
            _ => keep_of(other, path, &key, value)?,
        }
    }
    Ok(to)
}

fn reference(map: Map<String, Value>, (path, other): Entry) -> Result<Reference, Refused> {
    let mut to = Reference::default();
    for (key, value) in map {
        match key.as_str() {
            "name" => to.name = text(value, &key)?,
            "phone" => to.phone = text(value, &key)?,
            "email" => to.email = text(value, &key)?,
            "company" => to.company = text(value, &key)?,
            _ => keep_of(other, path, &key, value)?,
        }
    }
    Ok(to)
}

fn page(map: Map<String, Value>, (path, other): Entry) -> Result<Page, Refused> {
    let mut to = Page::default();
    for (key, value) in map {
        match key.as_str() {
            "url" => to.url = text(value, &key)?,
            "text" => to.text = long_text(value).map_err(|e| e.within(&key))?,
            _ => keep_of(other, path, &key, value)?,
        }
    }
    Ok(to)
}

fn submission(
    value: Value,
    path: &str,
    other: &mut Map<String, Value>,
) -> Result<Option<Submission>, Refused> {
    let Some(map) = object(value, path)? else {
        return Ok(None);
    };
    let mut to = Submission::default();
    for (key, value) in map {
        let read = match key.as_str() {
            "ip" => text(value, &key).map(|v| to.ip = v),
            "device_id" => id(value, &key).map(|v| to.device_id = v),
            "user_agent" => text(value, &key).map(|v| to.user_agent = v),
            "time_zone" => text(value, &key).map(|v| to.time_zone = v),
            "submitted_at" => time(value, &key).map(|v| to.submitted_at = v),
            _ => {
                keep(other, format!("{path}.{key}"), value)?;
                continue;
            }
        };
        read.map_err(|e| e.within(path))?;
    }
    Ok((to != Submission::default()).then_some(to))
}

fn resume_file(
    value: Value,
    path: &str,
    other: &mut Map<String, Value>,
) -> Result<Option<ResumeFile>, Refused> {
    let Some(map) = object(value, path)? else {
        return Ok(None);
    };
    let mut to = ResumeFile::default();
    for (key, value) in map {
        let read = match key.as_str() {
            "name" => text(value, &key).map(|v| to.name = v.unwrap_or_default()),
            "author" => text(value, &key).map(|v| to.author = v),
            "last_modified_by" => text(value, &key).map(|v| to.last_modified_by = v),
            "producer" => text(value, &key).map(|v| to.producer = v),
            "links" => texts(value, &key, Limits::LINKS).map(|v| to.links = v),
            "images" => texts(value, &key, Limits::IMAGES).map(|v| to.images = v),
            _ => {
                keep(other, format!("{path}.{key}"), value)?;
                continue;
            }
        };
        read.map_err(|e| e.within(path))?;
    }
    Ok((to != ResumeFile::default()).then_some(to))
}

#[cfg(test)]
mod tests;
