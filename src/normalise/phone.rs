//! Phone numbers: E.164, country, and what the North American plan says of them.

use crate::application::Application;
use crate::candidate::Seen;
use crate::normalise::{Settings, resume::Resume};

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

/// The numbers of an application, the form's first.
pub fn all(
    _application: &Application,
    _resume: Option<&Resume>,
    _settings: Settings,
) -> Vec<Phone> {
    Vec::new()
}
