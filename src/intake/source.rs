//! Where input comes from: a file, by its extension, or standard input, by its first bytes.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use super::{Application, Limits, Refused, csv, json, ndjson, resume};

/// Applications as they are read, in the order of the input.
pub type Applications = Box<dyn Iterator<Item = Result<Application, Refused>> + Send>;

/// Bytes of a JSON document that is one value: it has to be held whole, unlike lines and rows.
const MAX_DOCUMENT: u64 = 256 << 20;

/// Reads a file by its extension: `.csv`, `.ndjson`, `.jsonl`, `.json`, `.pdf`, `.docx` or `.txt`.
///
/// # Errors
/// A file that cannot be read at all. Every refusal, here and of the records, is one reason that
/// begins with the path: `people.csv: line 3: the row has …`; its own line and field are in it.
pub fn file(path: &Path) -> Result<Applications, Refused> {
    let named = path.display().to_string();
    let read = open(path).map_err(|refused| from(&named, &refused))?;
    Ok(Box::new(read.map(move |item| {
        item.map_err(|refused| from(&named, &refused))
    })))
}

/// A refusal as one reason that begins with where the record is from.
fn from(named: &str, refused: &Refused) -> Refused {
    Refused::whole(format!("{named}: {refused}"))
}

fn open(path: &Path) -> Result<Applications, Refused> {
    let unreadable = |e: std::io::Error| Refused::whole(format!("could not be read: {e}"));
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let extension = extension.to_ascii_lowercase();
    if !matches!(
        extension.as_str(),
        "csv" | "tsv" | "ndjson" | "jsonl" | "json" | "pdf" | "docx" | "txt"
    ) {
        return Err(Refused::whole(
            "the extension tells the format: .csv, .ndjson, .json, .pdf, .docx or .txt is wanted",
        ));
    }
    let file = File::open(path).map_err(unreadable)?;
    let about = file.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(Refused::whole("is a folder; name the files in it"));
    }
    Ok(match extension.as_str() {
        "csv" | "tsv" => Box::new(csv(file)),
        "ndjson" | "jsonl" => {
            let mut records = ndjson(BufReader::new(file)).peekable();
            if records.peek().is_none() {
                return Err(Refused::whole(
                    "there is nothing here; one JSON object a line is wanted",
                ));
            }
            Box::new(records)
        }
        "json" => json_or_lines(BufReader::new(file)).map_err(unreadable)?,
        _ => {
            super::resume::check_size(about.len())?;
            let mut bytes = Vec::new();
            // One byte more than allowed, should it grow meanwhile.
            let most = Limits::RESUME_FILE as u64 + 1;
            file.take(most)
                .read_to_end(&mut bytes)
                .map_err(unreadable)?;
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            Box::new(std::iter::once(Ok(resume(&name, &bytes)?)))
        }
    })
}

/// Reads standard input: JSON where it begins with `{` or `[`, else CSV.
///
/// # Errors
/// Input that cannot be read at all. Every refusal begins with `standard input`.
pub fn stdin() -> Result<Applications, Refused> {
    const NAMED: &str = "standard input";
    let read =
        sniffed(BufReader::new(std::io::stdin())).map_err(|refused| from(NAMED, &refused))?;
    let mut begun = false;
    Ok(Box::new(read.map(move |item| {
        let first = !std::mem::replace(&mut begun, true);
        item.map_err(|mut refused| {
            if first && refused.line == Some(1) && refused.field.is_none() {
                refused.reason.push_str(RESUME);
            }
            from(NAMED, &refused)
        })
    })))
}

/// What is said where standard input begins with no header.
const RESUME: &str = "; JSON, NDJSON or CSV is read here, and a résumé from a file, whose name says what it is: \
    telltale screen resume.txt";

/// As [`stdin`], of any reader.
pub fn sniffed<R: BufRead + Send + 'static>(mut reader: R) -> Result<Applications, Refused> {
    let unreadable = |e: std::io::Error| Refused::whole(format!("could not be read: {e}"));
    let start = reader.fill_buf().map_err(unreadable)?;
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    match start.trim_ascii_start().first() {
        Some(b'{' | b'[') => json_or_lines(reader).map_err(unreadable),
        _ => Ok(Box::new(csv(reader))),
    }
}

/// Lines of JSON where the first line that is not blank is an object by itself, else one document.
fn json_or_lines<R: BufRead + Send + 'static>(mut reader: R) -> std::io::Result<Applications> {
    let mut start = Vec::new();
    loop {
        let before = start.len();
        let most = (Limits::RECORD + 1) as u64;
        let read = reader.by_ref().take(most).read_until(b'\n', &mut start)?;
        let line = &start[before..];
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        if read == 0 || start.len() > Limits::RECORD {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        if serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
            && line.trim_ascii().starts_with(b"{")
        {
            return Ok(Box::new(ndjson(Cursor::new(start).chain(reader))));
        }
        break;
    }
    reader
        .by_ref()
        .take(MAX_DOCUMENT + 1)
        .read_to_end(&mut start)?;
    if start.len() as u64 > MAX_DOCUMENT {
        let refused = Refused::whole(format!(
            "the document is over {} MiB; write one record a line (.ndjson)",
            MAX_DOCUMENT >> 20
        ));
        return Ok(Box::new(std::iter::once(Err(refused))));
    }
    Ok(Box::new(json(&start).into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(read: Result<Applications, Refused>) -> Vec<String> {
        match read {
            Err(refused) => vec![refused.to_string()],
            Ok(items) => items
                .map(|item| item.map_or_else(|e| e.to_string(), |app| app.external_id))
                .collect(),
        }
    }

    #[test]
    fn a_file_is_read_by_its_extension_and_named_in_refusals() {
        let folder = tempfile::tempdir().unwrap();
        let one = r#"{"external_id":"1","name":"A"}"#;
        for (name, text, want) in [
            (
                "a.csv",
                "id,name\n1,A\n2\n".to_owned(),
                vec!["1", "a.csv: line 3: the row has 1 cells, the header 2"],
            ),
            (
                "a.ndjson",
                format!("{one}\n[]"),
                vec![
                    "1",
                    "a.ndjson: line 2: one JSON object is wanted, this is a list",
                ],
            ),
            (
                "a.json",
                format!("[{one},{{\"external_id\":\"2\",\"name\":1}}]"),
                vec!["1", "a.json: [1].name: text is wanted, this is a number"],
            ),
            ("pretty.json", one.replace(',', ",\n"), vec!["1"]),
            ("lines.json", format!("\n{one}\n{one}\n"), vec!["1", "1"]),
            (
                "cut.json",
                "{\"a\":\n".to_owned(),
                vec!["cut.json: malformed JSON at line 2, column 0: EOF while parsing a value"],
            ),
            (
                "Maria.txt",
                "Maria Lopez".to_owned(),
                vec!["Maria-ec7dafcd"],
            ),
            (
                "empty.pdf",
                String::new(),
                vec!["empty.pdf: the file is empty"],
            ),
            (
                "empty.ndjson",
                String::new(),
                vec!["empty.ndjson: there is nothing here; one JSON object a line is wanted"],
            ),
            (
                "blank.jsonl",
                "\n \n".to_owned(),
                vec!["blank.jsonl: there is nothing here; one JSON object a line is wanted"],
            ),
            (
                "a.xlsx",
                String::new(),
                vec![
                    "a.xlsx: the extension tells the format: .csv, .ndjson, .json, .pdf, .docx or .txt is wanted",
                ],
            ),
        ] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            let got: Vec<_> = said(file(&path));
            let inside = format!("{}/", folder.path().display());
            let got: Vec<_> = got.iter().map(|said| said.replace(&inside, "")).collect();
            assert_eq!(got, want, "{name}");
        }
        assert!(
            said(file(&folder.path().join("none.csv")))[0].contains("none.csv: could not be read")
        );
    }

    #[test]
    fn a_file_of_50_mb_is_refused_unread() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["big.pdf", "big.docx", "big.txt"] {
            let path = folder.path().join(name);
            File::create(&path).unwrap().set_len(50 << 20).unwrap();
            let said = said(file(&path));
            assert!(
                said[0].ends_with(&format!("{name}: the file is 50 MiB; 10 MiB at most")),
                "{said:?}"
            );
        }
    }

    #[test]
    fn standard_input_is_told_by_its_first_bytes() {
        for (text, want) in [
            (
                "{\"external_id\":1,\"name\":\"A\"}\n{\"external_id\":2,\"name\":\"A\"}\n",
                vec!["1", "2"],
            ),
            ("\u{feff} [{\"external_id\":1,\"name\":\"A\"}]", vec!["1"]),
            ("{\n\"external_id\":1,\"name\":\"A\"}", vec!["1"]),
            ("id;name\n1;A\n", vec!["1"]),
            ("", vec!["there is nothing here; a header is wanted"]),
            (
                "{\"a\":}\n{\"external_id\":2,\"name\":\"A\"}\n",
                vec!["malformed JSON at line 1, column 6: expected value"],
            ),
        ] {
            assert_eq!(
                said(sniffed(Cursor::new(text.as_bytes().to_vec()))),
                want,
                "{text}"
            );
        }
    }
}
