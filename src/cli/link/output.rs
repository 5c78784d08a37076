//! Pairs and clusters as a table, as NDJSON or as CSV.

use std::io::{self, Write};

use serde_json::json;

use super::truth::Figures;
use super::{Found, Output};
use crate::explain::visible;
use crate::export::{Cell, Sheet};

/// The columns of `--output csv`.
const COLUMNS: &[&str] = &[
    "question",
    "a",
    "b",
    "probability",
    "weight_db",
    "shared",
    "cluster",
];

const PERSON: &str = "same_person";
const OPERATOR: &str = "same_operator";

/// Characters of an id in a table.
const ID: usize = 40;

/// Prints everything that was found; figures go to standard error where the output is a sheet.
pub(super) fn print(
    out: &mut impl Write,
    output: Output,
    found: &Found,
    figures: Option<&[Figures]>,
) -> io::Result<()> {
    match output {
        Output::Table => table(out, found, figures),
        Output::Ndjson => ndjson(out, found, figures),
        Output::Csv => {
            csv(out, found)?;
            for line in figures.iter().flat_map(|figures| figures.iter()) {
                eprintln!("{}", sentence(line));
            }
            Ok(())
        }
    }
}

fn rounded(number: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (number * scale).round() / scale
}

fn words(tie: &crate::person::operator::Tie) -> Vec<&'static str> {
    tie.kinds.iter().map(|kind| kind.word()).collect()
}

/// Records that belong together, of at least two.
fn clusters(of: &[u32]) -> Vec<Vec<u32>> {
    let mut order: Vec<(u32, u32)> = of.iter().copied().zip(0..).collect();
    order.sort_unstable();
    let runs = order
        .chunk_by(|x, y| x.0 == y.0)
        .filter(|run| run.len() > 1);
    runs.map(|run| run.iter().map(|(_, at)| *at).collect())
        .collect()
}

/// Groups of at least two people: a person's own records are no ring.
fn rings(found: &Found) -> Vec<Vec<u32>> {
    let mut groups = clusters(&found.same_operator.groups);
    let people = &found.same_person.clusters;
    groups.retain(|group| {
        group
            .iter()
            .any(|at| people[*at as usize] != people[group[0] as usize])
    });
    groups
}

fn table(out: &mut impl Write, found: &Found, figures: Option<&[Figures]>) -> io::Result<()> {
    let id = |at: u32| visible::plain(&visible::short(&found.ids[at as usize], ID));
    let list = |group: &[u32]| {
        group
            .iter()
            .map(|at| id(*at))
            .collect::<Vec<_>>()
            .join("  ")
    };
    let (people, rings) = (clusters(&found.same_person.clusters), rings(found));
    writeln!(
        out,
        "SAME PERSON: {} of {}, {}, {}",
        people.iter().map(Vec::len).sum::<usize>(),
        count(found.ids.len(), "record", "records"),
        count(people.len(), "person", "people"),
        count(found.same_person.pairs.len(), "pair", "pairs")
    )?;
    writeln!(out, "{:>11}  PAIR", "PROBABILITY")?;
    for pair in &found.same_person.pairs {
        writeln!(
            out,
            "{:>11.4}  {}  {}",
            pair.probability,
            id(pair.a),
            id(pair.b)
        )?;
    }
    writeln!(out, "CLUSTERS")?;
    for group in &people {
        writeln!(out, "{}", list(group))?;
    }
    writeln!(
        out,
        "\nSAME OPERATOR: {} of different people, {}",
        count(rings.len(), "group", "groups"),
        count(found.same_operator.ties.len(), "pair", "pairs")
    )?;
    writeln!(out, "{:>11}  PAIR  SHARED", "WEIGHT DB")?;
    for tie in &found.same_operator.ties {
        let shared = match words(tie) {
            words if words.is_empty() => "through others".to_owned(),
            words => words.join(" "),
        };
        writeln!(
            out,
            "{:>11.1}  {}  {}  {shared}",
            tie.weight_db,
            id(tie.a),
            id(tie.b)
        )?;
    }
    writeln!(out, "CLUSTERS")?;
    for group in &rings {
        writeln!(out, "{}", list(group))?;
    }
    if let Some(figures) = figures {
        writeln!(
            out,
            "\nAGAINST THE TRUTH (each question against all its pairs, of people and of operators alike)"
        )?;
        for line in figures {
            writeln!(out, "{}", sentence(line))?;
        }
    }
    Ok(())
}

fn count(n: usize, one: &str, more: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { more })
}

fn sentence(figures: &Figures) -> String {
    format!(
        "{}: {} of {} pairs right, {} known; precision {:.4}, recall {:.4}, F1 {:.4}",
        figures.question,
        figures.right,
        figures.found,
        figures.truth,
        figures.precision(),
        figures.recall(),
        figures.f1()
    )
}

fn ndjson(out: &mut impl Write, found: &Found, figures: Option<&[Figures]>) -> io::Result<()> {
    let id = |at: u32| found.ids[at as usize].as_str();
    let mut line = |value: serde_json::Value| {
        serde_json::to_writer(&mut *out, &value)?;
        out.write_all(b"\n")
    };
    for pair in &found.same_person.pairs {
        line(json!({"question": PERSON, "a": id(pair.a), "b": id(pair.b),
            "probability": rounded(pair.probability, 6)}))?;
    }
    for tie in &found.same_operator.ties {
        line(json!({"question": OPERATOR, "a": id(tie.a), "b": id(tie.b),
            "weight_db": rounded(tie.weight_db, 1), "shared": words(tie)}))?;
    }
    for (question, groups) in [
        (PERSON, clusters(&found.same_person.clusters)),
        (OPERATOR, rings(found)),
    ] {
        for group in groups {
            let ids: Vec<_> = group.iter().map(|at| id(*at)).collect();
            line(json!({"question": question, "cluster": ids}))?;
        }
    }
    for figures in figures.into_iter().flatten() {
        line(json!({"question": figures.question, "truth": {
            "pairs": figures.truth, "found": figures.found, "right": figures.right,
            "precision": rounded(figures.precision(), 6), "recall": rounded(figures.recall(), 6),
            "f1": rounded(figures.f1(), 6)}}))?;
    }
    Ok(())
}

fn csv(out: &mut impl Write, found: &Found) -> io::Result<()> {
    let id = |at: u32| found.ids[at as usize].as_str();
    let mut sheet = Sheet::new(out, COLUMNS)?;
    for pair in &found.same_person.pairs {
        sheet.row(&[
            Cell::Text(PERSON),
            Cell::Text(id(pair.a)),
            Cell::Text(id(pair.b)),
            Cell::Number(rounded(pair.probability, 6)),
            Cell::Text(""),
            Cell::Text(""),
            Cell::Text(id(found.same_person.clusters[pair.a as usize])),
        ])?;
    }
    for tie in &found.same_operator.ties {
        sheet.row(&[
            Cell::Text(OPERATOR),
            Cell::Text(id(tie.a)),
            Cell::Text(id(tie.b)),
            Cell::Text(""),
            Cell::Number(rounded(tie.weight_db, 1)),
            Cell::Text(&words(tie).join(" ")),
            Cell::Text(id(found.same_operator.groups[tie.a as usize])),
        ])?;
    }
    sheet.finish()
}
