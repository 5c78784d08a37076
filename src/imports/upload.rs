//! A file on its way in: sealed piece by piece as it comes, never held whole.

use std::io::Read as _;

use sha2::{Digest, Sha256};

use super::mapping::hex;
use super::pieces::{Pieces, place};
use super::rows::unmarked;
use super::{Format, Mapping};
use crate::access::User;
use crate::app::App;
use crate::error::{Error, Result, refused};
use crate::intake::{self, CsvHead, Limits};
use crate::store::imports;

/// Bytes that are sealed together.
const PIECE: usize = 1 << 20;

/// Characters of a file's name that are kept.
const NAME: usize = 200;

/// Bytes of a file's beginning that tell what it is.
const SAMPLE: u64 = 64 << 10;

/// A file on its way.
#[derive(Debug)]
pub struct Upload {
    app: App,
    id: String,
    format: Format,
    piece: Vec<u8>,
    pieces: i64,
    size: u64,
    digest: Sha256,
}

impl Upload {
    /// Begins to take a file in, whose name tells what is in it.
    ///
    /// # Errors
    /// It is of no kind that holds records.
    pub async fn begin(app: &App, user: &User, file_name: &str) -> Result<Self> {
        let name = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        let name: String = name.chars().filter(|c| *c != '\0').take(NAME).collect();
        let format = format_of(&name)?;
        let id = app.new_id();
        let mut tx = app.db.begin().await?;
        let who = (user.id.as_str(), user.email.as_str());
        imports::insert(&mut tx, (&id, &name, format.word()), who, app.now()).await?;
        tx.commit().await?;
        Ok(Self {
            app: app.clone(),
            id,
            format,
            piece: Vec::with_capacity(PIECE),
            pieces: 0,
            size: 0,
            digest: Sha256::new(),
        })
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// It is too large.
    pub async fn push(&mut self, mut bytes: &[u8]) -> Result<()> {
        self.size += bytes.len() as u64;
        if self.size > self.app.import_limit {
            return Err(too_large(self.app.import_limit));
        }
        self.digest.update(bytes);
        while !bytes.is_empty() {
            let room = PIECE - self.piece.len();
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.piece.extend_from_slice(now);
            bytes = later;
            if self.piece.len() == PIECE {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<()> {
        let sealed = self
            .app
            .vault
            .seal(&place(&self.id, self.pieces), &self.piece);
        let mut tx = self.app.db.begin().await?;
        imports::add_chunk(&mut tx, &self.id, self.pieces, &sealed).await?;
        tx.commit().await?;
        self.pieces += 1;
        self.piece.clear();
        Ok(())
    }

    /// The file is whole: its id, once it was looked at.
    ///
    /// # Errors
    /// It holds no records; then it is to be [discarded](Self::discard).
    pub async fn finish(&mut self, user: &User) -> Result<String> {
        if self.size == 0 {
            return Err(refused("file", "the file is empty"));
        }
        if !self.piece.is_empty() {
            self.flush().await?;
        }
        let (app, id, named) = (self.app.clone(), self.id.clone(), self.format);
        let looked = tokio::task::spawn_blocking(move || look(&app, &id, named)).await;
        let looked =
            looked.map_err(|_| Error::Internal("a bug ended the reading of a file".into()))?;
        let (format, head) = looked.map_err(|why| refused("file", why))?;
        let mut mapping = Mapping::likely(&head);
        let mut headers_digest = String::new();
        if format == Format::Csv {
            headers_digest = mapping.headers_digest();
            let before = imports::remembered(&self.app.db, &user.id, &headers_digest).await?;
            if let Some(before) = before {
                mapping = mapping.as_before(&before);
            }
        }
        let digest = hex(&std::mem::take(&mut self.digest).finalize());
        let size = i64::try_from(self.size).unwrap_or(i64::MAX);
        let mut tx = self.app.db.begin().await?;
        let digests = (digest.as_str(), headers_digest.as_str());
        imports::arrived(&mut tx, &self.id, (size, format.word()), digests, &mapping).await?;
        tx.commit().await?;
        Ok(self.id.clone())
    }

    /// Takes away what has come of it.
    pub async fn discard(&self) {
        let removed = async {
            let mut tx = self.app.db.begin().await?;
            imports::remove(&mut tx, &self.id).await?;
            tx.commit().await
        };
        if let Err(error) = removed.await {
            // It is forgotten like any that broke off.
            Error::from(error).log();
        }
    }
}

/// 413: a file is larger than may be.
pub(super) fn too_large(limit: u64) -> Error {
    Error::TooLarge(format!(
        "the file is larger than {} MiB; cut it in two, or ask whoever runs this to allow more (TELLTALE_IMPORT_MIB)",
        limit >> 20
    ))
}

/// What a file's name says.
fn format_of(name: &str) -> Result<Format> {
    let extension = name
        .rsplit_once('.')
        .map_or("", |(_, end)| end)
        .to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" => Ok(Format::Csv),
        "ndjson" | "jsonl" => Ok(Format::Lines),
        "json" => Ok(Format::Json),
        "xlsx" | "xls" | "ods" | "numbers" => Err(refused(
            "file",
            "is a spreadsheet; save it there as CSV, and hand that in",
        )),
        "pdf" | "docx" | "txt" => Err(refused(
            "file",
            "is a document; a résumé is handed in above, one at a time",
        )),
        _ => Err(refused(
            "file",
            "the extension tells the format: .csv, .tsv, .ndjson, .jsonl or .json is wanted",
        )),
    }
}

/// What a file is by its bytes, and how it begins.
fn look(app: &App, id: &str, named: Format) -> Result<(Format, CsvHead), String> {
    let (pieces, seen) = Pieces::of(app, id);
    let mut sample = Vec::new();
    let read = pieces.take(SAMPLE).read_to_end(&mut sample);
    read.map_err(|error| format!("could not be read: {error}"))?;
    if let Some(is) = other_kind(&sample) {
        return Err(format!("the file is {is}, whatever its name says"));
    }
    let format = match named {
        Format::Json if is_lines(&sample) => Format::Lines,
        other => other,
    };
    let (pieces, _) = Pieces::of(app, id);
    let head = match format {
        Format::Csv => intake::csv_head(pieces, 0).map_err(|refused| refused.to_string())?,
        Format::Lines if sample.trim_ascii().is_empty() => {
            return Err("there is nothing here; one JSON object a line is wanted".to_owned());
        }
        Format::Lines => CsvHead::default(),
        // A document that breaks off is refused before any of it is taken in.
        Format::Json => {
            let whole = intake::json_items(unmarked(pieces), &mut |_, _| true);
            whole.map_err(|refused| refused.to_string())?;
            CsvHead::default()
        }
    };
    match seen.trouble() {
        Some(trouble) => Err(format!("could not be read: {trouble}")),
        None => Ok((format, head)),
    }
}

/// What else a file is that some name CSV or JSON.
fn other_kind(sample: &[u8]) -> Option<&'static str> {
    const KNOWN: [(&[u8], &str); 7] = [
        (b"PK\x03\x04", "a spreadsheet (.xlsx) or an archive"),
        (b"\xd0\xcf\x11\xe0", "a spreadsheet (.xls)"),
        (b"%PDF-", "a PDF document"),
        (b"\x1f\x8b", "compressed"),
        (b"MZ\x90", "a program"),
        (b"\x7fELF", "a program"),
        (b"<!DOCTYPE", "a web page"),
    ];
    let known = KNOWN
        .into_iter()
        .find(|(magic, _)| sample.starts_with(magic));
    if let Some((_, is)) = known {
        return Some(is);
    }
    if sample.starts_with(b"\xff\xfe") || sample.starts_with(b"\xfe\xff") {
        return None;
    }
    // Without its mark UTF-16 is told by its zeros, which come in every other place.
    let zeros = |from: usize| {
        let every_other = sample.iter().skip(from).step_by(2);
        every_other.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let is_utf16 = even.max(odd) * 4 >= sample.len() && even.min(odd) * 16 <= sample.len();
    (even + odd > 0 && !is_utf16).then_some("binary: it holds NUL characters")
}

/// Whether a JSON file is one object a line.
fn is_lines(sample: &[u8]) -> bool {
    let sample = sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample);
    let sample = sample.trim_ascii_start();
    let end = sample.iter().position(|byte| *byte == b'\n');
    let line = &sample[..end.unwrap_or(sample.len()).min(Limits::RECORD)];
    line.starts_with(b"{") && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_and_by_its_bytes() {
        for (name, want) in [
            ("people.CSV", Some(Format::Csv)),
            ("a.b.tsv", Some(Format::Csv)),
            ("a.jsonl", Some(Format::Lines)),
            ("a.json", Some(Format::Json)),
            ("a.xlsx", None),
            ("a.pdf", None),
            ("csv", None),
            ("", None),
        ] {
            assert_eq!(format_of(name).ok(), want, "{name}");
        }
        let utf16: Vec<u8> = "id,name\n1,Ada\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for (bytes, want) in [
            (&b"id,name\n"[..], None),
            (&utf16, None),
            (b"", None),
            (
                b"PK\x03\x04...",
                Some("a spreadsheet (.xlsx) or an archive"),
            ),
            (
                b"id,name\n1,A\0da\n",
                Some("binary: it holds NUL characters"),
            ),
            (&[0; 100], Some("binary: it holds NUL characters")),
        ] {
            assert_eq!(other_kind(bytes), want);
        }
        assert!(is_lines(b"\n{\"a\":1}\n{\"a\":2}\n"));
        assert!(!is_lines(b"{\n\"a\":1}"));
        assert!(!is_lines(b"[{\"a\":1}]"));
    }
}
