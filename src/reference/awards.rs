//! Degrees that American institutions awarded, by field, level and year.
//!
//! Years are award years: 2020 is July 2019 to June 2020.

use std::collections::HashMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::fact::{Awarded, NoneAwarded};
use super::major::Fields;
use crate::normalise::education::Level;

/// Levels of degrees as the federal files count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum AwardLevel {
    Associate,
    Bachelor,
    Master,
    /// Research and other doctorates.
    Doctor,
    /// Law, medicine and the like: a first professional degree, or a professional doctorate.
    Professional,
}

impl AwardLevel {
    /// The level at which a degree is counted.
    pub const fn of(level: Level) -> Self {
        match level {
            Level::Associate => Self::Associate,
            Level::Bachelor => Self::Bachelor,
            Level::Master | Level::Mba => Self::Master,
            Level::Jd | Level::Md => Self::Professional,
            Level::Phd => Self::Doctor,
        }
    }

    /// The word used in messages: `bachelor's degree`.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Associate => "associate degree",
            Self::Bachelor => "bachelor's degree",
            Self::Master => "master's degree",
            Self::Doctor => "doctorate",
            Self::Professional => "professional degree",
        }
    }

    /// The level of an IPEDS award level code (`AWLEVEL`): `5`, `05`; `None` for certificates.
    pub fn of_code(code: &str) -> Option<Self> {
        Some(match code.trim().trim_start_matches('0') {
            "3" => Self::Associate,
            "5" => Self::Bachelor,
            "7" => Self::Master,
            "9" | "17" | "19" => Self::Doctor,
            "10" | "18" => Self::Professional,
            _ => return None,
        })
    }
}

/// Years as bits, from [`FIRST_YEAR`] on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Years(u64);

/// The first award year that can be kept.
const FIRST_YEAR: i16 = 1980;

impl Years {
    fn bit(year: i16) -> u64 {
        u32::try_from(year - FIRST_YEAR)
            .ok()
            .and_then(|bit| 1u64.checked_shl(bit))
            .unwrap_or_default()
    }

    fn add(&mut self, year: i16) {
        self.0 |= Self::bit(year);
    }

    const fn has(self, year: u64) -> bool {
        self.0 & year != 0
    }
}

/// Which families of programmes had no award, and in which years that is known.
#[derive(Clone, Debug)]
struct Without {
    years: RangeInclusive<i16>,
    /// Bit 51 for family 51.
    families: u128,
}

/// What the record says of a claim over some years.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Years of the span in which the record says nothing of the institution.
    pub years_missing: u8,
    /// Whether there was an award in any year of the span.
    pub awarded: bool,
    /// First and last year of the span of which the record speaks.
    pub known: Option<(i16, i16)>,
    /// Years of the span in which nothing at all was awarded in the whole families of the fields:
    /// a programme can be between two classes, a family of programmes hardly.
    pub series_years: u8,
    /// Whether the institution reports everybody, or many, under a general code, so that nothing
    /// follows from a field without awards.
    pub general: bool,
}

/// Codes of general studies: some institutions report every degree under one of them, and most
/// two-year colleges those of all who go on elsewhere.
const GENERAL: [u16; 4] = [2401, 3000, 3001, 3099];

/// An institution that awards degrees in more fields than this does not report them all under a
/// general code.
const FEW_FIELDS: u16 = 6;

/// The awards of all institutions.
#[derive(Clone, Debug, Default)]
pub struct Awards {
    /// Years in which an institution reported.
    reported: HashMap<u32, Years>,
    /// Years with an award, by institution, level and code.
    codes: HashMap<(u32, AwardLevel, u16), Years>,
    /// Years with any award at a level.
    levels: HashMap<(u32, AwardLevel), Years>,
    /// Awards known from a source that leaves small numbers out: presence counts, absence does not.
    partial: HashMap<(u32, AwardLevel, u16), Years>,
    without: HashMap<(u32, AwardLevel), Without>,
    /// Years with an award under a general code.
    general: HashMap<(u32, AwardLevel), Years>,
    /// How many fields there were awards in, over all years.
    variety: HashMap<(u32, AwardLevel), u16>,
}

impl Awards {
    /// Adds what a complete file says of one institution and level in a year.
    pub fn add(&mut self, awarded: &Awarded, year: i16) {
        let unitid = awarded.unitid;
        self.reported.entry(unitid).or_default().add(year);
        let Some(level) = awarded.level else { return };
        if awarded.codes.is_empty() {
            return;
        }
        self.levels.entry((unitid, level)).or_default().add(year);
        for &code in &awarded.codes {
            let years = self.codes.entry((unitid, level, code)).or_default();
            if *years == Years::default() {
                *self.variety.entry((unitid, level)).or_default() += 1;
            }
            years.add(year);
            if GENERAL.contains(&code) {
                self.general.entry((unitid, level)).or_default().add(year);
            }
        }
    }

    /// Adds what a file with gaps says.
    pub fn add_partial(&mut self, awarded: &Awarded, year: i16) {
        let Some(level) = awarded.level else { return };
        if !awarded.codes.is_empty() {
            let key = (awarded.unitid, level);
            self.levels.entry(key).or_default().add(year);
        }
        for &code in &awarded.codes {
            let key = (awarded.unitid, level, code);
            self.partial.entry(key).or_default().add(year);
        }
    }

    /// Adds families without awards.
    pub fn add_none(&mut self, none: &NoneAwarded) {
        let families = none.families.iter().filter(|family| **family < 128);
        let without = Without {
            years: none.first..=none.last,
            families: families.fold(0, |bits, family| bits | 1 << family),
        };
        self.without.insert((none.unitid, none.level), without);
    }

    /// Whether any of these institutions awarded degrees of a level in any of these fields, in any
    /// year of the span.
    ///
    /// They are an institution's unit id with those of its relatives ([`super::Related`]). A year
    /// is known when any of them reported in it, since whoever awards degrees must, or when lists
    /// of families without awards cover all of them.
    pub fn in_fields(
        &self,
        units: &[u32],
        level: AwardLevel,
        fields: &Fields,
        span: RangeInclusive<i16>,
    ) -> Record {
        let mut awarded = Years::default();
        for &unitid in units {
            for code in fields.codes() {
                for kept in [&self.codes, &self.partial] {
                    awarded.0 |= kept.get(&(unitid, level, code)).map_or(0, |years| years.0);
                }
            }
        }
        let without = self.without(units, level, fields);
        Record {
            general: self.is_general(units, level, span.clone()),
            ..self.over(units, awarded, without.as_ref(), span)
        }
    }

    /// Whether degrees in any field may have been reported under a general code.
    fn is_general(&self, units: &[u32], level: AwardLevel, span: RangeInclusive<i16>) -> bool {
        let years = span.fold(0, |bits, year| bits | Years::bit(year));
        units.iter().any(|&unitid| {
            let key = (unitid, level);
            let general = self.general.get(&key).is_some_and(|known| known.has(years));
            let few = || {
                self.variety
                    .get(&key)
                    .is_some_and(|fields| *fields <= FEW_FIELDS)
            };
            general && (level == AwardLevel::Associate || few())
        })
    }

    /// Whether any of these institutions awarded any degree of a level in any year of the span; as
    /// [`Awards::in_fields`].
    pub fn at_level(&self, units: &[u32], level: AwardLevel, span: RangeInclusive<i16>) -> Record {
        let years = |unitid: &u32| {
            self.levels
                .get(&(*unitid, level))
                .map_or(0, |years| years.0)
        };
        let awarded = Years(units.iter().map(years).fold(0, |all, years| all | years));
        self.over(units, awarded, None, span)
    }

    /// The years for which all of these institutions are known to have awarded nothing in the
    /// families of these fields.
    fn without(
        &self,
        units: &[u32],
        level: AwardLevel,
        fields: &Fields,
    ) -> Option<RangeInclusive<i16>> {
        let families = fields.families();
        if families == 0 {
            return None;
        }
        let of = |unitid: &u32| {
            let without = self.without.get(&(*unitid, level))?;
            (families & !without.families == 0).then(|| without.years.clone())
        };
        let (first, rest) = units.split_first()?;
        rest.iter().try_fold(of(first)?, |years, unitid| {
            let other = of(unitid)?;
            Some(*years.start().max(other.start())..=*years.end().min(other.end()))
        })
    }

    fn over(
        &self,
        units: &[u32],
        awarded: Years,
        without: Option<&RangeInclusive<i16>>,
        span: RangeInclusive<i16>,
    ) -> Record {
        let reported = |unitid: &u32| self.reported.get(unitid).map_or(0, |years| years.0);
        let reported = Years(units.iter().map(reported).fold(0, |all, years| all | years));
        let mut record = Record {
            years_missing: 0,
            awarded: false,
            known: None,
            series_years: 0,
            general: false,
        };
        for year in span {
            let bit = Years::bit(year);
            record.awarded |= awarded.has(bit);
            let none = without.is_some_and(|years| years.contains(&year));
            record.series_years = record.series_years.saturating_add(u8::from(none));
            if none || reported.has(bit) {
                record.known = Some((record.known.map_or(year, |(first, _)| first), year));
            } else {
                record.years_missing = record.years_missing.saturating_add(1);
            }
        }
        record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn awarded(level: Option<AwardLevel>, codes: &[u16]) -> Awarded {
        Awarded {
            unitid: 1,
            level,
            codes: codes.to_vec(),
        }
    }

    #[test]
    fn a_field_without_awards_in_all_known_years_is_told_from_an_unknown_one() {
        let bachelor = AwardLevel::Bachelor;
        let mut awards = Awards::default();
        for year in 2014..=2018 {
            awards.add(&awarded(Some(bachelor), &[1107]), year);
        }
        awards.add(&awarded(Some(bachelor), &[5138]), 2018);
        let nursing = Fields::of_codes([5138, 5116]);
        let computing = Fields::of_codes([1107]);
        let cases = [
            (&nursing, 2013..=2017, 1, false),
            (&nursing, 2014..=2017, 0, false),
            (&nursing, 2014..=2018, 0, true),
            (&computing, 2014..=2018, 0, true),
            (&computing, 2019..=2021, 3, false),
        ];
        for (fields, span, years_missing, awarded) in cases {
            let case = format!("{fields:?} {span:?}");
            let record = awards.in_fields(&[1], bachelor, fields, span);
            let found = (record.years_missing, record.awarded);
            assert_eq!(found, (years_missing, awarded), "{case}");
        }
        let masters = awards.at_level(&[1], AwardLevel::Master, 2014..=2018);
        assert_eq!((masters.years_missing, masters.awarded), (0, false));
        assert!(awards.at_level(&[1], bachelor, 2014..=2014).awarded);
        assert_eq!(
            awards.at_level(&[2], bachelor, 2014..=2015).years_missing,
            2
        );
        let no_field = awards.in_fields(&[1], bachelor, &Fields::default(), 2020..=2020);
        assert_eq!(no_field.years_missing, 1);
    }

    #[test]
    fn what_one_campus_awarded_counts_for_all() {
        let bachelor = AwardLevel::Bachelor;
        let mut awards = Awards::default();
        awards.add(&awarded(Some(bachelor), &[1107]), 2018);
        let other = Awarded {
            unitid: 2,
            ..awarded(Some(bachelor), &[5138])
        };
        awards.add(&other, 2018);
        let nursing = Fields::of_codes([5138]);
        let of = |units: &[u32]| awards.in_fields(units, bachelor, &nursing, 2018..=2018);
        assert!(!of(&[1]).awarded && of(&[1, 2]).awarded);
        assert_eq!(of(&[3, 1]).years_missing, 0, "1 stands for 3's year");
        assert_eq!(of(&[]).years_missing, 1);
        let without = |unitid, last| NoneAwarded {
            unitid,
            level: bachelor,
            first: 2010,
            last,
            families: vec![13, 51],
        };
        awards.add_none(&without(1, 2016));
        let missing = |awards: &Awards, units: &[u32]| {
            let record = awards.in_fields(units, bachelor, &nursing, 2014..=2016);
            record.years_missing
        };
        assert_eq!(missing(&awards, &[1]), 0);
        assert_eq!(missing(&awards, &[1, 2]), 3);
        awards.add_none(&without(2, 2015));
        assert_eq!(missing(&awards, &[1, 2]), 1);
    }

    #[test]
    fn families_without_awards_count_only_if_they_hold_the_whole_field() {
        let bachelor = AwardLevel::Bachelor;
        let mut awards = Awards::default();
        awards.add_none(&NoneAwarded {
            unitid: 1,
            level: bachelor,
            first: 2012,
            last: 2018,
            families: vec![51, 13],
        });
        let years_missing = |fields: &Fields, span| {
            let record = awards.in_fields(&[1], bachelor, fields, span);
            assert!(!record.awarded);
            record.years_missing
        };
        assert_eq!(years_missing(&Fields::of_codes([5138]), 2014..=2018), 0);
        assert_eq!(years_missing(&Fields::of_codes([5138]), 2017..=2020), 2);
        assert_eq!(
            years_missing(&Fields::of_codes([5138, 2601]), 2014..=2018),
            5
        );
        let nursing = Fields::of_codes([5138]);
        let record = awards.in_fields(&[1], bachelor, &nursing, 2016..=2020);
        assert_eq!((record.series_years, record.known), (3, Some((2016, 2018))));
    }

    #[test]
    fn nothing_follows_where_everybody_is_reported_under_a_general_code() {
        let (associate, bachelor) = (AwardLevel::Associate, AwardLevel::Bachelor);
        let general = |level, codes: &[u16]| {
            let mut awards = Awards::default();
            awards.add(&awarded(Some(level), codes), 2018);
            let nursing = Fields::of_codes([5138]);
            awards.in_fields(&[1], level, &nursing, 2016..=2020).general
        };
        assert!(general(bachelor, &[2401]));
        assert!(general(bachelor, &[3099, 1107]));
        assert!(!general(bachelor, &[1107]));
        let many = [2401, 1107, 2601, 2701, 4005, 4201, 4506];
        assert!(!general(bachelor, &many));
        assert!(general(associate, &many));
    }

    #[test]
    fn a_source_with_gaps_can_only_say_that_there_were_awards() {
        let mut awards = Awards::default();
        awards.add_partial(&awarded(Some(AwardLevel::Master), &[1107]), 2018);
        let record = |code: u16| {
            awards.in_fields(
                &[1],
                AwardLevel::Master,
                &Fields::of_codes([code]),
                2018..=2018,
            )
        };
        for (code, awarded) in [(1107, true), (5138, false)] {
            let found = record(code);
            assert_eq!((found.years_missing, found.awarded), (1, awarded), "{code}");
            assert_eq!(found.known, None);
        }
        assert!(
            awards
                .at_level(&[1], AwardLevel::Master, 2018..=2018)
                .awarded
        );
    }

    #[test]
    fn award_levels_have_their_codes() {
        for (code, level) in [
            ("05", Some(AwardLevel::Bachelor)),
            ("5", Some(AwardLevel::Bachelor)),
            (" 17", Some(AwardLevel::Doctor)),
            ("18", Some(AwardLevel::Professional)),
            ("06", None),
            ("", None),
        ] {
            assert_eq!(AwardLevel::of_code(code), level, "{code}");
        }
    }
}
