//! Text, links and authorship of a PDF.

use lopdf::{Dictionary, Document as Pdf, Error, LoadOptions, Object, decode_text_string};

use super::lines::Pages;
use super::{Document, bomb, damaged, encrypted, pictures};
use crate::intake::{Limits, Refused};

/// Bytes one stream may unpack to while the file is loaded.
const MAX_STREAM: usize = 32 << 20;

/// Pages read; a résumé is over long before.
const MAX_PAGES: usize = 30;

pub(super) fn read(bytes: &[u8]) -> Result<Document, Refused> {
    let options = LoadOptions {
        max_decompressed_size: Some(MAX_STREAM),
        ..LoadOptions::default()
    };
    let pdf = Pdf::load_mem_with_options(bytes, options).map_err(|error| refusal(&error))?;
    if pdf.is_encrypted() {
        return Err(encrypted());
    }
    let mut document = Document::default();
    let mut unreadable = None;
    let pages = pdf.get_pages();
    if pages.is_empty() {
        return Err(damaged());
    }
    let mut reader = Pages::of(&pdf);
    for page in pages.into_values().take(MAX_PAGES) {
        match reader.text(page) {
            Ok(text) => document.text.push_str(&text),
            Err(error) if is_bomb(&error) => return Err(bomb()),
            // Fonts without a map to characters cost their page only.
            Err(error) => unreadable = Some(error),
        }
        if document.text.len() > Limits::RESUME_TEXT {
            break;
        }
        for annotation in pdf.get_page_annotations(page).unwrap_or_default() {
            let uri = annotation.get_deref(b"A", &pdf).and_then(Object::as_dict);
            let uri = uri.ok().and_then(|action| text_of(&pdf, action, b"URI"));
            if document.file.links.len() < Limits::LINKS {
                document.file.links.extend(uri);
            }
        }
    }
    if document.text.trim().is_empty()
        && let Some(error) = unreadable
    {
        return Err(refusal(&error));
    }
    document.file.images = images(&pdf);
    let info = pdf.trailer.get_deref(b"Info", &pdf);
    if let Ok(info) = info.and_then(Object::as_dict) {
        document.file.author = text_of(&pdf, info, b"Author");
        document.file.producer =
            text_of(&pdf, info, b"Producer").or_else(|| text_of(&pdf, info, b"Creator"));
    }
    Ok(document)
}

/// Digests of the pictures as they are stored, each once: a copied picture keeps its bytes.
fn images(pdf: &Pdf) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for stream in pdf.objects.values().filter_map(|o| o.as_stream().ok()) {
        if all.len() >= Limits::IMAGES {
            break;
        }
        let says = |key: &[u8]| stream.dict.get_deref(key, pdf);
        let is_image = says(b"Subtype")
            .and_then(Object::as_name)
            .is_ok_and(|name| name == b"Image");
        let is_mask = says(b"ImageMask")
            .and_then(Object::as_bool)
            .unwrap_or(false);
        if is_image && !is_mask {
            let digest = pictures::digest(&stream.content);
            all.extend(digest.filter(|digest| !all.contains(digest)));
        }
    }
    all
}

fn text_of(pdf: &Pdf, dictionary: &Dictionary, key: &[u8]) -> Option<String> {
    decode_text_string(dictionary.get_deref(key, pdf).ok()?).ok()
}

fn refusal(error: &Error) -> Refused {
    match error {
        _ if is_bomb(error) => bomb(),
        Error::Decryption(_) | Error::InvalidPassword => encrypted(),
        _ => damaged(),
    }
}

fn is_bomb(error: &Error) -> bool {
    matches!(
        error,
        Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. })
    )
}
