//! Studies on a campus beside other studies, or jobs on site, far away at the same time.
//!
//! Beside a job stand only studies towards an associate's or a bachelor's degree: many a campus teaches its
//! master's and doctoral students online (Georgia Tech, UT Austin, Illinois), and nobody writes that.

use super::{Column, Kind, Row, Shape, Signal, Subject, Value};
use crate::candidate::{Education, PartialDate, Work};
use crate::normalise::education::Level;
use crate::reference::{Reference, distance_km};

pub(super) const SIGNAL: Signal = Signal {
    name: "education.overlaps",
    about: "Pairs of a campus study with another, or of one below the master's with a full-time job on site of a year or more, at the same time",
    shape: Shape::Rows(&COLUMNS),
    needs: &[],
    read,
};

const COLUMNS: [Column; 4] = [
    Column::new("other", "The other study or job as written", Kind::Quote),
    Column::new("with", "study or job", Kind::Text),
    Column::new(
        "months",
        "Months of overlap that the dates make certain, those of March 2020 to August 2021 left out",
        Kind::Number,
    ),
    Column::new("km", "Kilometres between the two places", Kind::Number),
];

/// Campuses were shut and everybody studied from home in these months (red-flags, `edu.overlap_far`):
/// the first, and the first after them, counted from year 0.
const SHUT: std::ops::Range<i32> = (2020 * 12 + 2)..(2021 * 12 + 8);

/// Months a job must last to count beside a study.
const JOB_MONTHS: i32 = 12;

/// Pairs are made of at most so many studies and jobs.
const MOST: usize = 40;

/// Institutions that teach mostly at a distance, whatever their calendar, or whose students at a distance
/// bear the name of the campus: unit ids of all their listed parts (IPEDS HD2011 to HD2024). Where
/// their students were is not known from where the school lies.
const AT_A_DISTANCE: [&[u32]; 35] = [
    // American InterContinental University.
    &[438_586, 438_601, 445_027, 445_133],
    // American Public University System.
    &[449_339],
    // Arizona State University, on campus and digital.
    &[104_151, 483_124],
    // Ashford University, now the University of Arizona Global Campus.
    &[154_022],
    // Aspen University.
    &[454_829],
    // Capella University.
    &[413_413],
    // Charter Oak State College.
    &[128_780],
    // Colorado State University Global.
    &[476_975],
    // Colorado Technical University.
    &[126_827, 402_615, 409_838, 430_087, 444_158],
    // Columbia Southern University.
    &[450_933],
    // DeVry University.
    &[
        104_531, 113_607, 139_533, 144_759, 144_777, 146_384, 177_162, 184_269, 202_541, 224_402,
        238_935, 366_702, 366_757, 419_536, 420_972, 432_199, 432_214, 437_343, 437_361, 439_163,
        439_330, 440_536, 440_545, 440_572, 440_581, 440_590, 441_159, 442_365, 442_824, 443_988,
        443_997, 444_033, 445_407, 447_485, 448_877, 450_508, 450_517, 454_209, 462_080, 462_099,
        462_105, 462_114, 462_123, 462_132, 462_141, 462_150, 462_169, 462_178, 462_187, 462_196,
        462_202, 462_211, 462_220, 482_413, 482_422, 482_431, 482_440, 482_459, 482_468, 482_477,
        482_486, 482_495, 482_501, 482_510, 482_529, 482_538, 482_547, 482_556, 482_565, 482_574,
        482_583, 482_592, 482_608, 482_617, 482_635, 482_644, 482_653, 482_662, 482_671,
    ],
    // Embry-Riddle Aeronautical University-Worldwide.
    &[426_314],
    // Empire State University.
    &[196_264],
    // Excelsior University.
    &[196_680],
    // Full Sail University.
    &[134_237],
    // Grand Canyon University.
    &[104_717],
    // Grantham University.
    &[442_569],
    // Indiana Wesleyan University-National & Global.
    &[488_679],
    // Liberty University.
    &[232_557],
    // National University.
    &[119_605],
    // Northcentral University.
    &[444_130],
    // Pennsylvania State University-World Campus.
    &[479_956],
    // Purdue University Global, before it Kaplan University.
    &[
        153_409, 153_418, 160_940, 162_681, 181_242, 181_400, 260_901, 260_910, 367_024, 445_416,
        456_384, 480_064, 489_779,
    ],
    // Southern New Hampshire University.
    &[183_026],
    // Strayer University.
    &[
        131_803, 233_684, 430_184, 443_766, 443_784, 449_038, 450_298, 450_377, 453_127, 453_163,
        453_215, 456_621, 456_630, 456_667, 458_885, 458_919, 458_937, 458_955, 458_964, 458_973,
        459_994, 475_875, 475_884, 477_011, 477_020, 481_580,
    ],
    // Thomas Edison State University.
    &[187_046],
    // Touro University Worldwide.
    &[459_727],
    // Trident University International.
    &[450_979],
    // University of Arkansas System eVersity.
    &[493_725],
    // University of Florida-Online.
    &[484_473],
    // University of Maryland Global Campus.
    &[163_204],
    // University of Phoenix.
    &[
        105_516, 372_213, 372_222, 380_465, 382_063, 405_979, 405_988, 405_997, 406_006, 406_015,
        416_962, 419_509, 420_042, 421_009, 421_018, 432_223, 432_232, 432_241, 434_946, 434_955,
        434_964, 434_973, 434_982, 434_991, 438_382, 438_416, 438_610, 438_629, 439_279, 439_297,
        440_420, 440_439, 440_448, 440_457, 440_466, 442_143, 442_152, 442_161, 442_170, 442_189,
        443_456, 443_465, 443_474, 443_544, 443_881, 443_890, 443_906, 443_924, 445_300, 445_319,
        445_391, 445_717, 446_701, 446_710, 446_729, 446_738, 446_747, 446_756, 446_765, 447_652,
        447_661, 448_521, 448_530, 448_549, 448_558, 448_567, 448_822, 448_831, 450_456, 450_474,
        450_483, 450_492, 462_390, 462_406, 474_702, 474_951, 474_960, 474_979, 479_770, 484_613,
        484_622, 484_631, 484_640, 484_668, 484_677, 484_686, 484_695, 484_701, 484_710, 484_729,
        484_738, 484_747, 484_756, 484_765, 484_783,
    ],
    // University of the People.
    &[488_846],
    // Walden University.
    &[125_231],
    // Western Governors University.
    &[433_387],
];

/// What lasts from one month to another at a place.
struct Stay<'a> {
    field: &'a str,
    raw: &'a str,
    /// Latest first month and earliest last month.
    certain: (i32, i32),
    place: (f64, f64),
    /// Whether it is a study that a job far away speaks against.
    campus_bound: bool,
}

fn read(subject: &Subject) -> Option<Value> {
    let candidate = subject.candidate;
    if candidate.education.is_empty() {
        return None;
    }
    let studies: Vec<Stay> = candidate
        .education
        .iter()
        .filter_map(study)
        .take(MOST)
        .collect();
    let today = subject.claimed_on();
    let now = i32::from(today.year()) * 12 + i32::from(today.month()) - 1;
    let jobs: Vec<Stay> = candidate
        .work
        .iter()
        .filter_map(|work| job(work, now, subject.reference))
        .take(MOST)
        .collect();
    let mut rows = Vec::new();
    for (at, study) in studies.iter().enumerate() {
        rows.extend(
            studies[at + 1..]
                .iter()
                .filter_map(|other| pair(study, other, "study")),
        );
        if study.campus_bound {
            rows.extend(jobs.iter().filter_map(|other| pair(study, other, "job")));
        }
    }
    Some(Value::Rows(rows))
}

fn study(study: &Education) -> Option<Stay<'_>> {
    // Where a school abroad lies is held against nobody: a school moved there must never raise a score.
    let school = study.american_school().filter(|_| study.on_campus)?;
    let without_terms = study
        .calendar()
        .is_some_and(|calendar| !calendar.has_terms());
    if without_terms || school.unitid.is_some_and(at_a_distance) {
        return None; // such schools teach mostly online
    }
    Some(Stay {
        field: &study.field,
        raw: &study.raw,
        certain: certain(study.start?, study.end?.first_month()),
        place: school.position?,
        campus_bound: matches!(study.level, Some(Level::Associate | Level::Bachelor)),
    })
}

/// Whether an institution teaches mostly at a distance.
fn at_a_distance(unitid: u32) -> bool {
    AT_A_DISTANCE.iter().any(|ids| ids.contains(&unitid))
}

fn job<'a>(work: &'a Work, now: i32, reference: &Reference) -> Option<Stay<'a>> {
    if !(work.full_time && work.on_site) {
        return None;
    }
    let end = if work.current {
        now
    } else {
        work.end?.first_month()
    };
    let certain = certain(work.start?, end);
    if certain.1 - certain.0 < JOB_MONTHS {
        return None;
    }
    let name = work.location.as_deref()?.split(',').next()?;
    Some(Stay {
        field: &work.field,
        raw: &work.raw,
        certain,
        place: reference.city(name, work.state?)?,
        campus_bound: false,
    })
}

fn certain(start: PartialDate, end: i32) -> (i32, i32) {
    (start.last_month(), end)
}

fn pair(a: &Stay, b: &Stay, with: &'static str) -> Option<Row> {
    let start = a.certain.0.max(b.certain.0);
    let end = a.certain.1.min(b.certain.1);
    let shut = (end.min(SHUT.end) - start.max(SHUT.start)).max(0);
    let months = end - start - shut;
    if months <= 0 {
        return None;
    }
    Some(Row {
        field: a.field.to_owned().into(),
        value: a.raw.to_owned().into(),
        related: None,
        cells: vec![
            Some(Value::quote(b.raw)),
            Some(Value::text(with)),
            Some(Value::Number(f64::from(months))),
            Some(Value::Number(distance_km(a.place, b.place).round())),
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::application::{self, Application};
    use crate::normalise::{self, Settings};

    fn study_of(institution: &str, start: &str, end: &str) -> application::Education {
        application::Education {
            institution: Some(institution.into()),
            study_type: Some("Bachelor".into()),
            start_date: Some(start.into()),
            end_date: Some(end.into()),
            ..application::Education::default()
        }
    }

    fn job_at(position: &str, location: &str, start: &str, end: &str) -> application::Work {
        application::Work {
            name: Some("Acme".into()),
            position: Some(position.into()),
            start_date: Some(start.into()),
            end_date: Some(end.into()),
            location: Some(location.into()),
        }
    }

    fn overlaps(
        education: Vec<application::Education>,
        work: Vec<application::Work>,
    ) -> Vec<(f64, f64)> {
        let application = Application {
            education,
            work,
            ..Application::default()
        };
        let candidate = normalise::candidate(&application, &Settings::default());
        let subject = Subject::alone(
            &candidate,
            crate::reference::base::shipped(),
            "2026-01-01T00:00:00Z".parse().unwrap(),
        );
        let Some(Value::Rows(rows)) = read(&subject) else {
            panic!("no rows");
        };
        let number = |value: &Option<Value>| match value {
            Some(Value::Number(number)) => *number,
            other => panic!("{other:?}"),
        };
        rows.iter()
            .map(|row| (number(&row.cells[2]), number(&row.cells[3])))
            .collect()
    }

    #[test]
    fn only_certain_overlap_of_known_places_counts() {
        let berkeley = || study_of("UC Berkeley", "2012-08", "2016-05");
        let job = |position, location, start, end| vec![job_at(position, location, start, end)];
        let cases = [
            (
                "a job far off",
                job("Engineer", "Austin, TX", "2014-01", "2016-01"),
                Some(24.0),
            ),
            (
                "a short job",
                job("Engineer", "Austin, TX", "2015-01", "2015-10"),
                None,
            ),
            (
                "remote",
                job("Engineer", "Remote, Austin, TX", "2014-01", "2016-01"),
                None,
            ),
            (
                "part-time",
                job("Part-time Engineer", "Austin, TX", "2014-01", "2016-01"),
                None,
            ),
            (
                "years only",
                job("Engineer", "Austin, TX", "2014", "2016"),
                Some(13.0),
            ),
            (
                "an unknown town",
                job("Engineer", "Terlingua, TX", "2014-01", "2016-01"),
                None,
            ),
            (
                "one after the other",
                job("Engineer", "Austin, TX", "2016-05", "2018-01"),
                None,
            ),
        ];
        for (case, work, months) in cases {
            let found = overlaps(vec![berkeley()], work);
            assert_eq!(found.first().map(|row| row.0), months, "{case}");
            assert!(found.iter().all(|row| row.1 > 2000.0), "{case}");
        }
    }

    #[test]
    fn nothing_is_said_of_studies_that_may_have_been_online() {
        let found = |institution: &str, degree: Option<&str>| {
            let study = application::Education {
                study_type: degree.map(Into::into),
                ..study_of(institution, "2016-08", "2019-05")
            };
            let job = job_at("Engineer", "Seattle, WA", "2016-01", "2020-01");
            let beside_job = overlaps(vec![study.clone()], vec![job]).len();
            let berkeley = study_of("UC Berkeley", "2016-08", "2019-05");
            (
                beside_job,
                overlaps(vec![berkeley, study], Vec::new()).len(),
            )
        };
        for (institution, degree, expected) in [
            ("Georgia Institute of Technology", Some("Bachelor"), (1, 1)),
            ("Georgia Institute of Technology", Some("Associate"), (1, 1)),
            ("Georgia Institute of Technology", Some("Master"), (0, 1)),
            ("University of Texas at Austin", Some("Master"), (0, 1)),
            ("University of Texas at Austin", Some("PhD"), (0, 1)),
            ("University of Texas at Austin", Some("MBA"), (0, 1)),
            ("University of Texas at Austin", None, (0, 1)),
            (
                "Southern New Hampshire University",
                Some("Bachelor"),
                (0, 0),
            ),
            ("Liberty University", Some("Bachelor"), (0, 0)),
            (
                "University of Maryland Global Campus",
                Some("Bachelor"),
                (0, 0),
            ),
            ("Walden University", Some("Bachelor"), (0, 0)),
            ("Capella University", Some("Bachelor"), (0, 0)),
            ("Grand Canyon University", Some("Bachelor"), (0, 0)),
            ("Thomas Edison State University", Some("Bachelor"), (0, 0)),
            ("Arizona State University", Some("Bachelor"), (0, 0)),
            ("Excelsior College", Some("Bachelor"), (0, 0)),
            ("Western Governors University", Some("Bachelor"), (0, 0)),
        ] {
            assert_eq!(
                found(institution, degree),
                expected,
                "{institution} {degree:?}"
            );
        }
        let mut ids: Vec<u32> = AT_A_DISTANCE.concat();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "one is listed twice");
    }

    #[test]
    fn the_months_of_shut_campuses_are_left_out() {
        let pair = |start: &str, end: &str| {
            overlaps(
                vec![
                    study_of("UC Berkeley", start, end),
                    study_of("UT Austin", start, end),
                ],
                Vec::new(),
            )
        };
        assert_eq!(pair("2020-03", "2021-08"), []);
        assert_eq!(
            pair("2020-01", "2021-09").first().map(|row| row.0),
            Some(2.0)
        );
        assert_eq!(
            pair("2016-08", "2018-05").first().map(|row| row.0),
            Some(21.0)
        );
        let online = study_of("Western Governors University", "2016-08", "2018-05");
        assert_eq!(
            overlaps(
                vec![online, study_of("UT Austin", "2016-08", "2018-05")],
                Vec::new()
            ),
            []
        );
    }
}
