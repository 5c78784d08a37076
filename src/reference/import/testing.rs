//! Runs an importer over bytes.

use super::facts::Facts;
use super::file::Input;
use super::{Importer, Refused};
use crate::reference::Fact;

/// The vintage's year of what is read here.
pub(super) const YEAR: i16 = 2020;

fn run(importer: &Importer, bytes: &[u8]) -> Result<Vec<Fact>, Refused> {
    let mut read = Vec::new();
    let mut send = |part: String| {
        read.extend(serde_json::from_str::<Vec<Fact>>(&part).unwrap());
        true
    };
    let mut facts = Facts::new(YEAR, &mut send);
    importer.read(Input::new(Box::new(bytes)), &mut facts)?;
    Ok(read)
}

/// The facts of a file.
pub(super) fn facts_of(importer: &Importer, bytes: &[u8]) -> Vec<Fact> {
    run(importer, bytes).unwrap()
}

/// Why a file is refused.
pub(super) fn refusal_of(importer: &Importer, bytes: &[u8]) -> String {
    run(importer, bytes).unwrap_err().to_string()
}
