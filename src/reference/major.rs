//! Fields of study as people write them, to sets of CIP codes.
//!
//! The Classification of Instructional Programs (NCES) has families of two digits, `51`, and
//! programmes of four, `51.38`. One field is reported under several codes, by institution and by
//! edition of the classification: a field is a *set* of them.

use std::collections::HashMap;
use std::sync::LazyLock;

/// A field of study that was recognised.
#[derive(Clone, Debug, PartialEq)]
pub struct Major {
    /// Its usual name: `nursing`.
    pub name: &'static str,
    /// The codes under which its awards may be reported.
    pub fields: Fields,
    /// 0 to 1: how sure it is that this is what was meant.
    pub confidence: f64,
}

/// A set of CIP programmes of four digits and families of two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// Codes without the dot, rising: 5138.
    codes: Vec<u16>,
}

impl Fields {
    /// The set of these codes, without the dot: 5138.
    pub fn of_codes(codes: impl IntoIterator<Item = u16>) -> Self {
        let mut codes: Vec<u16> = codes.into_iter().collect();
        codes.sort_unstable();
        codes.dedup();
        Self { codes }
    }

    /// The codes, rising.
    pub fn codes(&self) -> impl Iterator<Item = u16> + '_ {
        self.codes.iter().copied()
    }

    /// The families as bits: bit 51 for family 51.
    pub fn families(&self) -> u128 {
        self.codes
            .iter()
            .map(|code| code / 100)
            .filter(|family| *family < 128)
            .fold(0, |bits, family| bits | 1 << family)
    }
}

/// The number of a code with its dot: 5138 of `51.38`.
pub fn code(text: &str) -> Option<u16> {
    let (family, programme) = text.trim().split_once('.')?;
    let digits = |part: &str| part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(family) || !digits(programme) {
        return None;
    }
    Some(family.parse::<u16>().ok()? * 100 + programme.parse::<u16>().ok()?)
}

/// The field of study of a text as people write it; `None` where nothing, or nothing sure, was
/// recognised.
pub fn look_up(written: &str) -> Option<Major> {
    let key = super::matching::key(written)?;
    let (name, fields) = BY_NAME.get(&key)?;
    Some(Major {
        name,
        fields: fields.clone(),
        confidence: 1.0,
    })
}

static BY_NAME: LazyLock<HashMap<String, (&'static str, Fields)>> = LazyLock::new(HashMap::new);
