//! Which studies are told as one whole degree that one school awarded.

use crate::candidate::{Education, PartialDate};
use crate::normalise::education::Level;
use crate::normalise::text::says;
use crate::reference::AwardLevel;

/// Whether a study is told as one whole degree of one school that was finished.
pub(super) fn finished(study: &Education, this_month: i32) -> bool {
    const NOT_WHOLE: [&str; 43] = [
        "expected",
        "anticipated",
        "pursuing",
        "ongoing",
        "candidate",
        "incomplete",
        "unfinished",
        "abd",
        "withdrew",
        "withdrawn",
        "left",
        "transfer",
        "transferred",
        "coursework",
        "courses",
        "credits",
        "exchange",
        "visiting",
        "abroad",
        "nondegree",
        "certificate",
        "joint",
        "jointly",
        "dual",
        "consortium",
        "partnership",
        "certification",
        "prerequisite",
        "prerequisites",
        "semester",
        "summer",
        "dropped",
        "uncompleted",
        "progress",
        "attended",
        "coursera",
        "edx",
        "partial",
        "partially",
        "audit",
        "audited",
        "nano",
        "nanodegree",
    ];
    let over = |end: PartialDate| end.last_month() <= this_month;
    study.end.is_some_and(over) && !says(&study.raw, &NOT_WHOLE)
}

/// Whether a first degree went on at another school: the second one awarded it.
pub(super) fn moved_on(study: &Education, all: &[Education]) -> bool {
    const MONTHS_BETWEEN: i32 = 15;
    let first = |level: Option<Level>| {
        level
            .map(AwardLevel::of)
            .filter(|level| matches!(level, AwardLevel::Associate | AwardLevel::Bachelor))
    };
    let (Some(level), Some(start), Some(end)) = (first(study.level), study.start, study.end) else {
        return false;
    };
    all.iter().any(|other| {
        let (Some(begun), Some(done)) = (other.start, other.end) else {
            return false;
        };
        first(other.level) == Some(level)
            && other.institution != study.institution
            && begun.first_month() > start.last_month()
            && done.first_month() > end.last_month()
            && begun.first_month() - end.last_month() <= MONTHS_BETWEEN
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::base;

    fn study(claim: [&str; 4]) -> Education {
        crate::signals::testing::study(claim, base::shipped())
    }

    const NORTH: &str = "Northmoor University";
    const SOUTH: &str = "Southmoor College";

    #[test]
    fn only_what_is_told_as_a_whole_degree_and_over_is_finished() {
        const JUNE_2026: i32 = 2026 * 12 + 5;
        for (degree, end, expected) in [
            ("Bachelor", "2016-05", true),
            ("Bachelor", "2026-06", true),
            ("Bachelor", "2025", true),
            ("Bachelor", "2026", false),
            ("Bachelor", "2028-05", false),
            ("Bachelor", "present", false),
            ("Bachelor (expected)", "2026-05", false),
            ("Joint Bachelor", "2016-05", false),
            ("PhD candidate", "2016-05", false),
            ("Bachelor, transferred", "2014", false),
        ] {
            let study = study([NORTH, degree, "2012", end]);
            assert_eq!(finished(&study, JUNE_2026), expected, "{degree}, {end}");
        }
    }

    #[test]
    fn a_first_degree_that_went_on_elsewhere_was_not_awarded_here() {
        let first = study([SOUTH, "Bachelor", "2010-08", "2012-05"]);
        let cases = [
            ([NORTH, "Bachelor", "2012-08", "2014-05"], true),
            ([NORTH, "Bachelor", "2015-08", "2018-05"], false),
            ([NORTH, "Master", "2012-08", "2014-05"], false),
            ([NORTH, "Bachelor", "2008-08", "2010-05"], false),
            ([NORTH, "Bachelor", "2010", "2012"], false),
            ([SOUTH, "Bachelor", "2012", "2014"], false),
        ];
        for (then, moved) in cases {
            let both = [first.clone(), study(then)];
            assert_eq!(moved_on(&both[0], &both), moved, "{then:?}");
        }
    }
}
