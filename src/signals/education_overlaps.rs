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
    &[438586, 438601, 445027, 445133],
    // American Public University System.
    &[449339],
    // Arizona State University, on campus and digital.
    &[104151, 483124],
    // Ashford University, now the University of Arizona Global Campus.
    &[154022],
    // Aspen University.
    &[454829],
    // Capella University.
    &[413413],
    // Charter Oak State College.
    &[128780],
    // Colorado State University Global.
    &[476975],
    // Colorado Technical University.
    &[126827, 402615, 409838, 430087, 444158],
    // Columbia Southern University.
    &[450933],
    // DeVry University.
    &[
        104531, 113607, 139533, 144759, 144777, 146384, 177162, 184269, 202541, 224402, 238935,
        366702, 366757, 419536, 420972, 432199, 432214, 437343, 437361, 439163, 439330, 440536,
        440545, 440572, 440581, 440590, 441159, 442365, 442824, 443988, 443997, 444033, 445407,
        447485, 448877, 450508, 450517, 454209, 462080, 462099, 462105, 462114, 462123, 462132,
        462141, 462150, 462169, 462178, 462187, 462196, 462202, 462211, 462220, 482413, 482422,
        482431, 482440, 482459, 482468, 482477, 482486, 482495, 482501, 482510, 482529, 482538,
        482547, 482556, 482565, 482574, 482583, 482592, 482608, 482617, 482635, 482644, 482653,
        482662, 482671,
    ],
    // Embry-Riddle Aeronautical University-Worldwide.
    &[426314],
    // Empire State University.
    &[196264],
    // Excelsior University.
    &[196680],
    // Full Sail University.
    &[134237],
    // Grand Canyon University.
    &[104717],
    // Grantham University.
    &[442569],
    // Indiana Wesleyan University-National & Global.
    &[488679],
    // Liberty University.
    &[232557],
    // National University.
    &[119605],
    // Northcentral University.
    &[444130],
    // Pennsylvania State University-World Campus.
    &[479956],
    // Purdue University Global, before it Kaplan University.
    &[
        153409, 153418, 160940, 162681, 181242, 181400, 260901, 260910, 367024, 445416, 456384,
        480064, 489779,
    ],
    // Southern New Hampshire University.
    &[183026],
    // Strayer University.
    &[
        131803, 233684, 430184, 443766, 443784, 449038, 450298, 450377, 453127, 453163, 453215,
        456621, 456630, 456667, 458885, 458919, 458937, 458955, 458964, 458973, 459994, 475875,
        475884, 477011, 477020, 481580,
    ],
    // Thomas Edison State University.
    &[187046],
    // Touro University Worldwide.
    &[459727],
    // Trident University International.
    &[450979],
    // University of Arkansas System eVersity.
    &[493725],
    // University of Florida-Online.
    &[484473],
    // University of Maryland Global Campus.
    &[163204],
    // University of Phoenix.
    &[
        105516, 372213, 372222, 380465, 382063, 405979, 405988, 405997, 406006, 406015, 416962,
        419509, 420042, 421009, 421018, 432223, 432232, 432241, 434946, 434955, 434964, 434973,
        434982, 434991, 438382, 438416, 438610, 438629, 439279, 439297, 440420, 440439, 440448,
        440457, 440466, 442143, 442152, 442161, 442170, 442189, 443456, 443465, 443474, 443544,
        443881, 443890, 443906, 443924, 445300, 445319, 445391, 445717, 446701, 446710, 446729,
        446738, 446747, 446756, 446765, 447652, 447661, 448521, 448530, 448549, 448558, 448567,
        448822, 448831, 450456, 450474, 450483, 450492, 462390, 462406, 474702, 474951, 474960,
        474979, 479770, 484613, 484622, 484631, 484640, 484668, 484677, 484686, 484695, 484701,
        484710, 484729, 484738, 484747, 484756, 484765, 484783,
    ],
    // University of the People.
    &[488846],
    // Walden University.
    &[125231],
    // Western Governors University.
    &[433387],
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
        let subject = Subject {
            candidate: &candidate,
            earlier: &[],
            shared: &[],
            checks: &[],
            reference: crate::reference::base::shipped(),
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
        };
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
