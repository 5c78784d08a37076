//! Text, links and authorship of a DOCX: XML parts in a zip archive (ECMA-376).

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::{Document, bomb, damaged, encrypted, pictures};
use crate::intake::{Limits, Refused};

/// Entries of an archive; Word writes about fifteen.
const MAX_ENTRIES: usize = 2_000;

/// Bytes that one part, and all that are read, may unpack to.
const MAX_PART: u64 = 16 << 20;
const MAX_ALL: u64 = 32 << 20;

/// Elements inside one another; Word stays far below.
const MAX_DEPTH: usize = 1_000;

/// The main part.
const BODY: &str = "word/document.xml";

/// What an archive is, for one that is misnamed.
pub(super) fn kind(bytes: &[u8]) -> &'static str {
    let Ok(archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return "a damaged archive";
    };
    let begins = |start: &str| {
        let mut names = archive.file_names().take(MAX_ENTRIES);
        names.any(|name| name.is_ok_and(|name| name.starts_with(start)))
    };
    for (start, is) in [
        ("word/", "a Word document (.docx)"),
        ("xl/", "an Excel workbook (.xlsx)"),
        ("ppt/", "a PowerPoint presentation (.pptx)"),
        (
            "META-INF/manifest.xml",
            "an OpenDocument file; save it as .docx or PDF",
        ),
    ] {
        if begins(start) {
            return is;
        }
    }
    "a zip archive"
}

pub(super) fn read(bytes: &[u8]) -> Result<Document, Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
    if archive.len() > MAX_ENTRIES {
        return Err(bomb());
    }
    let mut names: Vec<String> = archive
        .file_names()
        .filter_map(|name| name.ok().map(std::borrow::Cow::into_owned))
        .collect();
    if !names.iter().any(|name| name == BODY) {
        let is = kind(bytes);
        return Err(Refused::whole(format!(
            "the file is named .docx, but is {is}"
        )));
    }
    names.sort_unstable();
    let mut left = MAX_ALL;
    let mut document = Document::default();
    // As a page reads: what is on top of it, the body, what is under it.
    for stem in ["word/header", BODY, "word/footnotes.xml", "word/footer"] {
        for name in names.iter().filter(|name| is_part(name, stem)) {
            let xml = part(&mut archive, name, &mut left)?;
            text(&xml, &mut document)?;
        }
    }
    if names
        .iter()
        .any(|name| name == "word/_rels/document.xml.rels")
    {
        let xml = part(&mut archive, "word/_rels/document.xml.rels", &mut left)?;
        links(&xml, &mut document);
    }
    for name in ["docProps/core.xml", "docProps/app.xml"] {
        if names.iter().any(|have| have == name) {
            properties(&part(&mut archive, name, &mut left)?, &mut document);
        }
    }
    for name in names.iter().filter(|name| name.starts_with("word/media/")) {
        if document.file.images.len() >= Limits::IMAGES {
            break;
        }
        picture(&mut archive, name, &mut left, &mut document);
    }
    Ok(document)
}

/// The digest of a picture; one that cannot be read, or is over the limits, costs itself only.
fn picture(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    left: &mut u64,
    document: &mut Document,
) {
    let Ok(file) = archive.by_name(name) else {
        return;
    };
    let most = MAX_PART.min(*left);
    let mut bytes = Vec::new();
    let read = file.take(most + 1).read_to_end(&mut bytes);
    let have = bytes.len() as u64;
    *left = left.saturating_sub(have);
    if have <= most && read.is_ok() {
        document.file.images.extend(pictures::digest(&bytes));
    }
}

/// A part by its name, or one of several that are numbered.
fn is_part(name: &str, stem: &str) -> bool {
    name.strip_prefix(stem).is_some_and(|rest| {
        let number = rest.strip_suffix(".xml");
        rest.is_empty() || number.is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// One part's XML, read no further than what is left of the limits.
fn part(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    left: &mut u64,
) -> Result<String, Refused> {
    let file = archive.by_name(name).map_err(|error| match error {
        zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
            encrypted()
        }
        _ => damaged(),
    })?;
    let most = MAX_PART.min(*left);
    let mut bytes = Vec::new();
    let read = file.take(most + 1).read_to_end(&mut bytes);
    let have = bytes.len() as u64;
    if have > most {
        return Err(bomb());
    }
    read.map_err(|_| damaged())?;
    *left -= have;
    match crate::intake::encoding::text(&bytes) {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(damaged()),
    }
}

/// The text of a part, a paragraph a line.
fn text(xml: &str, document: &mut Document) -> Result<(), Refused> {
    let mut reader = Reader::from_str(xml);
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut in_field = false;
    // Word writes a drawing twice, for itself and for older programs.
    let mut fallback_from = None;
    let mut field = String::new();
    loop {
        let event = reader.read_event().map_err(|_| damaged())?;
        let shown = fallback_from.is_none();
        let to = &mut document.text;
        match event {
            Event::Start(element) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(bomb());
                }
                match element.local_name().as_ref() {
                    "t" => in_text = true,
                    "instrText" => in_field = true,
                    "Fallback" if shown => fallback_from = Some(depth),
                    _ if shown => mark(&element, to),
                    _ => {}
                }
            }
            Event::Empty(element) if shown => mark(&element, to),
            Event::End(element) => {
                match element.local_name().as_ref() {
                    "t" => in_text = false,
                    "instrText" => {
                        in_field = false;
                        document.file.links.extend(field_link(&field));
                        field.clear();
                    }
                    "p" if shown && !to.is_empty() && !to.ends_with('\n') => to.push('\n'),
                    _ => {}
                }
                if fallback_from == Some(depth) {
                    fallback_from = None;
                }
                depth = depth.saturating_sub(1);
            }
            Event::Text(text) if in_text && shown => to.push_str(&text.xml10_content()),
            Event::CData(text) if in_text && shown => to.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) if in_text && shown => to.extend(character(&entity)),
            Event::Text(text) if in_field => field.push_str(&text.xml10_content()),
            Event::GeneralRef(entity) if in_field => field.extend(character(&entity)),
            Event::Eof => return Ok(()),
            _ => {}
        }
        if document.text.len() > Limits::RESUME_TEXT {
            return Ok(());
        }
    }
}

/// What an element without text stands for.
fn mark(element: &BytesStart, to: &mut String) {
    match element.local_name().as_ref() {
        // As a property of a paragraph it is a tab stop, with a position.
        "tab" if element.attributes_raw().trim().is_empty() => to.push('\t'),
        "br" | "cr" => to.push('\n'),
        "noBreakHyphen" => to.push('-'),
        _ => {}
    }
}

/// A character reference, or one of XML's own five entities; others are not expanded.
fn character(entity: &quick_xml::events::BytesRef) -> Option<char> {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return Some(character);
    }
    match &*entity.xml10_content() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => None,
    }
}

/// The target in `HYPERLINK "https://…"`.
fn field_link(field: &str) -> Option<String> {
    let target = field.trim().strip_prefix("HYPERLINK")?.trim_start();
    let target = target.strip_prefix('"')?.split('"').next()?;
    Some(target.to_owned())
}

/// Targets of the document's hyperlinks.
fn links(xml: &str, document: &mut Document) {
    let mut reader = Reader::from_str(xml);
    while let Ok(event) = reader.read_event() {
        let (Event::Start(element) | Event::Empty(element)) = event else {
            if matches!(event, Event::Eof) {
                return;
            }
            continue;
        };
        let value = |name: &str| {
            let attribute = element.try_get_attribute(name).ok()??;
            Some(
                attribute
                    .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                    .ok()?
                    .into_owned(),
            )
        };
        let is_link = value("Type").is_some_and(|kind| kind.ends_with("/hyperlink"));
        if is_link && document.file.links.len() < Limits::LINKS {
            document.file.links.extend(value("Target"));
        }
    }
}

/// Who wrote it, who saved it last, and with what.
fn properties(xml: &str, document: &mut Document) {
    let mut reader = Reader::from_str(xml);
    let mut element = String::new();
    let mut text = String::new();
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) => {
                start.local_name().as_ref().clone_into(&mut element);
                text.clear();
            }
            Event::Text(part) => text.push_str(&part.xml10_content()),
            Event::GeneralRef(entity) => text.extend(character(&entity)),
            Event::End(_) => {
                let slot = match element.as_str() {
                    "creator" => &mut document.file.author,
                    "lastModifiedBy" => &mut document.file.last_modified_by,
                    "Application" => &mut document.file.producer,
                    _ => continue,
                };
                *slot = Some(std::mem::take(&mut text));
                element.clear();
            }
            Event::Eof => return,
            _ => {}
        }
    }
}
