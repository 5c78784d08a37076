//! A résumé's file: its text, and what the file says of itself.
//!
//! What a file is, its first bytes say; its name only has to agree. Reading is pure and takes
//! milliseconds, but of a hostile file up to seconds: a server calls it off its own threads. The
//! refusals name no file, as only the caller knows where it is from.

mod docx;
mod lines;
mod pdf;
mod pictures;
mod widths;

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::encoding;
use super::{Application, Limits, Refused};
use crate::application::ResumeFile;

/// What was read off a document.
#[derive(Debug, Default)]
struct Document {
    text: String,
    file: ResumeFile,
}

/// What a file's first bytes say it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Pdf,
    Zip,
    Text,
    /// Something else, named.
    Other(&'static str),
}

/// Reads a `.pdf`, `.docx` or `.txt`.
///
/// The `external_id` is the file's name without its extension, a hyphen, and the first eight
/// hexadecimal digits of the SHA-256 of its bytes: `resume-3f0c7b5a`. Many people name the file
/// `resume.pdf`, and each of them stays a candidate of their own; the very same file again is the
/// next version of the same one.
///
/// # Errors
/// Empty, over [`Limits::RESUME_FILE`], of another kind than its name says, encrypted, damaged,
/// unpacking to more than any résumé holds, or without text: a scan is not guessed at.
pub fn resume(file_name: &str, bytes: &[u8]) -> Result<Application, Refused> {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let extension = extension.to_ascii_lowercase();
    check_size(bytes.len() as u64)?;
    if bytes.is_empty() {
        return Err(Refused::whole("the file is empty"));
    }
    let kind = kind(bytes);
    let document = match (extension.as_str(), kind) {
        ("pdf", Kind::Pdf) => guarded(|| pdf::read(bytes))?,
        ("docx", Kind::Zip) => guarded(|| docx::read(bytes))?,
        ("txt" | "text", Kind::Text) => text(bytes)?,
        ("pdf" | "docx" | "txt" | "text", _) => {
            let is = match kind {
                Kind::Pdf => "a PDF document",
                Kind::Zip => docx::kind(bytes),
                Kind::Text => "plain text, or damaged",
                Kind::Other(is) => is,
            };
            return Err(Refused::whole(format!(
                "the file is named .{extension}, but is {is}"
            )));
        }
        _ => {
            return Err(Refused::whole(
                "a résumé is read from .pdf, .docx or .txt only",
            ));
        }
    };
    let Document { text, mut file } = document;
    let text = text.replace('\0', "");
    if text.len() > Limits::RESUME_TEXT {
        return Err(Refused::whole(format!(
            "the text is over {} MiB",
            Limits::RESUME_TEXT >> 20
        )));
    }
    if text.trim().is_empty() {
        return Err(Refused::whole(match kind {
            Kind::Pdf => {
                "the document holds no text, it is probably a scan; a PDF with text is wanted"
            }
            _ => "the document holds no text",
        }));
    }
    let external_id = external_id(stem, bytes)?;
    name.replace('\0', "").clone_into(&mut file.name);
    tidy(&mut file);
    Ok(Application {
        external_id,
        source: "file".to_owned(),
        resume_text: Some(text),
        resume_file: Some(file),
        ..Application::default()
    })
}

/// The id of [`resume`].
fn external_id(stem: &str, bytes: &[u8]) -> Result<String, Refused> {
    /// Bytes of the digest in the id: that any two of 10,000 files of one name share it has a chance of about 1 in 86.
    const OF_DIGEST: usize = 4;
    const MOST: usize = Limits::ID - 1 - 2 * OF_DIGEST;
    let mut id: String = stem.chars().filter(|&c| c != '\0').collect();
    if id.trim().is_empty() || id.chars().count() > MOST {
        return Err(Refused::whole(format!(
            "the file's name becomes the candidate's id: 1 to {MOST} characters are wanted before its extension"
        )));
    }
    id.push('-');
    for byte in &Sha256::digest(bytes)[..OF_DIGEST] {
        write!(id, "{byte:02x}").expect("a string takes all");
    }
    Ok(id)
}

/// Refuses a file too large, before it is read.
pub(super) fn check_size(bytes: u64) -> Result<(), Refused> {
    if bytes > Limits::RESUME_FILE as u64 {
        return Err(Refused::whole(format!(
            "the file is {} MiB; {} MiB at most",
            bytes.div_ceil(1 << 20),
            Limits::RESUME_FILE >> 20
        )));
    }
    Ok(())
}

/// What the file says of itself, within the limits of a record.
fn tidy(file: &mut ResumeFile) {
    for text in [
        &mut file.author,
        &mut file.last_modified_by,
        &mut file.producer,
    ] {
        *text = text
            .take()
            .map(|text| text.replace('\0', "").trim().to_owned())
            .filter(|text| !text.is_empty() && text.len() <= Limits::STRING);
    }
    let mut seen = std::collections::HashSet::new();
    file.links.retain(|link| {
        !link.trim().is_empty()
            && link.len() <= Limits::STRING
            && !link.contains('\0')
            && seen.insert(link.clone())
    });
    file.links.truncate(Limits::LINKS);
}

/// A parser's panic on a hostile file costs that file only.
fn guarded(
    read: impl FnOnce() -> Result<Document, Refused> + std::panic::UnwindSafe,
) -> Result<Document, Refused> {
    std::panic::catch_unwind(read).unwrap_or_else(|_| Err(damaged()))
}

fn damaged() -> Refused {
    Refused::whole("the file is damaged and cannot be read")
}

fn encrypted() -> Refused {
    Refused::whole("the document is encrypted; one that opens without a password is wanted")
}

fn bomb() -> Refused {
    Refused::whole("the file unpacks to more than any résumé holds")
}

fn text(bytes: &[u8]) -> Result<Document, Refused> {
    let binary = || Refused::whole("the file is named .txt, but is binary");
    let text =
        encoding::text(bytes).map_err(|at| Refused::whole(format!("byte {at} is not UTF-8")))?;
    let odd = text
        .chars()
        .filter(|&c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{85}'))
        .count();
    // A stray control character happens to old editors; a tenth of them does not.
    if text.contains('\0') || odd * 10 > text.chars().count() {
        return Err(binary());
    }
    Ok(Document {
        text: text.into_owned(),
        file: ResumeFile::default(),
    })
}

fn kind(bytes: &[u8]) -> Kind {
    const KNOWN: [(&[u8], Kind); 9] = [
        (b"PK\x03\x04", Kind::Zip),
        (b"PK\x05\x06", Kind::Zip),
        (b"{\\rtf", Kind::Other("an RTF document")),
        (b"\x89PNG", Kind::Other("a PNG image")),
        (b"\xff\xd8\xff", Kind::Other("a JPEG image")),
        (b"GIF8", Kind::Other("a GIF image")),
        (b"\x1f\x8b", Kind::Other("gzip-compressed")),
        (b"MZ", Kind::Other("a Windows program")),
        (b"\x7fELF", Kind::Other("a program")),
    ];
    /// Readers accept a PDF whose header begins this late.
    const PDF_WITHIN: usize = 1024;
    let head = &bytes[..bytes.len().min(PDF_WITHIN)];
    if let Some((_, kind)) = KNOWN
        .into_iter()
        .find(|(magic, _)| bytes.starts_with(magic))
    {
        return kind;
    }
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        // Word encrypts a DOCX by wrapping it in the container of its old format.
        let name: Vec<u8> = "EncryptedPackage".bytes().flat_map(|b| [b, 0]).collect();
        let wrapped = bytes.windows(name.len()).any(|window| window == name);
        return Kind::Other(if wrapped {
            "an encrypted document; one that opens without a password is wanted"
        } else {
            "a document of old Word (.doc); save it as .docx or PDF"
        });
    }
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Kind::Pdf;
    }
    Kind::Text
}

#[cfg(test)]
mod tests;
