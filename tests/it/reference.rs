//! `telltale reference`: publishers' files are imported whole or not at all, and listed.
//!
//! The files in `reference/` have the publishers' own headers and invented rows.

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::PathBuf;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::program::{Program, repository};

/// A file of `reference/`.
pub fn file(name: &str) -> PathBuf {
    repository("tests/it/reference").join(name)
}

/// Its bytes.
pub fn bytes(name: &str) -> Vec<u8> {
    fs::read(file(name)).unwrap()
}

/// An archive with these members.
pub fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default();
        archive.start_file(*name, options).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// Imports a file and says its line.
fn import(program: &Program, kind: &str, name: &str) -> String {
    let done = program.run(&["reference", "import", kind, name]);
    assert_eq!((done.status(), done.error()), (0, ""), "{kind} {name}");
    done.text().to_owned()
}

/// A folder with every publisher's file in it, some zipped as they are downloaded.
fn downloads(program: &Program) {
    for name in [
        "hd2020.csv",
        "ic2020.csv",
        "FieldOfStudyData1819_1920_PP.csv",
        "world_universities_and_domains.json",
        "mills.csv",
    ] {
        program.write(name, bytes(name));
    }
    let (first, revised) = (bytes("c2020_a.csv"), bytes("c2020_a_rv.csv"));
    let completions = [("c2020_a.csv", &first[..]), ("c2020_a_rv.csv", &revised)];
    program.write("C2020_A.zip", zipped(&completions));
    let accreditations = [
        ("AccreditationActions.csv", &b"DapipId,ActionId\n1,2\n"[..]),
        (
            "AccreditationRecords.csv",
            &bytes("AccreditationRecords.csv"),
        ),
        ("InstitutionCampus.csv", &bytes("InstitutionCampus.csv")),
        ("__MACOSX/._InstitutionCampus.csv", b"\0\0"),
    ];
    program.write("AllAccreditations.zip", zipped(&accreditations));
    let (v1, v2) = (bytes("ror-data.json"), bytes("ror-data_schema_v2.json"));
    let ror = [
        ("v1.58-2024-12-11-ror-data.csv", &b"id,name\n"[..]),
        ("v1.58-2024-12-11-ror-data.json", &v1),
        ("v1.58-2024-12-11-ror-data_schema_v2.json", &v2),
    ];
    program.write("v1.58-2024-12-11-ror-data.zip", zipped(&ror));
}

#[test]
fn every_publishers_files_are_imported_zipped_or_not() {
    let program = Program::new();
    downloads(&program);
    let files = [
        ("ipeds-hd", "hd2020.csv", " 2020: 3 rows"),
        ("ipeds-ic", "ic2020.csv", " 2020: 2 rows"),
        ("ipeds-completions", "C2020_A.zip", " 2020: 5 rows"),
        (
            "scorecard-fos",
            "FieldOfStudyData1819_1920_PP.csv",
            " 2020: 3 rows",
        ),
        ("dapip", "AllAccreditations.zip", ": 3 rows"),
        (
            "ror",
            "v1.58-2024-12-11-ror-data.zip",
            " 2024-12-11: 3 rows",
        ),
        (
            "hipolabs",
            "world_universities_and_domains.json",
            ": 2 rows",
        ),
        ("mill-list", "mills.csv", ": 2 rows"),
    ];
    for (kind, name, rows) in files {
        let said = import(&program, kind, name);
        let (begins, has) = (said.starts_with(kind), format!("{rows} from {name}, "));
        assert!(begins && said.contains(&has), "{said}");
        let again = import(&program, kind, name);
        assert!(again.contains("already imported from "), "{again}");
    }
    let list = program.run(&["reference", "list"]);
    assert_eq!((list.status(), list.error()), (0, ""));
    let words = list.text().lines().skip(1);
    let kinds: Vec<_> = words
        .map_while(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(kinds, files.map(|(kind, ..)| kind));
    let old = "ipeds-hd of 2020 is too old";
    assert!(list.text().contains(old), "{}", list.text());
}

#[test]
fn another_file_takes_the_place_and_another_vintage_stands_beside() {
    let program = Program::new();
    let hd = String::from_utf8_lossy(&bytes("hd2020.csv")).into_owned();
    let lines: Vec<&str> = hd.lines().collect();
    program.write("hd2020.csv", lines.join("\r\n") + "\r\n");
    program.write("hd2020_rv.csv", lines[..3].join("\r\n") + "\r\n");
    program.write("hd2021.csv", lines[..2].join("\r\n") + "\r\n");
    import(&program, "ipeds-hd", "hd2020.csv");
    let said = import(&program, "ipeds-hd", "hd2020_rv.csv");
    assert!(
        said.contains("2 rows from hd2020_rv.csv") && said.contains("in place of hd2020.csv"),
        "{said}"
    );
    import(&program, "ipeds-hd", "hd2021.csv");
    let list = program.run(&["reference", "list"]);
    let rows: Vec<Vec<&str>> = list
        .text()
        .lines()
        .skip(1)
        .take(2)
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(
        (rows[0][1], *rows[0].last().unwrap()),
        ("2021", "hd2021.csv")
    );
    assert_eq!(
        (rows[1][1], *rows[1].last().unwrap()),
        ("2020", "hd2020_rv.csv")
    );
    let both = program.run(&[
        "reference",
        "import",
        "ipeds-hd",
        "hd2020_rv.csv",
        "hd2020.csv",
    ]);
    assert_eq!(both.status(), 1);
    assert!(
        both.error()
            .contains("hd2020.csv: ipeds-hd 2020 was just imported from hd2020_rv.csv"),
        "{}",
        both.error()
    );
}

/// A database with a directory in it, and what is listed of it.
struct Kept {
    program: Program,
    listed: String,
    hd: Vec<u8>,
}

impl Kept {
    fn new() -> Self {
        let program = Program::new();
        let hd = bytes("hd2020.csv");
        program.write("hd2020.csv", &hd);
        import(&program, "ipeds-hd", "hd2020.csv");
        let listed = program.run(&["reference", "list"]).text().to_owned();
        Self {
            program,
            listed,
            hd,
        }
    }

    /// A file is refused for this reason, under its name, and nothing has changed.
    fn refuses(&self, kind: &str, name: &str, bytes: impl AsRef<[u8]>, why: &str) {
        self.program.write(name, bytes);
        let done = self.program.run(&["reference", "import", kind, name]);
        assert_eq!(done.status(), 1, "{kind} {name} {why}: {}", done.text());
        let said = done.error();
        assert!(said.starts_with(&format!("{name}: ")), "{why}: {said}");
        assert!(said.contains(why), "{why}: {said}");
        let listed = self.program.run(&["reference", "list"]);
        assert_eq!(listed.text(), self.listed, "{why}");
    }
}

/// All but the last bytes.
fn cut(bytes: &[u8], by: usize) -> &[u8] {
    &bytes[..bytes.len() - by]
}

fn replaced(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    String::from_utf8_lossy(bytes)
        .replace(from, to)
        .into_bytes()
}

#[test]
fn a_wrong_or_truncated_table_is_refused_and_changes_nothing() {
    let kept = Kept::new();
    let (hd, ic) = (&kept.hd, bytes("ic2020.csv"));
    let header = hd.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let no_state = replaced(hd, "STABBR", "STATE");
    let short_id = replaced(hd, "999003", "9990");
    let file = |bytes: &[u8], why: &str| kept.refuses("ipeds-hd", "hd2019.csv", bytes, why);
    file(cut(hd, 2), "line 4: the last line has no end");
    file(cut(hd, 60), "line 4: the row has ");
    file(&hd[..header], "there are no rows in it");
    file(b"", "there is nothing in it");
    file(&no_state, "line 1: the column STABBR is missing");
    file(&short_id, "line 4: UNITID: `9990`");
    file(&ic, "this looks like ipeds-ic, not ipeds-hd");
    let json = bytes("world_universities_and_domains.json");
    file(&json, "this looks like hipolabs, not ipeds-hd");
    let undated = replaced(hd, "Southmoor", "Sudmoor");
    kept.refuses(
        "ipeds-hd",
        "directory.csv",
        undated,
        "say it with --vintage",
    );
    kept.refuses("ipeds-ic", "ic2020.csv", hd, "this looks like ipeds-hd");
    let mills = "name,source,listed_on\nWestmoor,,2019\n";
    kept.refuses("mill-list", "mills.csv", mills, "line 2: source");
    let old = "UNITID,CIPCODE,MAJORNUM,AWLEVEL,CRACE15\n";
    kept.refuses(
        "ipeds-completions",
        "c2007_a.csv",
        old,
        "CTOTALT is missing",
    );
}

#[test]
fn a_damaged_or_unfitting_archive_is_refused_and_changes_nothing() {
    let kept = Kept::new();
    let (hd, ic) = (&kept.hd, bytes("ic2020.csv"));
    let whole = zipped(&[("hd2019.csv", hd)]);
    let mut damaged = whole.clone();
    damaged[200] ^= 0xff;
    let file = |bytes: &[u8], why: &str| kept.refuses("ipeds-hd", "hd2019.zip", bytes, why);
    file(cut(&whole, 30), "the archive is damaged or cut short");
    file(&damaged, "damaged or cut short");
    file(&zipped(&[("readme.txt", b"x")]), "holds no .csv file");
    let other = zipped(&[("ic2019.csv", &ic)]);
    file(
        &other,
        "no member is ipeds-hd; ic2019.csv looks like ipeds-ic",
    );
    let inner = zipped(&[("hd2019.csv", cut(hd, 60))]);
    file(&inner, "line 4: the row has ");
    let two = zipped(&[("a/hd2018.csv", hd), ("a/hd2019.csv", hd)]);
    file(
        &two,
        "more than one member is ipeds-hd: hd2018.csv, hd2019.csv",
    );
}

#[test]
fn a_wrong_or_truncated_list_is_refused_and_changes_nothing() {
    let kept = Kept::new();
    let list = bytes("world_universities_and_domains.json");
    let ror = bytes("ror-data_schema_v2.json");
    kept.refuses(
        "hipolabs",
        "list.json",
        cut(&list, 40),
        "record 2: the file ends in the middle of it, at line ",
    );
    kept.refuses(
        "hipolabs",
        "list.json",
        &ror,
        "this looks like ror, not hipolabs",
    );
    kept.refuses("ror", "ror.json", cut(&ror, 300), "record 3: the file ends");
}

#[test]
fn rows_and_records_without_end_are_refused() {
    const MIB: usize = 1 << 20;
    let kept = Kept::new();
    let header = "name,source,listed_on\n";
    let mills = |text: String, why: &str| kept.refuses("mill-list", "mills.csv", text, why);
    let endless = "line 2: the row does not end within 1 MiB";
    mills(format!("{header}{},x,2019\n", "a".repeat(2 * MIB)), endless);
    mills(format!("{header}\"{}", "a\n".repeat(2 * MIB)), endless);
    mills(format!("{header}{}", ",".repeat(2 * MIB)), endless);
    let wide = ",".repeat(10_000);
    let columns = "columns; more than 2000 are in no publisher's file";
    mills(
        format!("{header}{wide}\n"),
        &format!("line 2: the row has 10001 {columns}"),
    );
    mills(
        format!("name,source,listed_on{wide}\n"),
        &format!("line 1: the row has 10003 {columns}"),
    );
    let list = |value: String, why: &str| {
        let good = r#"{"name":"A","domains":[],"alpha_two_code":"BR"}"#;
        kept.refuses("hipolabs", "list.json", format!("[{good},{value}"), why);
    };
    let name = |text: String| format!("{{\"name\":{text}");
    let endless = "record 2: the record does not end within 4 MiB";
    list(name(format!("\"{}", "a".repeat(9 * MIB))), endless);
    list(" ".repeat(9 * MIB), endless);
    list(name("[".repeat(100_000)), "record 2: ");
    list("[".repeat(100_000), "record 2: ");
    list(format!("{{\"x\":{}", "[".repeat(100_000)), "record 2: ");
    list(
        format!("{{\"x\":{}", "{\"x\":".repeat(100_000)),
        "record 2: ",
    );
    let links = "[{\"id\":\"https://ror.org/1\",\"acronyms\":[],\"links\":[";
    let deep = format!("{links}{}", "[".repeat(100_000));
    kept.refuses(
        "ror",
        "ror.json",
        deep,
        "record 1: recursion limit exceeded",
    );
    let zeros = vec![0; 64 * MIB];
    let bomb = zipped(&[("mills.csv", &zeros)]);
    let why = "line 1: the row does not end within 1 MiB";
    kept.refuses("mill-list", "mills.zip", bomb, why);
}

#[test]
fn unusable_arguments_are_told_from_refused_files() {
    let kept = Kept::new();
    let program = &kept.program;
    for (arguments, why) in [
        (&["ipeds-xy", "hd2020.csv"][..], "ipeds-xy"),
        (&["ipeds-hd"], "FILES"),
        (
            &["ipeds-hd", "hd2020.csv", "--vintage", "20"],
            "neither a year",
        ),
        (
            &["ipeds-hd", "a.csv", "b.csv", "--vintage", "2020"],
            "one by one",
        ),
    ] {
        let done = program.run(&[&["reference", "import"][..], arguments].concat());
        assert_eq!(done.status(), 2, "{arguments:?}");
        assert!(done.error().contains(why), "{}", done.error());
    }
    // Each file stands for itself.
    let some = program.run(&[
        "reference",
        "import",
        "ipeds-hd",
        "missing.csv",
        "hd2020.csv",
    ]);
    assert_eq!(some.status(), 1);
    assert!(
        some.error().contains("missing.csv: could not be read"),
        "{}",
        some.error()
    );
    assert!(some.text().contains("already imported"), "{}", some.text());
    program.write("good.csv", replaced(&kept.hd, "Southmoor", "Sudmoor"));
    let dated = program.run(&[
        "reference",
        "import",
        "ipeds-hd",
        "good.csv",
        "--vintage",
        "2019",
    ]);
    assert_eq!(dated.status(), 0, "{}", dated.error());
}
