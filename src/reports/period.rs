//! The time that a report is on: a month, a quarter, a year, or days from one to another.

use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use crate::error::{Error, refused};

/// Quarters that stand beside each other in a report.
pub const QUARTERS: usize = 8;

/// The first year that a report may be on, and the last: dates that a source wrote may lie anywhere.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2200;

/// A period: whole days in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// `2026`, `2026-Q2`, `2026-05`; empty for days from one to another.
    pub word: String,
    /// The first day.
    pub first: Date,
    /// The day after the last.
    pub end: Date,
}

fn wrong(field: &'static str) -> impl Fn() -> Error {
    move || {
        refused(
            field,
            "a year, a quarter such as 2026-Q2, a month such as 2026-05, or days such as 2026-05-31 are wanted",
        )
    }
}

impl Period {
    /// The quarter of a day.
    pub fn quarter_of(day: Date) -> Self {
        let quarter = (day.month() - 1) / 3;
        let first = date(day.year(), quarter * 3 + 1, 1);
        Self {
            word: format!("{}-Q{}", day.year(), quarter + 1),
            first,
            end: first.saturating_add(3.months()),
        }
    }

    /// The month of a day.
    pub fn month_of(day: Date) -> Self {
        let first = day.first_of_month();
        Self {
            word: first.strftime("%Y-%m").to_string(),
            first,
            end: first.saturating_add(1.month()),
        }
    }

    /// The year of a day.
    pub fn year_of(day: Date) -> Self {
        let first = day.first_of_year();
        Self {
            word: day.year().to_string(),
            first,
            end: first.saturating_add(1.year()),
        }
    }

    /// Reads `2026`, `2026-Q2` and `2026-05`.
    pub fn of_word(word: &str) -> Result<Self, Error> {
        let wrong = wrong("period");
        let (year, rest) = word.split_once('-').unwrap_or((word, ""));
        let year: i16 = year
            .parse()
            .ok()
            .filter(|_| year.len() == 4)
            .ok_or_else(&wrong)?;
        if !YEARS.contains(&year) {
            return Err(wrong());
        }
        let day = |month: i8| Date::new(year, month, 1).map_err(|_| wrong());
        match rest.strip_prefix('Q') {
            Some(quarter) => match quarter {
                "1" | "2" | "3" | "4" => {
                    let quarter: i8 = quarter.parse().map_err(|_| wrong())?;
                    Ok(Self::quarter_of(day(quarter * 3 - 2)?))
                }
                _ => Err(wrong()),
            },
            None if rest.is_empty() => Ok(Self::year_of(day(1)?)),
            None if rest.len() == 2 => {
                Ok(Self::month_of(day(rest.parse().map_err(|_| wrong())?)?))
            }
            None => Err(wrong()),
        }
    }

    /// What was asked for: days win over a word, and without either it is the quarter of today.
    pub fn asked(word: &str, from: &str, to: &str, today: Date) -> Result<Self, Error> {
        if from.is_empty() && to.is_empty() {
            return match word {
                "" => Ok(Self::quarter_of(today)),
                word => Self::of_word(word),
            };
        }
        let day = |field: &'static str, text: &str, default: Date| match text {
            "" => Ok(default),
            text => text
                .parse::<Date>()
                .ok()
                .filter(|day| YEARS.contains(&day.year()))
                .ok_or_else(wrong(field)),
        };
        let first = day("from", from, date(*YEARS.start(), 1, 1))?;
        let end = day("to", to, today.saturating_add(1.day()))?;
        if first >= end {
            return Err(refused("to", "the period ends before it begins"));
        }
        let word = String::new();
        Ok(Self { word, first, end })
    }

    /// From its first moment to before its end.
    pub fn span(&self) -> (Timestamp, Timestamp) {
        let at = |day: Date| {
            let midnight = day.to_zoned(TimeZone::UTC);
            midnight.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp())
        };
        (at(self.first), at(self.end))
    }

    /// The period in words: `1 April 2026 to 30 June 2026`.
    pub fn words(&self) -> String {
        let last = self.end.yesterday().unwrap_or(self.end);
        let day = |day: Date| day.strftime("%-d %B %Y").to_string();
        format!("{} to {}", day(self.first), day(last))
    }

    /// The quarters up to and with the one in which it ends, the earliest first; one before them to compare with.
    pub fn quarters(&self) -> Vec<Self> {
        let last = Self::quarter_of(self.end.yesterday().unwrap_or(self.end));
        let mut quarters = vec![last];
        for _ in 0..QUARTERS {
            let first = quarters[quarters.len() - 1].first;
            quarters.push(Self::quarter_of(first.saturating_sub(3.months())));
        }
        quarters.reverse();
        quarters
    }

    /// Periods to choose from: this year's and those of two years before it.
    pub fn choices(today: Date) -> Vec<Self> {
        let back = |months: i32| today.first_of_month().saturating_sub(months.months());
        let quarters = (0..6).map(|n| Self::quarter_of(back(n * 3)));
        let months = (0..12).map(|n| Self::month_of(back(n)));
        let years = (0..3).map(|n| Self::year_of(back(n * 12)));
        quarters.chain(months).chain(years).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = date(2026, 11, 27);

    #[test]
    fn a_period_is_read_from_a_word_or_from_days() {
        for (asked, words, word) in [
            (
                ["", "", ""],
                "1 October 2026 to 31 December 2026",
                "2026-Q4",
            ),
            (
                ["2026-Q1", "", ""],
                "1 January 2026 to 31 March 2026",
                "2026-Q1",
            ),
            (
                ["2024-02", "", ""],
                "1 February 2024 to 29 February 2024",
                "2024-02",
            ),
            (
                ["2025", "", ""],
                "1 January 2025 to 31 December 2025",
                "2025",
            ),
            (
                ["2025", "2026-05-31", "2026-06-02"],
                "31 May 2026 to 1 June 2026",
                "",
            ),
            (
                ["", "2026-05-31", ""],
                "31 May 2026 to 27 November 2026",
                "",
            ),
        ] {
            let [period, from, to] = asked;
            let period = Period::asked(period, from, to, TODAY).unwrap();
            assert_eq!(
                (period.words().as_str(), period.word.as_str()),
                (words, word)
            );
            if !word.is_empty() {
                assert_eq!(Period::of_word(word).unwrap(), period);
            }
        }
        for asked in [
            ["2026-Q5", "", ""],
            ["2026-13", "", ""],
            ["26", "", ""],
            ["+026", "", ""],
            ["9999", "", ""],
            ["2026-5", "", ""],
            ["now", "", ""],
            ["", "2026-06-02", "2026-06-02"],
            ["", "31/05/2026", ""],
            ["", "-000001-01-01", ""],
        ] {
            let [period, from, to] = asked;
            assert!(Period::asked(period, from, to, TODAY).is_err(), "{asked:?}");
        }
    }

    #[test]
    fn quarters_end_with_that_of_the_period() {
        let quarters = Period::of_word("2026-05").unwrap().quarters();
        assert_eq!(quarters.len(), QUARTERS + 1);
        assert_eq!(quarters[0].word, "2024-Q2");
        assert_eq!(quarters[QUARTERS].word, "2026-Q2");
        for pair in quarters.windows(2) {
            assert_eq!(pair[0].end, pair[1].first);
        }
    }
}
