//! Dates as people give them: a year, a month or a day, kept as partial as they are.
//!
//! [`PartialDate::parse`] is the contract's form and says what is wrong with
//! anything else; [`PartialDate::in_text`] reads what résumés and exports write.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A date of year, month or day precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    /// 1900 to 2100.
    pub year: i16,
    /// 1 to 12.
    pub month: Option<u8>,
    /// 1 to 31, one the month has.
    pub day: Option<u8>,
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.to_string()
    }
}

impl TryFrom<String> for PartialDate {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        Self::parse(&text)
    }
}

/// What is wrong with a date; it reads as the reason of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Another form than the contract's.
    #[error("{0}: write YYYY, YYYY-MM or YYYY-MM-DD")]
    Form(String),
    /// A year that no living person's record holds.
    #[error("{0}: years go from 1900 to 2100")]
    Year(String),
    /// A month outside 1 to 12.
    #[error("{0}: no month {1}")]
    Month(String, u8),
    /// A day that the month does not have.
    #[error("{0}: no such day")]
    Day(String),
}

/// Years that a record can hold.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;

/// More pieces than a date can have.
const PIECES: usize = 6;

impl PartialDate {
    /// A date of these parts, if there is one.
    pub fn new(year: i16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        if !YEARS.contains(&year) {
            return None;
        }
        match (month, day) {
            (None, Some(_)) => return None,
            (Some(month), _) if !(1..=12).contains(&month) => return None,
            (Some(month), Some(day)) if day == 0 || day > days_in(year, month) => return None,
            _ => {}
        }
        Some(Self { year, month, day })
    }

    /// Reads the contract's form: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, and nothing else.
    pub fn parse(text: &str) -> Result<Self, DateError> {
        let form = || DateError::Form(quoted(text));
        let (year, month, day) = match text.as_bytes() {
            y if y.len() == 4 => (number(y), None, None),
            [y @ .., b'-', m1, m2] if y.len() == 4 => (number(y), Some([*m1, *m2]), None),
            [y @ .., b'-', m1, m2, b'-', d1, d2] if y.len() == 4 => {
                (number(y), Some([*m1, *m2]), Some([*d1, *d2]))
            }
            _ => return Err(form()),
        };
        let two = |digits: Option<[u8; 2]>| match digits {
            None => Ok(None),
            Some(digits) => {
                let value = number(&digits).and_then(|n| u8::try_from(n).ok());
                value.map(Some).ok_or_else(form)
            }
        };
        let (year, month, day) = (year.ok_or_else(form)?, two(month)?, two(day)?);
        if !YEARS.contains(&year) {
            return Err(DateError::Year(quoted(text)));
        }
        if let Some(month) = month.filter(|m| !(1..=12).contains(m)) {
            return Err(DateError::Month(quoted(text), month));
        }
        Self::new(year, month, day).ok_or_else(|| DateError::Day(quoted(text)))
    }

    /// Reads a date as résumés and exports write it: `Sep 2012`, `September 5, 2012`, `09/2012`,
    /// `2012.09`, `Sep '12`, `Fall 2012` (a season is kept as its year), `2012-09-05T10:00:00Z`.
    ///
    /// The whole text must be the date. Where day and month could be either, only the year is kept.
    /// `Present` and its like are no date: see [`is_now`].
    pub fn in_text(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = match text.split_once(['T', ' ']) {
            // A time of day follows a full date.
            Some((date, time)) if time.contains(':') => date,
            _ => text,
        };
        if let Ok(date) = Self::parse(text) {
            return Some(date);
        }
        let mut pieces = [Piece::Season; PIECES];
        let mut count = 0;
        for word in text
            .split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’')
            .filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("of"))
        {
            *pieces.get_mut(count)? = Piece::read(word)?;
            count += 1;
        }
        match &pieces[..count] {
            [Piece::Season, Piece::Year(y)] | [Piece::Year(y), Piece::Season] => {
                Self::new(*y, None, None)
            }
            [Piece::Year(y)] => Self::new(*y, None, None),
            [Piece::Month(m) | Piece::Small(m), Piece::Year(y)]
            | [Piece::Year(y), Piece::Month(m) | Piece::Small(m)] => Self::new(*y, Some(*m), None),
            [Piece::Month(m), Piece::Small(d), Piece::Year(y)]
            | [Piece::Small(d), Piece::Month(m), Piece::Year(y)]
            | [
                Piece::Year(y),
                Piece::Month(m) | Piece::Small(m),
                Piece::Small(d),
            ] => Self::new(*y, Some(*m), Some(*d)),
            [Piece::Small(a), Piece::Small(b), Piece::Year(y)] => match (*a > 12, *b > 12) {
                (true, false) => Self::new(*y, Some(*b), Some(*a)),
                (false, true) => Self::new(*y, Some(*a), Some(*b)),
                (false, false) if a == b => Self::new(*y, Some(*a), Some(*a)),
                (false, false) => Self::new(*y, None, None),
                (true, true) => None,
            },
            _ => None,
        }
    }

    /// The first month it can mean, counted from year 0.
    pub fn first_month(self) -> i32 {
        i32::from(self.year) * 12 + self.month.map_or(0, |m| i32::from(m) - 1)
    }

    /// The last month it can mean, counted from year 0.
    pub fn last_month(self) -> i32 {
        i32::from(self.year) * 12 + self.month.map_or(11, |m| i32::from(m) - 1)
    }

    /// Months from this date to a later one: the fewest and the most that both can mean.
    /// Negative where the other is earlier.
    pub fn months_to(self, later: Self) -> (i32, i32) {
        (
            later.first_month() - self.last_month(),
            later.last_month() - self.first_month(),
        )
    }

    /// Months from this date to a later one, the fewest and the most, neither below 0; `None` where
    /// the other is surely the earlier one, so that nothing lies between them.
    pub fn months_until(self, later: Self) -> Option<(i32, i32)> {
        let (fewest, most) = self.months_to(later);
        (most >= 0).then(|| (fewest.max(0), most))
    }

    /// Months that two dates are apart at least, whichever is earlier; 0 where they can be the same month.
    pub fn months_apart(self, other: Self) -> i32 {
        let (fewest, most) = self.months_to(other);
        fewest.max(-most).max(0)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

/// Whether a text says that something goes on: `Present`, `current`, `to date`.
pub fn is_now(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "present",
        "current",
        "currently",
        "now",
        "today",
        "ongoing",
        "to date",
        "to present",
        "till date",
        "till now",
    ];
    let text = text.trim_matches(|c: char| !c.is_alphabetic());
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A part of a written date.
#[derive(Clone, Copy)]
enum Piece {
    /// Four digits, or two after an apostrophe.
    Year(i16),
    /// A month by name.
    Month(u8),
    /// One or two digits: a month or a day.
    Small(u8),
    /// A season or term: says nothing of the month.
    Season,
}

impl Piece {
    fn read(word: &str) -> Option<Self> {
        const SEASONS: [&str; 6] = ["spring", "summer", "fall", "autumn", "winter", "class"];
        if let Some(short) = word.strip_prefix(['\'', '’']) {
            let short = number(short.as_bytes()).filter(|_| short.len() == 2)?;
            return Some(Self::Year(if short < 50 { 2000 } else { 1900 } + short));
        }
        let word = word.trim_end_matches(['\'', '’']);
        let digits = match word.len() {
            // 1st, 22nd, 3rd, 5th
            3 | 4 if ends_as_ordinal(word) => &word[..word.len() - 2],
            _ => word,
        };
        if let Some(value) = number(digits.as_bytes()) {
            return match digits.len() {
                4 => Some(Self::Year(value)),
                1 | 2 => u8::try_from(value).ok().map(Self::Small),
                _ => None,
            };
        }
        if let Some(month) = month_named(word) {
            return Some(Self::Month(month));
        }
        let season = SEASONS.iter().any(|s| word.eq_ignore_ascii_case(s));
        season.then_some(Self::Season)
    }
}

fn ends_as_ordinal(word: &str) -> bool {
    word.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && word.is_ascii()
        && ["st", "nd", "rd", "th"]
            .iter()
            .any(|end| word[word.len() - 2..].eq_ignore_ascii_case(end))
}

/// The month of an English name or its abbreviation of at least three letters.
fn month_named(word: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if word.len() < 3 {
        return None;
    }
    (1..)
        .zip(MONTHS)
        .find(|(_, name)| {
            name.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        })
        .map(|(month, _)| month)
}

/// ASCII digits, at most four, as a number.
fn number(digits: &[u8]) -> Option<i16> {
    if digits.is_empty() || digits.len() > 4 {
        return None;
    }
    digits.iter().try_fold(0, |value, digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + i16::from(digit - b'0'))
    })
}

fn days_in(year: i16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 31,
    }
}

/// A value short enough for a message.
fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_takes_three_forms_and_says_what_is_wrong_with_others() {
        for text in [
            "2016",
            "2016-05",
            "2016-05-31",
            "2016-02-29",
            "1900",
            "2100-12",
        ] {
            assert_eq!(PartialDate::parse(text).unwrap().to_string(), text);
        }
        for (text, why) in [
            ("2016-13", "2016-13: no month 13"),
            ("2016-00", "2016-00: no month 0"),
            (
                "31/02/2016",
                "31/02/2016: write YYYY, YYYY-MM or YYYY-MM-DD",
            ),
            ("2016-02-30", "2016-02-30: no such day"),
            ("2015-02-29", "2015-02-29: no such day"),
            ("2016-05-00", "2016-05-00: no such day"),
            ("1899", "1899: years go from 1900 to 2100"),
            ("2016-5", "2016-5: write YYYY, YYYY-MM or YYYY-MM-DD"),
            ("2016-+1", "2016-+1: write YYYY, YYYY-MM or YYYY-MM-DD"),
            (" 2016", " 2016: write YYYY, YYYY-MM or YYYY-MM-DD"),
            ("", ": write YYYY, YYYY-MM or YYYY-MM-DD"),
            ("２０１６", "２０１６: write YYYY, YYYY-MM or YYYY-MM-DD"),
        ] {
            assert_eq!(PartialDate::parse(text).unwrap_err().to_string(), why);
        }
        let long = PartialDate::parse(&"9".repeat(1_000_000)).unwrap_err();
        assert!(long.to_string().len() < 100);
    }

    #[test]
    fn written_dates_are_read_as_far_as_they_are_certain() {
        for (text, read) in [
            ("Sep 2012", "2012-09"),
            ("Sept. 2012", "2012-09"),
            ("September 2012", "2012-09"),
            ("SEPTEMBER, 2012", "2012-09"),
            ("2012 September", "2012-09"),
            ("Sep '12", "2012-09"),
            ("May ’98", "1998-05"),
            ("09/2012", "2012-09"),
            ("9/2012", "2012-09"),
            ("2012/09", "2012-09"),
            ("2012.09", "2012-09"),
            ("2012-9", "2012-09"),
            ("2012-09-05T10:00:00Z", "2012-09-05"),
            ("2012-09-05 10:00", "2012-09-05"),
            ("September 5th, 2012", "2012-09-05"),
            ("5 September 2012", "2012-09-05"),
            ("13/02/2016", "2016-02-13"),
            ("02/13/2016", "2016-02-13"),
            ("05/09/2012", "2012"),
            ("Fall 2012", "2012"),
            ("Class of 2012", "2012"),
            (" 2012 ", "2012"),
        ] {
            let date = PartialDate::in_text(text);
            assert_eq!(date.map(|d| d.to_string()).as_deref(), Some(read), "{text}");
        }
        for text in [
            "",
            "Present",
            "2012 - 2016",
            "31/02/2016",
            "13/2012",
            "Room 2012",
            "12345",
            "ma 2012",
            "32/13/2016",
            "1 2 3 4 5 6 7 8",
            "Sep",
            "Fall",
            "’",
            "'1",
        ] {
            assert_eq!(PartialDate::in_text(text), None, "{text}");
        }
        assert_eq!(PartialDate::in_text(&"1/".repeat(500_000)), None);
    }

    #[test]
    fn what_goes_on_is_not_a_date() {
        for text in ["Present", "present.", "(Current)", "NOW", "to date"] {
            assert!(is_now(text), "{text}");
        }
        for text in ["", "2012", "Presentation", "nowhere"] {
            assert!(!is_now(text), "{text}");
        }
    }

    #[test]
    fn months_are_counted_between_what_both_dates_can_mean() {
        let date = |text| PartialDate::parse(text).unwrap();
        assert_eq!(date("2016-08").months_to(date("2018-05")), (21, 21));
        assert_eq!(date("2016").months_to(date("2018")), (13, 35));
        assert_eq!(date("2016-12").months_to(date("2016")), (-11, 0));
        assert_eq!(date("2016-01").months_apart(date("2016-05")), 4);
        assert_eq!(date("2016-05").months_apart(date("2016-01")), 4);
        assert_eq!(date("2016").months_apart(date("2016-05")), 0);
        assert_eq!(date("2017").months_apart(date("2016-05")), 8);
    }
}
