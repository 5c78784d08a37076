//! Documents are made here, sound and hostile.

use std::io::{Cursor, Write};

use lopdf::content::{Content, Operation};
use lopdf::{
    Document as Pdf, EncryptionState, EncryptionVersion, Object, Permissions, Stream, dictionary,
};
use zip::write::SimpleFileOptions;

use super::*;

/// A page of Helvetica, its program given.
fn pdf(program: Vec<u8>) -> Pdf {
    let mut pdf = Pdf::with_version("1.5");
    let pages = pdf.new_object_id();
    let font = pdf.add_object(
        dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding" },
    );
    let mut program = Stream::new(dictionary! {}, program);
    program.compress().unwrap();
    let program = pdf.add_object(program);
    let link = dictionary! {
        "Type" => "Annot", "Subtype" => "Link", "Rect" => vec![0.into(), 0.into(), 9.into(), 9.into()],
        "A" => dictionary! { "S" => "URI", "URI" => Object::string_literal("https://example.org/maria") },
    };
    let page = pdf.add_object(dictionary! {
        "Type" => "Page", "Parent" => pages, "Contents" => program, "Annots" => vec![link.into()],
        "Resources" => dictionary! { "Font" => dictionary! { "F1" => font } },
        "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    pdf.set_object(
        pages,
        dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 },
    );
    let root = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    let info = pdf.add_object(dictionary! {
        "Author" => Object::string_literal("M. Lopez"), "Producer" => Object::string_literal("by hand"),
    });
    pdf.trailer.set("Root", root);
    pdf.trailer.set("Info", info);
    let id = Object::string_literal("0123456789abcdef");
    pdf.trailer.set("ID", vec![id.clone(), id]);
    pdf
}

/// Strings at places, in points from the lower left.
fn placed(strings: &[(i64, i64, &str)]) -> Vec<u8> {
    let mut operations = Vec::new();
    for (x, y, text) in strings {
        let position = [1, 0, 0, 1, *x, *y].map(Object::from).to_vec();
        operations.extend([
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F1".into(), 10.into()]),
            Operation::new("Tm", position),
            Operation::new("Tj", vec![Object::string_literal(*text)]),
            Operation::new("ET", vec![]),
        ]);
    }
    Content { operations }.encode().unwrap()
}

fn saved(mut pdf: Pdf) -> Vec<u8> {
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

fn zipped(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

const BODY: &str = r#"<?xml version="1.0"?><w:document xmlns:w="w" xmlns:mc="mc"><w:body>
 <w:p><w:pPr><w:tabs><w:tab w:val="left" w:pos="720"/></w:tabs></w:pPr><w:r><w:t>Maria </w:t></w:r><w:r><w:t>Lo</w:t></w:r><w:r><w:t>pez &amp; Co&#233;</w:t></w:r></w:p>
 <w:tbl><w:tr><w:tc><w:p><w:r><w:t>Example Co</w:t><w:tab/><w:t>2016</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>one</w:t><w:br/><w:t>two</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
 <mc:AlternateContent><mc:Choice><w:p><w:r><w:t>boxed</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>boxed</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>
 <w:p><w:r><w:delText>removed</w:delText><w:instrText> HYPERLINK "https://example.org/field" </w:instrText><w:t xml:space="preserve">link</w:t></w:r></w:p>
</w:body></w:document>"#;

fn docx() -> Vec<u8> {
    zipped(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("word/document.xml", BODY.as_bytes()),
        ("word/header1.xml", b"<w:hdr><w:p><w:r><w:t>maria@example.org</w:t></w:r></w:p></w:hdr>"),
        ("word/_rels/document.xml.rels", br#"<Relationships><Relationship Id="r1" Type="http://x/relationships/hyperlink" Target="https://example.org/?a=1&amp;b=2" TargetMode="External"/><Relationship Id="r2" Type="http://x/relationships/styles" Target="styles.xml"/></Relationships>"#),
        ("docProps/core.xml", b"<p><dc:creator>M. Lopez</dc:creator><cp:lastModifiedBy>Ann &amp; Lee</cp:lastModifiedBy></p>"),
        ("docProps/app.xml", b"<Properties><Application>Word</Application></Properties>"),
    ])
}

#[test]
fn a_pdf_gives_its_lines_links_and_authorship() {
    let program = placed(&[
        (50, 800, "Maria Lopez"),
        (50, 780, "Example"),
        (92, 780, "Co"),
        (400, 780, "2016"),
        (50, 760, "(212) 555-0142"),
    ]);
    let bytes = saved(pdf(program));
    let app = resume("cvs/Maria.Lopez.PDF", &bytes).unwrap();
    assert_eq!(
        app.resume_text.as_deref(),
        Some("Maria Lopez\nExample Co\t2016\n(212) 555-0142\n")
    );
    assert!(app.external_id.starts_with("Maria.Lopez-"));
    assert_eq!(app.source, "file");
    let file = app.resume_file.unwrap();
    assert_eq!(file.name, "Maria.Lopez.PDF");
    assert_eq!(file.author.as_deref(), Some("M. Lopez"));
    assert_eq!(file.producer.as_deref(), Some("by hand"));
    assert_eq!(file.links, ["https://example.org/maria"]);
}

#[test]
fn what_floats_beside_a_line_is_put_there_and_columns_stay_whole() {
    for (strings, want) in [
        (
            &[
                (400, 700, "2016"),
                (400, 600, "2012"),
                (50, 800, "Maria"),
                (50, 700, "Example"),
                (50, 600, "State"),
            ][..],
            "Maria\nExample\t2016\nState\t2012\n",
        ),
        (
            &[
                (50, 800, "Maria"),
                (50, 788, "left"),
                (50, 776, "side"),
                (300, 800, "Work"),
                (300, 788, "right"),
                (300, 776, "too"),
            ],
            "Maria\nleft\nside\nWork\nright\ntoo\n",
        ),
        // Level with nothing.
        (&[(50, 50, "page 1"), (50, 800, "Maria")], "page 1\nMaria\n"),
    ] {
        let app = resume("a.pdf", &saved(pdf(placed(strings)))).unwrap();
        assert_eq!(app.resume_text.as_deref(), Some(want));
    }
}

#[test]
fn a_page_printed_by_a_browser_reads_like_the_page() {
    let bytes = include_bytes!("../../../tests/it/resumes/maria_lopez.pdf");
    let app = resume("maria_lopez.pdf", bytes).unwrap();
    let want = "Maria Lopez\n\
        maria.lopez@example.org | (212) 555-0142 | LinkedIn · New York, NY\n\
        Experience\n\
        Example Analytics, Senior Engineer\tJul 2016 – Present\n\
        Built an efficient pipeline for fiscal offices, reducing costs by 30 % across a long line of text which wraps on to the\n\
        next line surely because it is long enough.\n\
        Led four people\n\
        Education\n\
        Example State University\n\
        BSc Computer Science\n\
        Sep 2012 – May 2016\n\
        References\n\
        Ann Lee, Example Analytics, 212-555-0100, ann.lee@example.com\n";
    assert_eq!(app.resume_text.unwrap().replace('\u{a0}', " "), want);
    let file = app.resume_file.unwrap();
    assert_eq!(
        file.links,
        ["https://www.linkedin.com/in/maria-lopez-example"]
    );
    assert!(file.producer.unwrap().starts_with("Skia/PDF"));
}

#[test]
fn every_way_to_move_the_pen_makes_its_lines() {
    for (program, want) in [
        (
            "BT /F1 10 Tf 12 TL 50 800 Td (one) Tj T* (two) Tj (three) ' 0 -12 Td (four) Tj ET",
            "one\ntwo\nthree\nfour\n",
        ),
        (
            "BT /F1 10 Tf 50 800 TD (one) Tj 0 -12 TD (two) Tj T* (three) Tj 1 2 (four) \" ET",
            "one\ntwo\nthree\nfour\n",
        ),
        (
            "BT /F1 10 Tf 50 800 Td [(ef) 20 (ficient) -300 (work)] TJ ET",
            "efficient work\n",
        ),
        (
            "q 0.5 0 0 0.5 0 0 cm BT /F1 10 Tf 50 800 Td (small) Tj ET Q BT /F1 10 Tf 50 380 Td (low) Tj ET",
            "small\nlow\n",
        ),
        (
            "BT /F1 10 Tf 0 1 -1 0 50 50 Tm (turned) Tj ET BT /F1 10 Tf 0 1 -1 0 62 50 Tm (page) Tj ET",
            "turned\npage\n",
        ),
        (
            "Q Q BT /F9 x Tf (no such font) Tj ET BT /F1 10 Tf (ok) Tj ET",
            "ok\n",
        ),
    ] {
        let app = resume("a.pdf", &saved(pdf(program.into()))).expect(program);
        assert_eq!(app.resume_text.as_deref(), Some(want), "{program}");
    }
}

#[test]
fn a_docx_gives_its_paragraphs_links_and_authorship() {
    let app = resume("maria.docx", &docx()).unwrap();
    assert_eq!(
        app.resume_text.as_deref(),
        Some("maria@example.org\nMaria Lopez & Coé\nExample Co\t2016\none\ntwo\nboxed\nlink\n")
    );
    let file = app.resume_file.unwrap();
    assert_eq!(file.author.as_deref(), Some("M. Lopez"));
    assert_eq!(file.last_modified_by.as_deref(), Some("Ann & Lee"));
    assert_eq!(file.producer.as_deref(), Some("Word"));
    assert_eq!(
        file.links,
        ["https://example.org/field", "https://example.org/?a=1&b=2"]
    );
}

#[test]
fn pictures_are_known_by_their_bytes_in_both_formats() {
    let (photo, icon) = ([7; 5_000], [7; 500]);
    let bytes = zipped(&[
        ("word/document.xml", BODY.as_bytes()),
        ("word/media/image1.png", &photo),
        ("word/media/image2.png", &icon),
        ("docProps/thumbnail.jpeg", &[9; 5_000]),
    ]);
    let of_docx = resume("a.docx", &bytes).unwrap().resume_file.unwrap();
    assert_eq!(of_docx.images.len(), 1);
    let mut pdf = pdf(placed(&[(50, 800, "Maria Lopez")]));
    let image =
        dictionary! { "Type" => "XObject", "Subtype" => "Image", "Width" => 50, "Height" => 100 };
    for content in [photo.to_vec(), photo.to_vec(), icon.to_vec()] {
        pdf.add_object(Stream::new(image.clone(), content));
    }
    pdf.add_object(Stream::new(
        dictionary! { "Subtype" => "Image", "ImageMask" => true },
        vec![8; 5_000],
    ));
    let of_pdf = resume("a.pdf", &saved(pdf)).unwrap().resume_file.unwrap();
    assert_eq!(of_pdf.images, of_docx.images);
}

#[test]
fn a_text_is_read_in_the_usual_encodings() {
    let text = "Zoë Müller\nzoe@example.org\n";
    let utf16: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let (cp1252, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    for bytes in [text.as_bytes(), &utf16, &cp1252] {
        let app = resume("zoe.txt", bytes).unwrap();
        assert_eq!(app.resume_text.as_deref(), Some(text));
    }
}

/// An encrypted copy, opened by this password.
fn locked(user_password: &str) -> Vec<u8> {
    let mut pdf = pdf(placed(&[(50, 800, "Maria Lopez")]));
    let state = EncryptionState::try_from(EncryptionVersion::V2 {
        document: &pdf,
        owner_password: "owner",
        user_password,
        key_length: 128,
        permissions: Permissions::all(),
    })
    .unwrap();
    pdf.encrypt(&state).unwrap();
    saved(pdf)
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
fn what_cannot_be_read_is_refused_and_says_why() {
    const DAMAGED: &str = "the file is damaged and cannot be read";
    const BOMB: &str = "the file unpacks to more than any résumé holds";
    let sound = saved(pdf(placed(&[(50, 800, "Maria")])));
    let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    let locked_docx: Vec<u8> = ole
        .iter()
        .copied()
        .chain("EncryptedPackage".bytes().flat_map(|b| [b, 0]))
        .collect();
    let spaces = b"<w:t>"
        .iter()
        .copied()
        .chain(std::iter::repeat_n(b' ', 17 << 20))
        .collect::<Vec<_>>();
    let many: Vec<String> = (0..2_001).map(|i| format!("e{i}")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    let nested = format!("<w:p>{}", "<w:r>".repeat(100_000));
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("a.pdf", vec![], "the file is empty"),
        ("a.txt", b" \n".to_vec(), "the document holds no text"),
        (
            "a.pdf",
            vec![0; 50 << 20],
            "the file is 50 MiB; 10 MiB at most",
        ),
        (
            "a.docx",
            sound.clone(),
            "the file is named .docx, but is a PDF document",
        ),
        (
            "a.txt",
            sound.clone(),
            "the file is named .txt, but is a PDF document",
        ),
        (
            "a.pdf",
            docx(),
            "the file is named .pdf, but is a Word document (.docx)",
        ),
        (
            "a.txt",
            b"\x89PNG\r\n\x1a\n".to_vec(),
            "the file is named .txt, but is a PNG image",
        ),
        (
            "a.pdf",
            b"Maria".to_vec(),
            "the file is named .pdf, but is plain text, or damaged",
        ),
        (
            "a.docx",
            b"{\\rtf1 Maria}".to_vec(),
            "the file is named .docx, but is an RTF document",
        ),
        (
            "a.docx",
            ole,
            "the file is named .docx, but is a document of old Word (.doc); save it as .docx or PDF",
        ),
        (
            "a.docx",
            locked_docx,
            "the file is named .docx, but is an encrypted document; one that opens without a password is wanted",
        ),
        (
            "a.docx",
            zipped(&[("xl/workbook.xml", b"")]),
            "the file is named .docx, but is an Excel workbook (.xlsx)",
        ),
        (
            "a.docx",
            zipped(&[("a", b"")]),
            "the file is named .docx, but is a zip archive",
        ),
        (
            "a.doc",
            b"x".to_vec(),
            "a résumé is read from .pdf, .docx or .txt only",
        ),
        (
            "résumé",
            b"x".to_vec(),
            "a résumé is read from .pdf, .docx or .txt only",
        ),
        (
            "a.txt",
            vec![b'a', 0, b'b', 1, 2],
            "the file is named .txt, but is binary",
        ),
        (
            "a.txt",
            "a\u{1}\u{2}b".into(),
            "the file is named .txt, but is binary",
        ),
        ("a.txt", b"Zo\xc3\xab \xff".to_vec(), "byte 5 is not UTF-8"),
        ("a.txt", vec![b'a'; (1 << 20) + 1], "the text is over 1 MiB"),
        (
            ".txt",
            b"x".to_vec(),
            "the file's name becomes the candidate's id: 1 to 246 characters are wanted before its extension",
        ),
        (
            "a.pdf",
            saved(pdf(b"0 0 m 9 9 l S".to_vec())),
            "the document holds no text, it is probably a scan; a PDF with text is wanted",
        ),
        (
            "a.pdf",
            locked("secret"),
            "the document is encrypted; one that opens without a password is wanted",
        ),
        ("a.pdf", b"%PDF-1.4\nnothing".to_vec(), DAMAGED),
        ("a.pdf", sound[..sound.len() / 3].to_vec(), DAMAGED),
        ("a.pdf", saved(pdf(vec![b' '; 6 << 20])), BOMB),
        ("a.docx", zipped(&[("word/document.xml", &spaces)]), BOMB),
        ("a.docx", zipped(&many), BOMB),
        (
            "a.docx",
            zipped(&[("word/document.xml", nested.as_bytes())]),
            BOMB,
        ),
        ("a.docx", docx()[..400].to_vec(), DAMAGED),
        (
            "a.docx",
            zipped(&[("word/document.xml", b"<w:p><w:t>a</w:p>")]),
            DAMAGED,
        ),
        (
            "a.docx",
            zipped(&[("word/document.xml", b"<w:p/>")]),
            "the document holds no text",
        ),
    ];
    for (name, bytes, want) in cases {
        let head = bytes[..bytes.len().min(12)].escape_ascii().to_string();
        assert!(
            bytes.len() <= 10 << 20 || want.contains("MiB"),
            "{head}: {want}"
        );
        match resume(name, &bytes) {
            Err(refused) => assert_eq!(refused.to_string(), want, "{name} {head}"),
            Ok(app) => panic!("{name} {head}: {app:?}, wanted {want}"),
        }
    }
}

#[test]
fn a_pdf_encrypted_without_a_password_is_read() {
    let app = resume("a.pdf", &locked("")).unwrap();
    assert_eq!(app.resume_text.as_deref(), Some("Maria Lopez\n"));
}

#[test]
fn a_parsers_panic_is_a_refusal() {
    let refused = guarded(|| panic!("as a parser might")).unwrap_err();
    assert_eq!(refused, damaged());
}

#[test]
fn more_links_than_a_record_may_hold_are_left_out() {
    let mut file = ResumeFile {
        author: Some(" \0".into()),
        producer: Some("x".repeat(Limits::STRING + 1)),
        links: (0..300)
            .map(|i| format!("https://example.org/{}", i % 150))
            .collect(),
        ..ResumeFile::default()
    };
    tidy(&mut file);
    assert_eq!(
        (file.author, file.producer, file.links.len()),
        (None, None, Limits::LINKS)
    );
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, at in 0..2_000_usize, byte: u8) {
        for name in ["a.pdf", "a.docx", "a.txt"] {
            let _ = resume(name, &bytes);
        }
        // Sound files with one byte wrong reach further than noise.
        for (name, mut sound) in [("a.pdf", saved(pdf(placed(&[(50, 800, "Maria")])))), ("a.docx", docx())] {
            let at = at % sound.len();
            sound[at] = byte;
            let _ = resume(name, &sound);
        }
    }
}

#[test]
fn files_of_one_name_are_people_of_their_own_and_one_file_is_one() {
    let id = |name: &str, text: &str| resume(name, text.as_bytes()).map(|app| app.external_id);
    // printf 'Maria Lopez' | sha256sum
    assert_eq!(
        id("a/resume.txt", "Maria Lopez").unwrap(),
        "resume-ec7dafcd"
    );
    assert_eq!(id("b/resume.txt", "Ann Lee").unwrap(), "resume-a36e143c");
    assert_eq!(
        id("a/resume.txt", "Maria Lopez"),
        id("c/resume.txt", "Maria Lopez")
    );
    let longest = format!("{}.txt", "é".repeat(Limits::ID - 9));
    assert_eq!(
        id(&longest, "Maria Lopez").unwrap().chars().count(),
        Limits::ID
    );
    assert!(id(&format!("x{longest}"), "Maria Lopez").is_err());
}
