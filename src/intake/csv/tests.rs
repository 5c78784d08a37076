//! Whole files, good and bad.

use super::*;

fn read(bytes: &[u8]) -> Vec<String> {
    csv(bytes)
        .map(|read| match read {
            Ok(app) => format!("{} {}", app.external_id, app.name.unwrap_or_default()),
            Err(refused) => refused.to_string(),
        })
        .collect()
}

#[test]
fn a_row_is_a_record() {
    let text = "external_id,name,emails,phones,address.city,education.1.institution,education.0.start_date,work.0.highlights,stage,applied_at,gpa\n\
        A-1,Maria Lopez,a@example.org; b@example.org,+1 212-736-5000,\"New York\",Example State,2012-09,many,offer,2026-03-02,3.9\n";
    let apps: Vec<_> = csv(text.as_bytes()).map(Result::unwrap).collect();
    let [app] = apps.as_slice() else {
        panic!("{apps:?}")
    };
    assert_eq!(
        (app.external_id.as_str(), app.source.as_str()),
        ("A-1", "file")
    );
    assert_eq!(app.emails, ["a@example.org", "b@example.org"]);
    assert_eq!(app.phones, ["+1 212-736-5000"]);
    assert_eq!(
        app.address.as_ref().unwrap().city.as_deref(),
        Some("New York")
    );
    assert_eq!(app.education[0].start_date.as_deref(), Some("2012-09"));
    assert_eq!(
        app.education[1].institution.as_deref(),
        Some("Example State")
    );
    assert_eq!(app.stage, Stage::Offer);
    assert_eq!(app.applied_at.unwrap().to_string(), "2026-03-02T00:00:00Z");
    assert_eq!(app.other["gpa"], "3.9");
    assert_eq!(app.other["work[0].highlights"], "many");
}

#[test]
fn an_export_of_another_system_is_understood() {
    let text = "Candidate ID\tFirst Name\tLast Name\tE-mail\tMobile\tApplied on\tStage\tSource\teducation\t\n\
        7\tMaria\tLopez\tm@example.org\t212-736-5000\t03/02/2026\tPhone screen\tA board\tBS\tx\n\
        8\tAnn\t\tn@example.org\t\t03/25/2026\tOffer\t\t\t\n";
    let apps: Vec<_> = csv(text.as_bytes()).map(Result::unwrap).collect();
    assert_eq!(apps[0].name.as_deref(), Some("Maria Lopez"));
    assert_eq!((apps[0].applied_at, apps[0].stage), (None, Stage::Applied));
    let kept: Vec<_> = apps[0].other.keys().map(String::as_str).collect();
    assert_eq!(
        kept,
        [
            "Applied on",
            "Stage",
            "Source",
            "education (column)",
            "column 10"
        ]
    );
    assert_eq!(apps[1].stage, Stage::Offer);
    assert_eq!(
        apps[1].applied_at.unwrap().to_string(),
        "2026-03-25T00:00:00Z"
    );
    let stored = serde_json::to_vec(&apps[0]).unwrap();
    assert_eq!(
        serde_json::from_slice::<Application>(&stored).unwrap(),
        apps[0]
    );
}

#[test]
fn bad_rows_are_refused_by_line_and_the_rest_goes_on() {
    let text = "external_id,name,education.0.start_date\r\n1,\"Maria\nLopez\",\r\n2,short\r\n3,Ann,2016-13\r\n\r\n,,\r\n\
        4,a,2016,extra\r\n5,b,2016,,\r\n,nobody,\r\n6,nul\0,\r\n7,\"say \"\"hi\"\"\",2016\r\n";
    let got = read(text.as_bytes());
    let want = [
        "1 Maria\nLopez",
        "line 4: the row has 2 cells, the header 3",
        "line 5: education[0].start_date: ",
        "line 8: the row has 4 cells, the header 3",
        "5 b",
        "line 10: external_id: is missing",
        "line 11: name: holds a NUL character",
        "7 say \"hi\"",
    ];
    assert_eq!(got.len(), want.len(), "{got:?}");
    for (got, want) in got.iter().zip(want) {
        assert!(got.starts_with(want), "{got} / {want}");
    }
}

#[test]
fn a_lost_quotation_mark_is_named_by_the_line_it_opens_on() {
    for (text, want) in [
        (
            "id,name,notes\n1,A,x\n2,\"Ann,x\n3,Bob,\"y\"\n4,D,x\n",
            &[
                "1 A",
                "line 3: the row has 2 cells, the header 3; the quotation mark that opens on line 3 \
                 may be left open: its cell goes on to line 4",
                "4 D",
            ][..],
        ),
        (
            "id,name,notes\r\n1,\"Ann\r\n2,Bob,x\r\n",
            &[
                "line 2: the row has 2 cells, the header 3; the quotation mark that opens on line 2 \
               may be left open: its cell goes on to line 3",
            ],
        ),
    ] {
        assert_eq!(read(text.as_bytes()), want, "{text}");
    }
}

#[test]
fn delimiters_and_encodings_are_told_from_the_file() {
    let rows = "Candidate ID,Name,Notes\n1,Zoë Müller,\"a,b;c\td|e\"\n";
    for delimiter in [',', ';', '\t', '|'] {
        let text: String = rows
            .split('"')
            .enumerate()
            .map(|(i, part)| match i {
                1 => format!("\"{part}\""),
                _ => part.replace(',', &delimiter.to_string()),
            })
            .collect();
        assert_eq!(read(text.as_bytes()), ["1 Zoë Müller"], "{delimiter:?}");
        let marked = format!("\u{feff}{text}");
        let le: Vec<u8> = marked.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let (cp1252, _, _) = WINDOWS_1252.encode(&text);
        for bytes in [marked.as_bytes(), &le, &be, &cp1252] {
            assert_eq!(
                read(bytes),
                ["1 Zoë Müller"],
                "{delimiter:?} {:?}",
                &bytes[..4]
            );
        }
    }
    assert_eq!(
        read(b"sep=;\r\nid;name\r\n1;A\r\n2\r\n"),
        ["1 A", "line 4: the row has 1 cells, the header 2"]
    );
    // Decided long after the sample: by the first row that is not ASCII.
    let mut late = b"id,name\n".to_vec();
    late.extend(b"1,A\n".repeat(60_000));
    late.extend(b"2,Zo\xeb\n");
    assert_eq!(read(&late).last().unwrap(), "2 Zoë");
    assert_eq!(
        read(
            "id,name\n1,Zoë\n2,"
                .bytes()
                .chain(*b"\xff\n3,A\n")
                .collect::<Vec<_>>()
                .as_slice()
        ),
        ["1 Zoë", "line 3: cell 2: byte 0 is not UTF-8", "3 A"]
    );
}

#[test]
fn a_file_without_a_usable_header_is_refused_once() {
    for (text, want) in [
        ("", "there is nothing here; a header is wanted"),
        (" \n\n", "there is nothing here; a header is wanted"),
        (
            "Maria,Lopez\n1,2\n",
            "line 1: the header has no column for external_id (Candidate ID)",
        ),
        (
            "id,Email,email\n1,a,b\n",
            "line 1: two columns are named \"email\"; rename one",
        ),
    ] {
        assert_eq!(read(text.as_bytes()), [want]);
    }
}

#[test]
fn an_open_quotation_mark_is_held_to_the_limit() {
    let mut text = b"id,name\n1,A\n2,\"".to_vec();
    text.extend(b"x\n".repeat(2 << 20));
    let got = read(&text);
    assert_eq!(
        got,
        [
            "1 A",
            "line 3: the record is over 2 MiB; a quotation mark may be left open"
        ]
    );
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>, text in "[\"a,;\n\r\\x00\\xff|]{0,40}") {
        csv(bytes.as_slice()).for_each(drop);
        csv(format!("id,name,work.0.name\n{text}").as_bytes()).for_each(drop);
    }

    #[test]
    fn what_a_writer_wrote_comes_back(rows in proptest::collection::vec(("[a-z0-9]{1,8}", "\\PC{0,20}", "[ -~\n]{0,40}"), 1..5)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["external_id", "name", "resume_text", "emails"]).unwrap();
        for (id, name, text) in &rows {
            writer.write_record([id, name, text, "a@example.org"]).unwrap();
        }
        let bytes = writer.into_inner().unwrap();
        let apps: Vec<_> = csv(bytes.as_slice()).map(Result::unwrap).collect();
        let filled = |text: &String| (!text.trim().is_empty()).then(|| text.clone());
        let want: Vec<_> = rows.iter().map(|(id, name, text)| (id.clone(), filled(name), filled(text))).collect();
        let got: Vec<_> = apps.into_iter().map(|a| (a.external_id, a.name, a.resume_text)).collect();
        proptest::prop_assert_eq!(got, want);
    }
}
