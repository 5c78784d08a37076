//! Research Organization Registry, data dump (CC0): <https://doi.org/10.5281/zenodo.6347574>, in its
//! schema 2 and the older schema 1. Fields: <https://ror.readme.io/docs/ror-data-structure>.
//!
//! Organisations that educate are taken, withdrawn records are not. Acronyms are no names: three letters
//! mean many schools. Abroad nothing but name, domain and country is kept.

use std::collections::HashSet;

use serde::Deserialize;

use super::file::Input;
use super::{Facts, Format, Importer, Refused, list, place, vintage};
use crate::candidate::PartialDate;
use crate::reference::Kind;
use crate::reference::fact::{Fact, Listed};

pub(super) static IMPORTER: Importer = Importer {
    kind: Kind::Ror,
    format: Format::List {
        marks: &["ror_display", "acronyms", "geonames_details"],
        read,
    },
    vintage: vintage::day_in,
};

/// A record in either schema: what the other one has is empty.
#[derive(Deserialize)]
struct Record {
    id: String,
    status: String,
    types: Vec<String>,
    #[serde(default)]
    established: Option<i16>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    relationships: Vec<Relationship>,
    // Schema 2.
    #[serde(default)]
    names: Vec<Name>,
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    locations: Vec<Location>,
    // Schema 1.
    #[serde(default)]
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    labels: Vec<Label>,
    #[serde(default)]
    country: Option<Country>,
    #[serde(default)]
    addresses: Vec<Address>,
}

#[derive(Deserialize)]
struct Name {
    value: String,
    types: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Link {
    Typed { r#type: String, value: String },
    Plain(String),
}

#[derive(Deserialize)]
struct Relationship {
    r#type: String,
    id: String,
}

#[derive(Deserialize)]
struct Location {
    geonames_details: Details,
}

#[derive(Deserialize)]
struct Details {
    country_code: String,
    #[serde(default)]
    country_subdivision_code: Option<String>,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    lat: Option<f64>,
    #[serde(default)]
    lng: Option<f64>,
}

#[derive(Deserialize)]
struct Label {
    label: String,
}

#[derive(Deserialize)]
struct Country {
    country_code: String,
}

#[derive(Default, Deserialize)]
struct Address {
    #[serde(default)]
    lat: Option<f64>,
    #[serde(default)]
    lng: Option<f64>,
    #[serde(default)]
    city: Option<String>,
    /// `US-OH`.
    #[serde(default)]
    state_code: Option<String>,
}

fn read(input: Input<'_>, facts: &mut Facts<'_>) -> Result<(), Refused> {
    list::each(input, |at, record: Record| {
        facts.row();
        let educates = record
            .types
            .iter()
            .any(|kind| kind.eq_ignore_ascii_case("education"));
        if !educates || record.status == "withdrawn" {
            return Ok(());
        }
        let listed = listed(&record).map_err(|why| Refused::Record(at, why.to_owned()))?;
        facts.add(Fact::Listed(listed))
    })
}

fn listed(record: &Record) -> Result<Listed, &'static str> {
    let id = id(&record.id).ok_or("id: an address at ror.org is expected")?;
    let (name, aliases) = names(record).ok_or("names: a name is expected")?;
    let spot = spot(record).ok_or("a country's code is expected")?;
    let sites = record.links.iter().filter_map(|link| match link {
        Link::Typed { r#type, value } => (r#type == "website").then_some(value),
        Link::Plain(address) => Some(address),
    });
    let mut domains: Vec<String> = record
        .domains
        .iter()
        .chain(sites)
        .filter_map(|domain| place::domain(domain))
        .collect();
    domains.sort_unstable();
    domains.dedup();
    let abroad = Listed {
        id: Some(id),
        name,
        aliases,
        domains,
        country: Some(spot.country),
        ..Listed::default()
    };
    if abroad.country.as_deref() != Some("US") {
        return Ok(abroad);
    }
    let successors = record
        .relationships
        .iter()
        .filter(|relationship| relationship.r#type.eq_ignore_ascii_case("successor"));
    Ok(Listed {
        state: spot.state,
        city: spot.city,
        position: spot.position,
        opened: record
            .established
            .and_then(|year| PartialDate::new(year, None, None)),
        successors: successors
            .filter_map(|relationship| self::id(&relationship.id))
            .collect(),
        ..abroad
    })
}

/// `ror:03yrm5c26` of `https://ror.org/03yrm5c26`.
fn id(address: &str) -> Option<String> {
    let (_, id) = address.split_once("ror.org/")?;
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        .then(|| format!("ror:{id}"))
}

/// The name shown, and the others that are not acronyms.
fn names(record: &Record) -> Option<(String, Vec<String>)> {
    let is = |name: &Name, kind: &str| name.types.iter().any(|of| of == kind);
    let shown = record.names.iter().find(|name| is(name, "ror_display"));
    let shown = shown.or_else(|| record.names.iter().find(|name| is(name, "label")));
    let name = shown.map_or(&record.name, |name| &name.value).trim();
    let others = record
        .names
        .iter()
        .filter(|name| is(name, "label") || is(name, "alias"))
        .map(|name| &name.value)
        .chain(&record.aliases)
        .chain(record.labels.iter().map(|label| &label.label));
    let mut known = HashSet::from([name]);
    let others = others.map(|other| other.trim());
    let aliases = others
        .filter(|other| !other.is_empty() && known.insert(other))
        .map(str::to_owned)
        .collect();
    (!name.is_empty()).then(|| (name.to_owned(), aliases))
}

struct Spot {
    country: String,
    state: Option<String>,
    city: Option<String>,
    position: Option<(f64, f64)>,
}

fn spot(record: &Record) -> Option<Spot> {
    let (code, subdivision, city, latitude, longitude) =
        match (&record.locations[..], &record.country) {
            ([first, ..], _) => {
                let details = &first.geonames_details;
                let subdivision = details.country_subdivision_code.as_deref();
                (
                    &details.country_code,
                    subdivision,
                    &details.name,
                    details.lat,
                    details.lng,
                )
            }
            ([], Some(country)) => {
                let address = record.addresses.first();
                let subdivision = address.and_then(|address| address.state_code.as_deref());
                (
                    &country.country_code,
                    subdivision,
                    address.map_or(&None, |address| &address.city),
                    address.and_then(|address| address.lat),
                    address.and_then(|address| address.lng),
                )
            }
            ([], None) => return None,
        };
    let (country, territory) = place::country(code)?;
    let state = subdivision.map(|code| code.rsplit('-').next().unwrap_or(code));
    let state = state.filter(|code| code.len() == 2).map(str::to_owned);
    Some(Spot {
        state: territory.or(state),
        city: city.clone(),
        position: latitude
            .zip(longitude)
            .and_then(|(latitude, longitude)| place::position(latitude, longitude)),
        country,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{facts_of, refusal_of};
    use super::*;

    const V2: &str = r#"[
      {"id": "https://ror.org/0exmpl001", "status": "inactive", "types": ["education", "funder"],
       "established": 1925, "domains": ["northmoor.edu"], "external_ids": [], "admin": {},
       "links": [{"type": "website", "value": "https://www.northmoor.edu"}, {"type": "wikipedia", "value": "http://en.wikipedia.org/wiki/N"}],
       "locations": [{"geonames_id": 1, "geonames_details": {"country_code": "US", "country_name": "United States",
         "country_subdivision_code": "OH", "lat": 40.2, "lng": -83.0, "name": "Ash"}}],
       "names": [{"lang": null, "types": ["acronym"], "value": "NC"},
         {"lang": "en", "types": ["ror_display", "label"], "value": "Northmoor College"},
         {"lang": null, "types": ["alias"], "value": "Northmoor Academy"},
         {"lang": "es", "types": ["label"], "value": "Colegio Northmoor"}],
       "relationships": [{"type": "successor", "id": "https://ror.org/0exmpl002", "label": "Ash University"},
         {"type": "parent", "id": "https://ror.org/0exmpl003", "label": "Ash System"}]},
      {"id": "https://ror.org/0exmpl004", "status": "active", "types": ["education"], "established": 1900,
       "domains": [], "links": [], "relationships": [],
       "locations": [{"geonames_id": 2, "geonames_details": {"country_code": "DE", "lat": 50.0, "lng": 8.0, "name": "Moor"}}],
       "names": [{"lang": "de", "types": ["ror_display", "label"], "value": "Universität Moor"}]},
      {"id": "https://ror.org/0exmpl005", "status": "withdrawn", "types": ["education"], "names": [], "locations": []},
      {"id": "https://ror.org/0exmpl006", "status": "active", "types": ["company"], "names": [], "locations": []}]"#;

    const V1: &str = r#"[
      {"id": "https://ror.org/0exmpl001", "name": "Northmoor College", "types": ["Education"], "status": "inactive",
       "established": 1925, "aliases": ["Northmoor Academy"], "acronyms": ["NC"],
       "labels": [{"iso639": "es", "label": "Colegio Northmoor"}], "links": ["https://www.northmoor.edu"],
       "country": {"country_code": "US", "country_name": "United States"},
       "addresses": [{"lat": 40.2, "lng": -83.0, "city": "Ash", "state": "Ohio", "state_code": "US-OH"}],
       "relationships": [{"type": "Successor", "id": "https://ror.org/0exmpl002", "label": "Ash University"}]},
      {"id": "https://ror.org/0exmpl004", "name": "Universität Moor", "types": ["Education"], "status": "active",
       "established": 1900, "aliases": [], "acronyms": [], "labels": [], "links": [],
       "country": {"country_code": "DE", "country_name": "Germany"}, "addresses": [], "relationships": []}]"#;

    #[test]
    fn both_schemas_say_the_same() {
        let northmoor = Listed {
            id: Some("ror:0exmpl001".into()),
            name: "Northmoor College".into(),
            aliases: vec!["Northmoor Academy".into(), "Colegio Northmoor".into()],
            domains: vec!["northmoor.edu".into()],
            country: Some("US".into()),
            state: Some("OH".into()),
            city: Some("Ash".into()),
            position: Some((40.2, -83.0)),
            opened: PartialDate::new(1925, None, None),
            successors: vec!["ror:0exmpl002".into()],
            ..Listed::default()
        };
        let moor = Listed {
            id: Some("ror:0exmpl004".into()),
            name: "Universität Moor".into(),
            country: Some("DE".into()),
            ..Listed::default()
        };
        let expected = [Fact::Listed(northmoor), Fact::Listed(moor)];
        assert_eq!(facts_of(&IMPORTER, V2.as_bytes()), expected);
        assert_eq!(facts_of(&IMPORTER, V1.as_bytes()), expected);
    }

    #[test]
    fn wrong_records_are_refused() {
        for (from, to, part) in [
            (
                "https://ror.org/0exmpl001",
                "10.1/0exmpl001",
                "record 1: id",
            ),
            (
                "\"country_code\": \"DE\"",
                "\"country_code\": \"Germany\"",
                "record 2: a country's code",
            ),
            ("Universität Moor", " ", "record 2: names"),
        ] {
            let refused = refusal_of(&IMPORTER, V2.replace(from, to).as_bytes());
            assert!(refused.contains(part), "{refused}");
        }
        let cut = &V2[..V2.len() / 2];
        let refused = refusal_of(&IMPORTER, cut.as_bytes());
        assert!(
            refused.starts_with("record 1: the file ends in the middle"),
            "{refused}"
        );
    }
}
