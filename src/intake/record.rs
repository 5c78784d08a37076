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

use serde_json::{Map, Value};

use super::when::{check_date, quoted, timestamp};
use super::{Limits, Refused};
use crate::application::{
    Address, Application, Education, Reference, ResumeFile, Stage, Submission, Work,
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
    if bytes.len() > Limits::RECORD {
        return Err(too_large());
    }
    let text = utf8(bytes)?;
    if text.trim().is_empty() {
        return Err(Refused::whole(
            "there is nothing here; one JSON object is wanted",
        ));
    }
    let value = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    application(value, default_source, default_external_id)
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
            "agency" => app.agency = text(value, &key)?,
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
            "resume_text" => app.resume_text = resume_text(value)?,
            "resume_file" => app.resume_file = resume_file(value, &key, other)?,
            "submission" => app.submission = submission(value, &key, other)?,
            "basics" => basics = Some(value),
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
        return Err(Refused::whole(
            "one of name, emails, phones or resume_text is needed",
        ));
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

fn address(
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
            _ => {
                keep(other, format!("{path}.{key}"), value)?;
                continue;
            }
        };
        read.map_err(|e| e.within(path))?;
    }
    Ok((to != ResumeFile::default()).then_some(to))
}

/// A list of objects; an absent or empty one among them is left out.
fn list<T: Default + PartialEq>(
    value: Value,
    path: &str,
    other: &mut Map<String, Value>,
    read: impl Fn(Map<String, Value>, Entry) -> Result<T, Refused>,
) -> Result<Vec<T>, Refused> {
    let items = array(value, path, Limits::HISTORY)?;
    let mut to = Vec::with_capacity(items.len());
    for (i, item) in items.into_iter().enumerate() {
        let path = format!("{path}[{i}]");
        if let Some(map) = object(item, &path)? {
            let item = read(map, (&path, other)).map_err(|e| e.within(&path))?;
            if item != T::default() {
                to.push(item);
            }
        }
    }
    Ok(to)
}

fn texts(value: Value, path: &str, limit: usize) -> Result<Vec<String>, Refused> {
    let items = array(value, path, limit)?;
    let mut to = Vec::with_capacity(items.len());
    for (i, item) in items.into_iter().enumerate() {
        let read = short_text(item, Limits::STRING);
        to.extend(read.map_err(|e| e.within(&format!("{path}[{i}]")))?);
    }
    Ok(to)
}

fn array(value: Value, path: &str, limit: usize) -> Result<Vec<Value>, Refused> {
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(items) => {
            few(items.len(), limit).map_err(|e| e.within(path))?;
            Ok(items)
        }
        value => Err(wanted("a list", &value).within(path)),
    }
}

fn few(have: usize, limit: usize) -> Result<(), Refused> {
    if have <= limit {
        return Ok(());
    }
    Err(Refused::whole(format!(
        "holds {have} items; {limit} at most"
    )))
}

fn object(value: Value, path: &str) -> Result<Option<Map<String, Value>>, Refused> {
    match value {
        Value::Null => Ok(None),
        Value::Object(map) => Ok(Some(map)),
        value => Err(wanted("an object", &value).within(path)),
    }
}

fn text(value: Value, path: &str) -> Result<Option<String>, Refused> {
    short_text(value, Limits::STRING).map_err(|e| e.within(path))
}

fn short_text(value: Value, limit: usize) -> Result<Option<String>, Refused> {
    match value {
        Value::String(text) => {
            no_nul(&text)?;
            // Bytes bound characters from above: most texts need no counting.
            if text.len() > limit {
                let have = text.chars().count();
                if have > limit {
                    return Err(Refused::whole(format!(
                        "holds {have} characters; {limit} at most"
                    )));
                }
            }
            Ok((!text.trim_ascii().is_empty()).then_some(text))
        }
        Value::Null => Ok(None),
        value => Err(wanted("text", &value)),
    }
}

fn resume_text(value: Value) -> Result<Option<String>, Refused> {
    let read = match value {
        Value::Null => return Ok(None),
        Value::String(text) if text.len() > Limits::RESUME_TEXT => Err(Refused::whole(format!(
            "holds {} bytes; {} at most",
            text.len(),
            Limits::RESUME_TEXT
        ))),
        Value::String(text) => no_nul(&text).map(|()| text),
        value => Err(wanted("text", &value)),
    };
    let text = read.map_err(|e| e.within("resume_text"))?;
    Ok((!text.trim_ascii().is_empty()).then_some(text))
}

fn id(value: Value, path: &str) -> Result<Option<String>, Refused> {
    let value = match value {
        Value::Number(n) if !n.is_f64() => Value::String(n.to_string()),
        Value::Number(_) => {
            return Err(Refused::of(
                path,
                "text or a whole number is wanted, this is a fraction",
            ));
        }
        value => value,
    };
    short_text(value, Limits::ID).map_err(|e| e.within(path))
}

fn within_id(id: &str) -> Result<(), Refused> {
    short_text(Value::String(id.to_owned()), Limits::ID).map(|_| ())
}

fn date(value: Value, path: &str) -> Result<Option<String>, Refused> {
    let read = text(value, path)?;
    if let Some(text) = &read {
        check_date(text).map_err(|e| e.within(path))?;
    }
    Ok(read)
}

fn time(value: Value, path: &str) -> Result<Option<jiff::Timestamp>, Refused> {
    let Some(text) = text(value, path)? else {
        return Ok(None);
    };
    timestamp(&text).map(Some).map_err(|e| e.within(path))
}

fn stage(value: Value) -> Result<Stage, Refused> {
    let Some(word) = text(value, "stage")? else {
        return Ok(Stage::default());
    };
    Stage::ALL
        .into_iter()
        .find(|stage| stage.word() == word)
        .ok_or_else(|| {
            let words = Stage::ALL.map(Stage::word).join(", ");
            Refused::of("stage", format!("{} is none of {words}", quoted(&word)))
        })
}

/// Keeps a key that is not ours, unless a database could not.
fn keep(other: &mut Map<String, Value>, key: String, value: Value) -> Result<(), Refused> {
    no_nul(&key).map_err(|e| e.within(&key.escape_debug().to_string()))?;
    nowhere_nul(&value).map_err(|e| e.within(&key))?;
    other.insert(key, value);
    Ok(())
}

/// As [`keep`], for a key inside an entry, whose reader's caller says in which.
fn keep_of(
    other: &mut Map<String, Value>,
    path: &str,
    key: &str,
    value: Value,
) -> Result<(), Refused> {
    let kept = keep(other, format!("{path}.{key}"), value);
    kept.map_err(|e| Refused::of(key.escape_debug().to_string(), e.reason))
}

/// The parser bounds the depth, so this may recurse.
fn nowhere_nul(value: &Value) -> Result<(), Refused> {
    match value {
        Value::String(text) => no_nul(text),
        Value::Array(items) => items.iter().try_for_each(nowhere_nul),
        Value::Object(map) => map.iter().try_for_each(|(key, value)| {
            no_nul(key)?;
            nowhere_nul(value)
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn no_nul(text: &str) -> Result<(), Refused> {
    if text.contains('\0') {
        return Err(Refused::whole("holds a NUL character"));
    }
    Ok(())
}

fn wanted(what: &str, value: &Value) -> Refused {
    Refused::whole(format!("{what} is wanted, this is {}", kind(value)))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(json: &str) -> String {
        record(json.as_bytes(), "api").expect_err(json).to_string()
    }

    /// The contract's example, whole.
    const WHOLE: &str = r#"{"external_id":"A-1001","source":"greenhouse","agency":null,"stage":"interview","applied_at":"2026-03-02T14:05:00Z",
 "name":"Maria Lopez","emails":["maria.lopez@example.org"],"phones":["(212) 736-5000"],
 "address":{"line1":"350 5th Ave","line2":"","city":"New York","region":"NY","postal_code":"10118","country":"US"},
 "links":["https://www.linkedin.com/in/mlopez"],
 "education":[{"institution":"Example State","area":"Computer Science","study_type":"Bachelor","start_date":"2012-09","end_date":"2016-05"}],
 "work":[{"name":"Example Co","position":"Engineer","start_date":"2016-07","end_date":null,"location":"Albany"}],
 "references":[{"name":"Ann Lee","phone":"212-555-0100","email":"ann@example.com"}],
 "resume_text":"Maria Lopez",
 "submission":{"ip":"203.0.113.9","device_id":7,"user_agent":"x","time_zone":"America/New_York","submitted_at":"2026-03-02"},
 "tags":["a"]}"#;

    #[test]
    fn the_contracts_example_is_read_whole() {
        let app = record(WHOLE.as_bytes(), "api").unwrap();
        assert_eq!(app.external_id, "A-1001");
        assert_eq!(
            (app.source.as_str(), app.stage),
            ("greenhouse", Stage::Interview)
        );
        assert_eq!(app.agency, None);
        let address = app.address.as_ref().unwrap();
        assert_eq!(
            (address.line2.as_deref(), address.city.as_deref()),
            (None, Some("New York"))
        );
        assert_eq!(app.work[0].end_date, None);
        let submission = app.submission.as_ref().unwrap();
        assert_eq!(submission.device_id.as_deref(), Some("7"));
        assert_eq!(
            submission.submitted_at.unwrap().to_string(),
            "2026-03-02T00:00:00Z"
        );
        assert_eq!(app.other.keys().collect::<Vec<_>>(), ["tags"]);
        // What is stored is read back the same.
        let again = record(&serde_json::to_vec(&app).unwrap(), "api").unwrap();
        assert_eq!(again, app);
    }

    #[test]
    fn a_bad_record_is_refused_by_its_field() {
        for (json, want) in [
            ("", "there is nothing here"),
            ("[]", "one JSON object is wanted, this is a list"),
            ("\"x\"", "one JSON object is wanted, this is text"),
            (r#"{"name":"A"}"#, "external_id: is missing"),
            (
                r#"{"external_id":"","name":"A"}"#,
                "external_id: is missing",
            ),
            (
                r#"{"external_id":"1","name":" ","emails":[""]}"#,
                "one of name, emails, phones or resume_text",
            ),
            (
                r#"{"external_id":1.5,"name":"A"}"#,
                "external_id: text or a whole number",
            ),
            (
                r#"{"external_id":true,"name":"A"}"#,
                "external_id: text is wanted, this is true or false",
            ),
            (
                r#"{"external_id":"1","name":5}"#,
                "name: text is wanted, this is a number",
            ),
            (
                r#"{"external_id":"1","emails":"a@example.org"}"#,
                "emails: a list is wanted, this is text",
            ),
            (
                r#"{"external_id":"1","emails":["a",{}]}"#,
                "emails[1]: text is wanted, this is an object",
            ),
            (
                r#"{"external_id":"1","name":"A","stage":"fired"}"#,
                "stage: \"fired\" is none of applied, interview, offer, onboarding, active",
            ),
            (
                r#"{"external_id":"1","name":"A\u0000"}"#,
                "name: holds a NUL character",
            ),
            (
                r#"{"external_id":"1","name":"A","x":{"y":["\u0000"]}}"#,
                "x: holds a NUL character",
            ),
            (
                r#"{"external_id":"1","name":"A","work":[{"x":"\u0000"}]}"#,
                "work[0].x: holds a NUL character",
            ),
            (
                r#"{"external_id":"1","name":"A","education":[{},{"start_date":"2016-13"}]}"#,
                "education[1].start_date: ",
            ),
            (
                r#"{"external_id":"1","name":"A","work":[{"end_date":"31/02/2016"}]}"#,
                "work[0].end_date: ",
            ),
            (
                r#"{"external_id":"1","name":"A","work":["x"]}"#,
                "work[0]: an object is wanted, this is text",
            ),
            (
                r#"{"external_id":"1","name":"A","address":{"city":["x"]}}"#,
                "address.city: text is wanted, this is a list",
            ),
            (
                r#"{"external_id":"1","name":"A","applied_at":"2026-02-30"}"#,
                "applied_at: \"2026-02-30\" is no time",
            ),
            (
                r#"{"external_id":"1","name":"A","submission":{"submitted_at":"now"}}"#,
                "submission.submitted_at: ",
            ),
            (
                r#"{"external_id":"1","name":"A" "b":1}"#,
                "malformed JSON at line 1, column 31: expected `,` or `}`",
            ),
            (
                "{\"external_id\":\"1\",\n\"name\":}",
                "malformed JSON at line 2, column 8: ",
            ),
            (
                r#"{"external_id":"1","name":"\ud800"}"#,
                "malformed JSON at line 1, column",
            ),
            (
                "{} {}",
                "malformed JSON at line 1, column 4: trailing characters",
            ),
        ] {
            let said = said(json);
            assert!(said.starts_with(want), "{json}\n said {said}\n want {want}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused_with_the_limit() {
        let lots = |item: &str, n: usize| vec![item; n].join(",");
        for (json, want) in [
            (
                format!(
                    r#"{{"external_id":"1","emails":[{}]}}"#,
                    lots("\"a@example.org\"", 100_000)
                ),
                "emails: holds 100000 items; 50 at most",
            ),
            (
                format!(r#"{{"external_id":"1","work":[{}]}}"#, lots("{}", 101)),
                "work: holds 101 items; 100 at most",
            ),
            (
                format!(r#"{{"external_id":"1","name":"{}"}}"#, "é".repeat(10_001)),
                "name: holds 10001 characters; 10000 at most",
            ),
            (
                format!(r#"{{"external_id":"{}","name":"A"}}"#, "1".repeat(256)),
                "external_id: holds 256 characters; 255 at most",
            ),
            (
                format!(
                    r#"{{"external_id":"1","resume_text":"{}"}}"#,
                    "x".repeat((1 << 20) + 1)
                ),
                "resume_text: holds 1048577 bytes; 1048576 at most",
            ),
            (
                format!(r#"{{"external_id":"1","name":"{}"}}"#, "x".repeat(10 << 20)),
                "the record is over 2 MiB",
            ),
            (
                format!(
                    r#"{{"external_id":"1","name":"A","x":{}"#,
                    "[".repeat(100_000)
                ),
                "malformed JSON at line 1, column 161: recursion limit exceeded",
            ),
        ] {
            assert_eq!(said(&json), want, "{json:.60}");
        }
        let fits = format!(r#"{{"external_id":"1","name":"{}"}}"#, "é".repeat(10_000));
        assert!(record(fits.as_bytes(), "api").is_ok());
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_named_by_their_offset() {
        for (bytes, want) in [
            (&b"{\"name\":\"\xff\"}"[..], "byte 9 is not UTF-8"),
            (
                b"\xff\xfe{\0}\0",
                "byte 0 is not UTF-8; this looks like UTF-16",
            ),
        ] {
            assert_eq!(record(bytes, "api").unwrap_err().to_string(), want);
        }
        let marked = "\u{feff}{\"external_id\":1001,\"name\":\"A\",\"name\":\"B\"}";
        let app = record(marked.as_bytes(), "api").unwrap();
        assert_eq!(app.external_id, "1001", "a number is kept as text");
        assert_eq!(
            app.name.as_deref(),
            Some("B"),
            "of a key given twice the last one counts"
        );
        assert_eq!(app.source, "api");
    }

    #[test]
    fn null_is_absent_everywhere() {
        let keys = [
            "source",
            "agency",
            "stage",
            "applied_at",
            "emails",
            "phones",
            "address",
            "links",
            "education",
            "work",
            "references",
            "resume_text",
            "resume_file",
            "submission",
            "basics",
        ];
        let nulls = keys.map(|key| format!("\"{key}\":null")).join(",");
        let app = record(
            format!(r#"{{"external_id":"1","name":"A",{nulls}}}"#).as_bytes(),
            "api",
        );
        let want = Application {
            external_id: "1".into(),
            source: "api".into(),
            name: Some("A".into()),
            ..Application::default()
        };
        assert_eq!(app, Ok(want));
        let holes = r#"{"external_id":"1","phones":[null,"212-555-0100",""],"work":[null,{}],"submission":{"ip":null}}"#;
        let app = record(holes.as_bytes(), "api").unwrap();
        assert_eq!(
            (app.phones.len(), app.work.len(), app.submission),
            (1, 0, None)
        );
    }

    #[test]
    fn a_json_resume_document_is_a_record() {
        let json = r#"{"$schema":"https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json",
          "basics":{"name":"Maria Lopez","label":"Engineer","email":"maria@example.org","phone":"(212) 736-5000","url":"https://example.org",
            "location":{"address":"350 5th Ave","postalCode":"10118","city":"New York","countryCode":"US","region":"NY"},
            "profiles":[{"network":"GitHub","username":"ml","url":"https://github.com/ml"},{"network":"none"}]},
          "work":[{"name":"Example Co","position":"Engineer","startDate":"2016-07-01","highlights":["Built it"]}],
          "education":[{"institution":"Example State","area":"CS","studyType":"Bachelor","startDate":"2012-09","endDate":"2016","courses":[]}],
          "references":[{"name":"Ann Lee","reference":"She is good."}],
          "skills":[{"name":"Rust"}],
          "meta":{"canonical":"https://example.org/resume.json","version":"v1.0.0"}}"#;
        let app = record(json.as_bytes(), "api").unwrap();
        assert_eq!(app.external_id, "https://example.org/resume.json");
        assert_eq!(app.emails, ["maria@example.org"]);
        assert_eq!(app.links, ["https://example.org", "https://github.com/ml"]);
        assert_eq!(
            app.address.as_ref().unwrap().postal_code.as_deref(),
            Some("10118")
        );
        assert_eq!(app.work[0].start_date.as_deref(), Some("2016-07-01"));
        assert_eq!(app.education[0].study_type.as_deref(), Some("Bachelor"));
        assert_eq!(app.other["work[0].highlights"][0], "Built it");
        assert_eq!(app.other["references[0].reference"], "She is good.");
        assert!(app.other.contains_key("skills") && app.other.contains_key("basics.label"));
        let named = record_named(json.as_bytes(), "api", Some("r-7")).unwrap();
        assert_eq!(named.external_id, "r-7");
        let wrong = json.replace("2016-07-01", "July");
        assert!(
            said(&wrong).starts_with("work[0].startDate: "),
            "{}",
            said(&wrong)
        );
        assert!(
            said(r#"{"external_id":"1","basics":{"name":5}}"#).starts_with("basics.name: text")
        );
        for (meta, want) in [(r#"{"id":12}"#, "12"), (r#"{"external_id":"x"}"#, "x")] {
            let json = format!(r#"{{"basics":{{"name":"A"}},"meta":{meta}}}"#);
            assert_eq!(record(json.as_bytes(), "api").unwrap().external_id, want);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, text: String) {
            let _ = record(&bytes, "api");
            let _ = record(text.as_bytes(), "api");
        }

        #[test]
        fn no_json_makes_it_panic(key in "external_id|name|emails|work|address|basics|stage|applied_at|meta",
                                  value in r#"(\[|\{|"a":|"[^"]{0,4}"|,|1|null|\]|\}){0,8}"#) {
            let _ = record(format!(r#"{{"external_id":1,"{key}":{value}}}"#).as_bytes(), "api");
        }
    }
}
