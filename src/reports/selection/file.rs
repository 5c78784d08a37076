//! The file that HR hands in: CSV with `external_id`, perhaps `source`, and one or two columns of groups.

use std::collections::HashSet;

use crate::error::{Error, refused};
use crate::intake;

/// Groups that a column may hold; more are no groups.
const GROUPS: usize = 40;

/// Characters of a group's name.
const NAME: usize = 100;

/// What was handed in, read.
#[derive(Debug)]
pub struct Upload {
    /// The columns of groups, as they are called there.
    pub columns: Vec<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The source's id.
    pub external_id: String,
    /// The source, where the file names it.
    pub source: Option<String>,
    /// The row's groups, one for each column.
    pub groups: Vec<String>,
}

/// Reads a file; names of columns count whatever their case.
pub fn read(bytes: &[u8], columns: &[&str]) -> Result<Upload, Error> {
    let wrong = |why: String| refused("file", why);
    let text = intake::encoding::text(bytes)
        .map_err(|at| wrong(format!("the file is no text: byte {at} belongs to none")))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    if text.contains('\0') {
        return Err(wrong("the file is no text".into()));
    }
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .flexible(true)
        .from_reader(text.as_bytes());
    let unreadable = |error: csv::Error| wrong(format!("the file is no CSV: {error}"));
    let headers = reader.headers().map_err(unreadable)?.clone();
    let find = |name: &str| {
        let name = name.trim().to_lowercase();
        headers
            .iter()
            .position(|header| header.trim().to_lowercase() == name)
    };
    let id =
        find("external_id").ok_or_else(|| wrong("the file has no column external_id".into()))?;
    let source = find("source");
    let mut at = Vec::new();
    for (field, name) in ["group", "group2"].into_iter().zip(columns) {
        let found = find(name)
            .ok_or_else(|| refused(field, format!("the file has no column “{}”", name.trim())))?;
        if found == id || Some(found) == source || at.contains(&found) {
            return Err(refused(field, "this column holds no other groups"));
        }
        at.push(found);
    }
    let mut rows = Vec::new();
    let mut groups: Vec<HashSet<String>> = vec![HashSet::new(); at.len()];
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let cell = |at: usize| {
            let cell = record.get(at).unwrap_or_default().trim();
            cell.chars().take(NAME).collect::<String>()
        };
        let external_id = record.get(id).unwrap_or_default().trim().to_owned();
        if external_id.is_empty() {
            continue;
        }
        let row = Row {
            external_id,
            source: source
                .map(|at| record.get(at).unwrap_or_default().trim().to_owned())
                .filter(|source| !source.is_empty()),
            groups: at.iter().map(|at| cell(*at)).collect(),
        };
        for (seen, group) in groups.iter_mut().zip(&row.groups) {
            seen.insert(group.clone());
        }
        rows.push(row);
    }
    for (field, (seen, name)) in ["group", "group2"]
        .into_iter()
        .zip(groups.iter().zip(columns))
    {
        if seen.len() > GROUPS {
            let why = format!(
                "“{}” holds {} different values: those are no groups",
                name.trim(),
                seen.len()
            );
            return Err(refused(field, why));
        }
    }
    if rows.is_empty() {
        return Err(wrong("the file has no rows".into()));
    }
    let columns = at.iter().map(|at| headers[*at].trim().to_owned());
    Ok(Upload {
        columns: columns.collect(),
        rows,
    })
}

/// What stands most often in the header, of what may stand between cells.
fn delimiter(text: &str) -> u8 {
    let header = text.lines().next().unwrap_or_default();
    let count = |mark: &u8| header.bytes().filter(|byte| byte == mark).count();
    // Of equals the last is taken: the comma.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(count)
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_whatever_stands_between_them() {
        for text in [
            "external_id,source,Sex\nA-1,api,f\nA-2,,m\n",
            "\u{feff}Source;SEX;External_ID\r\napi;f;A-1\r\n;m;A-2\r\n;m;\r\n",
        ] {
            let upload = read(text.as_bytes(), &[" sex "]).unwrap();
            assert_eq!(upload.columns[0].to_lowercase(), "sex");
            let row = |id: &str, source: Option<&str>, group: &str| Row {
                external_id: id.into(),
                source: source.map(Into::into),
                groups: vec![group.into()],
            };
            assert_eq!(
                upload.rows,
                [row("A-1", Some("api"), "f"), row("A-2", None, "m")]
            );
        }
    }

    #[test]
    fn what_is_no_file_with_groups_is_refused() {
        let many: String = (0..50)
            .flat_map(|n| [format!("A-{n},"), format!("g{n}\n")])
            .collect();
        for (text, columns, field) in [
            ("id,sex\n1,f\n", &["sex"][..], "/file"),
            ("external_id,sex\n1,f\n", &["race"], "/group"),
            ("external_id,sex\n1,f\n", &["external_id"], "/group"),
            ("external_id,sex\n1,f\n", &["sex", "sex"], "/group2"),
            ("external_id,sex\n", &["sex"], "/file"),
            (&format!("external_id,g\n{many}"), &["g"], "/group"),
        ] {
            let Err(Error::Refused(why)) = read(text.as_bytes(), columns) else {
                panic!("{text}");
            };
            assert_eq!(why.field.as_deref(), Some(&field[1..]), "{text}");
        }
    }
}
