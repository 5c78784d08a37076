//! A résumé's file at a vendor's: fetched once, and read like any other.

use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};

use super::connections::Connection;
use super::history::Placed;
use crate::app::{App, compute};
use crate::intake;
use crate::net::{Reply, Trouble};
use crate::vendors::event::{Event, File, Kind};

/// A file to fetch.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Order {
    /// Whose, at the source.
    pub external_id: String,
    /// The file.
    pub file: File,
    /// Since when the record holds that named it, milliseconds.
    pub at: i64,
}

/// What tells files apart: their place without what signs it for a time.
pub(super) fn identity(file: &File) -> String {
    let place = file.url.split(['?', '#']).next().unwrap_or_default();
    let name = file.filename.as_deref().unwrap_or_default();
    format!("{place} {name}").chars().take(500).collect()
}

/// What came of fetching it.
pub(super) enum Fetched {
    /// What it says, as something that is known of the person.
    Read(Box<Placed>),
    /// It was fetched and cannot be read.
    Unreadable(String),
}

/// Fetches and reads it.
pub(super) async fn fetch(
    app: &App,
    connection: &Connection,
    order: &Order,
) -> Result<Fetched, Trouble> {
    let api = connection.api(app).ok_or(Trouble::Setting("api_url"))?;
    let reply = api.file(&order.file).await?;
    let name = file_name(&order.file, &reply);
    let bytes = reply.body;
    let read = compute(move || intake::resume(&name, &bytes)).await;
    let read = read.map_err(|error| Trouble::Unreadable(error.cause()))?;
    let application = match read {
        Ok(application) => application,
        Err(refused) => return Ok(Fetched::Unreadable(refused.to_string())),
    };
    let mut event = Event::of(Kind::CandidateUpdated, Some(order.external_id.clone()));
    event.person.resume_text = application.resume_text;
    event.person.resume_file = application.resume_file;
    let at = jiff::Timestamp::from_millisecond(order.at).unwrap_or_else(|_| app.now());
    Ok(Fetched::Read(Box::new(Placed::of(event, at))))
}

/// The file's name with an extension that says what it is: as the vendor names it, else as the URL or
/// the type in its answer does.
fn file_name(file: &File, reply: &Reply) -> String {
    let known = |name: &str| {
        let extension = name
            .rsplit_once('.')
            .map(|(_, end)| end.to_ascii_lowercase());
        extension.is_some_and(|end| ["pdf", "docx", "txt", "text"].contains(&end.as_str()))
    };
    let given = file.filename.as_deref().unwrap_or_default().trim();
    if known(given) {
        return given.to_owned();
    }
    let path = file.url.split(['?', '#']).next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    if known(last) {
        return last.to_owned();
    }
    let kind = reply
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let extension = match &*reply.body {
        [b'%', b'P', b'D', b'F', ..] => "pdf",
        [b'P', b'K', 3, 4, ..] => "docx",
        _ if kind.starts_with("text/plain") => "txt",
        _ => {
            return if given.is_empty() {
                last.to_owned()
            } else {
                given.to_owned()
            };
        }
    };
    let stem = if given.is_empty() { "resume" } else { given };
    format!("{stem}.{extension}")
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    #[test]
    fn a_file_is_the_same_however_its_address_is_signed() {
        let file = |url: &str| File {
            filename: Some("r.pdf".into()),
            url: url.into(),
        };
        assert_eq!(
            identity(&file("https://x/r?sig=1")),
            identity(&file("https://x/r?sig=2#a"))
        );
        assert_ne!(
            identity(&file("https://x/r?sig=1")),
            identity(&file("https://x/s?sig=1"))
        );
    }

    #[test]
    fn a_file_is_named_by_what_it_is() {
        let reply = |body: &[u8], kind: &str| Reply {
            status: StatusCode::OK,
            headers: HeaderMap::from_iter([(CONTENT_TYPE, kind.parse().unwrap())]),
            body: body.to_vec(),
        };
        for (filename, url, body, kind, name) in [
            (
                Some("Maria.PDF"),
                "https://x/1",
                &b"%PDF"[..],
                "",
                "Maria.PDF",
            ),
            (
                None,
                "https://x/a/cv.docx?s=1",
                b"PK\x03\x04",
                "",
                "cv.docx",
            ),
            (
                Some("Maria Lopez"),
                "https://x/1",
                b"%PDF-1.7",
                "application/pdf",
                "Maria Lopez.pdf",
            ),
            (
                None,
                "https://x/1",
                b"Maria",
                "text/plain; charset=utf-8",
                "resume.txt",
            ),
            (
                None,
                "https://x/cv.exe",
                b"MZ",
                "application/x-msdownload",
                "cv.exe",
            ),
        ] {
            let file = File {
                filename: filename.map(str::to_owned),
                url: url.into(),
            };
            assert_eq!(file_name(&file, &reply(body, kind)), name, "{url}");
        }
    }
}
