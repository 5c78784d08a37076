//! Dates as people give them: a year, a month or a day, kept as partial as they are.

/// A date of year, month or day precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialDate {
    /// 1900 to 2100.
    pub year: i16,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1 to 31, one the month has.
    pub day: Option<u8>,
}
