//! Facts as importers read them off the publishers' files and as the store keeps them.

use serde::{Deserialize, Serialize};

use super::{AwardLevel, Calendar};
use crate::candidate::PartialDate;

/// One fact of a set. Its year is its set's vintage.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// An institution is listed.
    Listed(Listed),
    /// How an American institution taught in the year.
    Taught(Taught),
    /// Degrees it awarded at one level in the year.
    Awarded(Awarded),
    /// Degrees that it is known to have awarded at one level, by a source with gaps: what is not
    /// there may have been awarded all the same.
    SomeAwarded(SomeAwarded),
    /// Families of programmes in which it awarded none, over years.
    NoneAwarded(NoneAwarded),
    /// A name on a list of diploma mills.
    Mill(Mill),
}

/// An institution as a directory lists it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Listed {
    /// The directory's own id, where it refers to others by it, with the directory's word before it:
    /// `dapip:101`, `ror:03yrm5c26`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// IPEDS unit id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unitid: Option<u32>,
    /// The name.
    pub name: String,
    /// Other names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Web or mail domains, lower case, without `www.`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub domains: Vec<String>,
    /// ISO 3166-1 alpha-2 code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Postal code of the American state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// Degrees north and east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<(f64, f64)>,
    /// When it opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened: Option<PartialDate>,
    /// When it closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<PartialDate>,
    /// What it became or was merged into: unit ids (`139755`) or the directory's own ids (`ror:…`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub successors: Vec<String>,
}

/// How an American institution taught in a year (IPEDS IC).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Taught {
    /// IPEDS unit id.
    pub unitid: u32,
    /// How it divided the year.
    pub calendar: Option<Calendar>,
    /// Levels it offered degrees at.
    pub levels: Vec<AwardLevel>,
}

/// Degrees of an American institution at one level in a year (IPEDS Completions).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Awarded {
    /// IPEDS unit id.
    pub unitid: u32,
    /// The level; `None` says only that the institution reported.
    pub level: Option<AwardLevel>,
    /// Four-digit CIP codes with at least one award, without the dot: 1107.
    pub codes: Vec<u16>,
}

/// Degrees of an American institution at one level in a year, from a source that leaves small numbers
/// out and tells of more than one year (College Scorecard).
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct SomeAwarded {
    /// The award year (2019-20 is 2020).
    pub year: i16,
    /// Where, at which level and in what.
    #[serde(flatten)]
    pub awarded: Awarded,
}

/// Two-digit CIP families without any award at a level in any of the years.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct NoneAwarded {
    /// IPEDS unit id.
    pub unitid: u32,
    /// The level.
    pub level: AwardLevel,
    /// First award year (2019-20 is 2020).
    pub first: i16,
    /// Last award year.
    pub last: i16,
    /// The families: 51.
    pub families: Vec<u8>,
}

/// A name on a list of diploma mills, with where it comes from.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Mill {
    /// The name.
    pub name: String,
    /// Other names.
    pub aliases: Vec<String>,
    /// Who lists it: `Oregon Office of Degree Authorization`.
    pub source: String,
    /// The day on which the source listed it.
    pub listed_on: Option<PartialDate>,
}
