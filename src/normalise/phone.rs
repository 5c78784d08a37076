//! Phone numbers: E.164, country, and what the North American plan says of them.
//!
//! Numbers of the North American plan are read by our own code and table ([`Nanp`]), all others by
//! the `phonenumber` library. An extension is dropped; one glued on is not guessed.

mod abroad;
pub mod areas;
mod nanp;
mod written;

use phonenumber::country;

use crate::application::Application;
use crate::candidate::Seen;
use crate::normalise::contact::{Writing, writings};
use crate::normalise::{Settings, address, resume::Resume};

/// A number in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Phone {
    /// Where it stands: `phones[0]`, or `resume_text`.
    pub field: String,
    /// As written.
    pub raw: String,
    /// In which places it stands.
    pub seen: Seen,
    /// `+12127365000`; `None` when it is no number.
    pub e164: Option<String>,
    /// ISO 3166-1 code of the country that issued it.
    pub country: Option<&'static str>,
    /// What the numbering plan says, for numbers written as or parsed to +1.
    pub nanp: Option<Nanp>,
    /// Whether the number is one that can exist; `None` when the library and the input disagree.
    pub valid: Option<bool>,
}

/// A number of the North American Numbering Plan, NPA-NXX-line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nanp {
    /// Area code.
    pub npa: u16,
    /// Exchange.
    pub nxx: u16,
    /// Line number.
    pub line: u16,
    /// What no number of the plan can have.
    pub fault: Option<NanpFault>,
    /// Whether the area code is in service; `None` for faulty ones.
    pub assigned: Option<bool>,
    /// Toll-free, premium, personal or government.
    pub special: bool,
    /// Postal codes of the states or provinces the area code serves; empty when it has none.
    pub states: &'static [&'static str],
    /// IANA time zones the area code serves.
    pub zones: &'static [&'static str],
}

/// Faults that the form of the plan rules out (red-flags §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NanpFault {
    /// The area code starts with 0 or 1.
    AreaStart,
    /// The area code is N9X, kept for expansion.
    AreaReserved,
    /// The area code is N11.
    AreaService,
    /// The exchange starts with 0 or 1.
    ExchangeStart,
    /// The exchange is N11.
    ExchangeService,
    /// 555-0100 to 555-0199, kept for fiction.
    Fiction,
}

/// Where a number without a country code belongs: the United States unless an address says other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region(country::Id);

impl Default for Region {
    fn default() -> Self {
        Self(country::US)
    }
}

impl Region {
    /// The region of an ISO 3166-1 code.
    pub fn of(iso: &str) -> Option<Self> {
        abroad::region(iso).map(Self)
    }

    /// The region of an application: its address's country.
    pub fn of_application(application: &Application) -> Self {
        let Some(raw) = &application.address else {
            return Self::default();
        };
        let country = raw.country.as_deref().unwrap_or_default().trim();
        let iso = country.to_ascii_uppercase();
        (iso.len() == 2)
            .then(|| Self::of(&iso))
            .flatten()
            .or_else(|| address::read(raw).country.and_then(Self::of))
            .unwrap_or_default()
    }

    /// Whether the region dials by the North American plan.
    fn is_nanp(self) -> bool {
        use country::{
            AG, AI, AS, BB, BM, BS, CA, DM, DO, GD, GU, JM, KN, KY, LC, MP, MS, PR, SX, TC, TT, US,
            VC, VG, VI,
        };
        matches!(
            self.0,
            AG | AI
                | AS
                | BB
                | BM
                | BS
                | CA
                | DM
                | DO
                | GD
                | GU
                | JM
                | KN
                | KY
                | LC
                | MP
                | MS
                | PR
                | SX
                | TC
                | TT
                | US
                | VC
                | VG
                | VI
        )
    }
}

/// The numbers of an application: the form's in order, then further ones of the résumé. The same
/// writing in both is one item.
pub fn all(application: &Application, resume: Option<&Resume>, settings: &Settings) -> Vec<Phone> {
    let region = Region::of_application(application);
    let pieces = resume.map_or(&[][..], |resume| &resume.phones);
    writings("phones", &application.phones, pieces)
        .into_iter()
        .map(|Writing { field, raw, seen }| Phone {
            seen,
            ..read(&field, raw, region, settings)
        })
        .collect()
}

/// A number's normal form. `seen` is left for the caller.
pub fn read(field: &str, raw: &str, region: Region, settings: &Settings) -> Phone {
    let mut phone = Phone {
        field: field.to_owned(),
        raw: raw.to_owned(),
        valid: Some(false),
        ..Phone::default()
    };
    let Some(written) = written::read(raw, region.is_nanp()) else {
        return phone;
    };
    let digits = written.digits.as_str();
    let national = if written.international {
        digits.strip_prefix('1')
    } else if region.is_nanp() {
        Some(if digits.len() == 11 {
            digits.strip_prefix('1').unwrap_or(digits)
        } else {
            digits
        })
    } else {
        None
    };
    if let Some(national) = national {
        if let Some(nanp::Read { nanp, country }) = nanp::read(national, settings.fictional_numbers)
        {
            phone.e164 = Some(format!("+1{national}"));
            phone.country = country;
            phone.valid = Some(nanp.fault.is_none() && nanp.assigned == Some(true));
            phone.nanp = Some(nanp);
        }
    } else {
        let read = if written.international {
            abroad::international(digits)
        } else {
            abroad::national(digits, region.0)
        };
        if let Some(read) = read {
            phone.e164 = Some(read.e164);
            phone.country = read.country;
            phone.valid = read.valid;
        }
    }
    phone
}

#[cfg(test)]
mod tests;
