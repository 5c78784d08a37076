//! The publishers' files in the folder that `TELLTALE_REFERENCE_DATA` names, names and places alone.

use std::collections::HashMap;
use std::path::Path;

use telltale::reference::build::Loaded;
use telltale::reference::fact::{Fact, Listed};
use telltale::reference::{Kind, Set};

/// IPEDS HD 2020 and the list of Hipolabs, where they lie.
pub fn published() -> Option<Vec<Loaded>> {
    let folder = std::env::var_os("TELLTALE_REFERENCE_DATA")?;
    let folder = Path::new(&folder);
    let directory = std::fs::read(folder.join("hd2020.csv")).unwrap();
    let world = std::fs::read(folder.join("world_universities_and_domains.json")).unwrap();
    Some(vec![
        set(Kind::IpedsHd, "2020", federal(&directory)),
        set(Kind::Hipolabs, "2026-06-01", hipolabs(&world)),
    ])
}

fn set(kind: Kind, vintage: &str, facts: Vec<Fact>) -> Loaded {
    Loaded {
        set: Set {
            kind,
            vintage: vintage.parse().unwrap(),
            file: String::new(),
            digest: String::new(),
            rows: 0,
            imported_at: jiff::Timestamp::UNIX_EPOCH,
        },
        facts,
    }
}

fn federal(bytes: &[u8]) -> Vec<Fact> {
    // Latin-1.
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize::<HashMap<String, String>>();
    let facts = rows.map(|row| {
        let row = row.unwrap();
        let cell = |name: &str| row[name].trim().to_owned();
        let aliases = row["IALIAS"].split(['|', ';']);
        let aliases = aliases
            .flat_map(|part| part.split("  "))
            .flat_map(|part| part.split(", "));
        let aliases = aliases.map(|alias| alias.trim().to_owned());
        let address = cell("WEBADDR").to_lowercase();
        let host = address.split("//").last().unwrap_or_default();
        let host = host.split(['/', ':', '?']).next().unwrap_or_default();
        let domain = host.trim_start_matches("www.").to_owned();
        Fact::Listed(Listed {
            unitid: row["UNITID"].parse().ok(),
            name: cell("INSTNM"),
            aliases: aliases.filter(|alias| alias.len() > 1).collect(),
            domains: Some(domain)
                .filter(|domain| domain.contains('.'))
                .into_iter()
                .collect(),
            country: Some("US".into()),
            state: Some(cell("STABBR")),
            city: Some(cell("CITY")),
            ..Listed::default()
        })
    });
    facts.collect()
}

fn hipolabs(bytes: &[u8]) -> Vec<Fact> {
    let list: Vec<serde_json::Value> = serde_json::from_slice(bytes).unwrap();
    let facts = list.iter().map(|one| {
        let text = |of: &serde_json::Value| of.as_str().unwrap().trim().to_owned();
        let domains = one["domains"].as_array().unwrap().iter();
        Fact::Listed(Listed {
            name: text(&one["name"]),
            domains: domains.map(|domain| text(domain).to_lowercase()).collect(),
            country: Some(text(&one["alpha_two_code"])),
            ..Listed::default()
        })
    });
    facts.collect()
}
