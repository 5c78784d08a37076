//! Résumés from one end to the other: what the public record does not bear out is found, and
//! genuine studies of many countries are left alone.

use std::sync::Arc;

use serde_json::{Value, json};
use telltale::application::Application;
use telltale::normalise::{self, Settings};
use telltale::reference::build::build;
use telltale::reference::fact::{Awarded, Listed, Mill};
use telltale::reference::{AwardLevel, Fact, Kind, Reference, base};

use crate::common::TestApp;
use crate::schools::loaded;

/// Colorado School of Mines.
const MINES: u32 = 126_775;

/// The shipped base, with everything imported that rules ask for: the directories, a list of
/// diploma mills, and the completions of one school for 2012 to 2018.
fn imported() -> Arc<Reference> {
    let mines = base::shipped().named("Colorado School of Mines");
    assert_eq!(mines.and_then(|mines| mines.unitid), Some(MINES));
    let institute = Fact::Listed(Listed {
        id: Some("ror:1".into()),
        name: "Northmoor Institute of Marine Science".into(),
        country: Some("US".into()),
        ..Listed::default()
    });
    let mill = Fact::Mill(Mill {
        name: "Northmoor University of Life Experience".into(),
        source: "Example register of degree sellers".into(),
        listed_on: telltale::candidate::PartialDate::parse("2024-02-01").ok(),
        ..Mill::default()
    });
    let mut sets = vec![
        loaded(Kind::IpedsHd, "2025", Vec::new()),
        loaded(Kind::Dapip, "2026-01-01", Vec::new()),
        loaded(Kind::Ror, "2026-01-01", vec![institute]),
        loaded(Kind::MillList, "2026-01-01", vec![mill]),
    ];
    for year in 2012..=2018 {
        let awarded = |level, codes: &[u16]| {
            Fact::Awarded(Awarded {
                unitid: MINES,
                level: Some(level),
                codes: codes.to_vec(),
            })
        };
        let facts = vec![
            awarded(AwardLevel::Bachelor, &[1107, 1408, 1419, 2703, 4005]),
            awarded(AwardLevel::Master, &[1107, 1408]),
        ];
        sets.push(loaded(Kind::IpedsCompletions, &year.to_string(), facts));
    }
    Arc::new(build(&sets))
}

/// A résumé as text: heading, a job, the studies as given, skills.
/// Each in words of its own: like texts would be another finding.
fn resume(name: &str, place: &str, studies: &str) -> String {
    let mailbox = any_ascii::any_ascii(name).to_lowercase().replace(' ', ".");
    format!(
        "{name}\n{place} | {mailbox}@example.org\n\n\
         EXPERIENCE\n\n\
         Data Engineer, Brightwater Logistics | Aug 2024 - Present\n\
         - Keeps the {mailbox} ledger tidy while {mailbox} parcels double every {mailbox} month\n\
         - Wrote the {mailbox} handbook that {mailbox} colleagues read\n\n\
         EDUCATION\n\n{studies}\n\nSKILLS\nSQL, Python, Linux\n"
    )
}

/// The rules on education that fired, with their messages.
fn findings(screening: &Value) -> Vec<(String, String)> {
    let found = screening["findings"].as_array().unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let found = found
        .iter()
        .map(|one| (text(one, "rule"), text(one, "message")));
    found.filter(|(rule, _)| rule.starts_with("edu.")).collect()
}

async fn service() -> TestApp {
    let app = TestApp::start().await;
    app.app.shelf.replace(imported());
    app
}

/// How many studies are read off a résumé.
fn studies(text: &str, reference: &Arc<Reference>) -> usize {
    let settings = Settings {
        reference: reference.clone(),
        ..Settings::default()
    };
    let application = Application {
        resume_text: Some(text.into()),
        ..Application::default()
    };
    normalise::candidate(&application, &settings)
        .education
        .len()
}

#[tokio::test]
async fn what_the_public_record_does_not_bear_out_is_found() {
    let app = service().await;
    let cases = [
        (
            "Ines Falkenrath",
            "Princeton University\nBachelor of Science in Nursing | Sep 2018 - May 2022",
            "edu.major_not_offered",
            "no awards in \"Nursing\" (bachelor's degree) at Princeton University in 2020 to 2024",
        ),
        (
            "Corwin Ashdale",
            "Colorado School of Mines\nBachelor of Science in Nursing | Aug 2012 - May 2016",
            "edu.major_not_offered",
            "at Colorado School of Mines in 2014 to 2018 (IPEDS Completions)",
        ),
        (
            "Tavish Merrow",
            "Northern Virginia Community College\nBachelor of Science, Information Technology, Aug 2017 - May 2021",
            "edu.level_not_offered",
            "no bachelor's degree awarded or offered at Northern Virginia Community College",
        ),
        (
            "Liesl Quarrington",
            "Mount Ida College\nBachelor of Arts in English | Sep 2019 - May 2023",
            "edu.outside_lifetime",
            "closed: 2018-05",
        ),
        (
            "Basil Thornquist",
            "University of Texas at Austin\nB.S., Computer Science\nFebruary 2014 - October 2018",
            "edu.calendar_mismatch",
            "semester",
        ),
        (
            "Odile Marchbanks",
            "Northmoor University of Life Experience\nMaster of Science in Computer Science | 2016 - 2018",
            "edu.diploma_mill",
            "Example register of degree sellers on 2024-02-01",
        ),
    ];
    for (name, studied, rule, says) in cases {
        let text = resume(name, "Denver, CO 80205", studied);
        let screening = app
            .screen(json!({"external_id": name, "name": name, "resume_text": text}))
            .await;
        let found = findings(&screening);
        let rules: Vec<_> = found.iter().map(|(rule, _)| rule.as_str()).collect();
        assert_eq!(rules, [rule], "{name}: {found:?}");
        assert!(found[0].1.contains(says), "{name}: {}", found[0].1);
    }
    let study = |institution: &str, start: &str| {
        json!({"institution": institution, "area": "Economics", "study_type": "Bachelor",
            "start_date": start, "end_date": "2016-05"})
    };
    let forms = [
        (
            vec![study("Zzyzx Valley Polytechnic, Austin, TX", "2012-08")],
            "edu.institution_unknown",
        ),
        (
            vec![
                study("UC Berkeley", "2012-08"),
                study("Boston University", "2012-09"),
            ],
            "edu.overlap_far",
        ),
    ];
    for (education, rule) in forms {
        let form = json!({"external_id": rule, "name": "Wren Castellane", "education": education});
        let found = findings(&app.screen(form).await);
        let rules: Vec<_> = found.iter().map(|(rule, _)| rule.as_str()).collect();
        assert_eq!(rules, [rule], "{found:?}");
    }
}

/// Name, place, studies, how many they are.
const GENUINE: [(&str, &str, &str, usize); 21] = [
    // United States: quarters, a transfer, a merger, two majors, a campus of a system, online study
    (
        "Rosalind Achterberg",
        "Seattle, WA 98103",
        "University of Washington\nB.S. in Computer Science | Mar 2018 - Mar 2022",
        1,
    ),
    (
        "Desmond Okoro",
        "Los Angeles, CA 90026",
        "University of California, Los Angeles\nB.A., Economics, Sep 2019 - Jun 2022\n\n\
         Santa Monica College\nA.A., General Studies, Aug 2017 - Jun 2019",
        2,
    ),
    (
        "Mirela Stavrou",
        "Boston, MA 02116",
        "Wheelock College\nBachelor of Arts in Psychology | Sep 2013 - May 2017",
        1,
    ),
    (
        "Calder Whitlock",
        "Atlanta, GA 30308",
        "Georgia Tech\nB.S. Computer Engineering and Mathematics, double major, Aug 2018 - May 2022",
        1,
    ),
    (
        "Yesenia Carranza",
        "Tempe, AZ 85281",
        "Arizona State University\nB.S. Information Technology | Aug 2018 - May 2022",
        1,
    ),
    (
        "Harlan Brisbane",
        "Salt Lake City, UT 84102",
        "Western Governors University\nB.S. Cybersecurity | Feb 2020 - Apr 2022",
        1,
    ),
    (
        "Noor Haddad",
        "Ann Arbor, MI 48104",
        "University of Michigan\nPh.D. in Physics, Sep 2015 - Dec 2021\n\n\
         Reed College\nB.A. Physics, Aug 2011 - May 2015",
        2,
    ),
    (
        "Emeka Lindqvist",
        "Philadelphia, PA 19103",
        "Penn State\nBachelor of Science in Nursing, 2018 - 2022",
        1,
    ),
    (
        "Tallulah Greaves",
        "Miami, FL 33130",
        "Miami Dade College\nBachelor of Science in Nursing | Aug 2018 - Dec 2021",
        1,
    ),
    (
        "Silas Montcrieff",
        "Golden, CO 80401",
        "Colorado School of Mines\nM.S. Computer Science | Aug 2014 - May 2016",
        1,
    ),
    // elsewhere, by the calendars of the place
    (
        "Priya Raghunathan",
        "Pune",
        "Indian Institute of Technology Bombay, Mumbai, IN\nB.Tech in Computer Science | Jul 2014 - May 2018",
        1,
    ),
    (
        "Jonas Reichelt",
        "München",
        "Technische Universität München\nM.Sc. Informatik | Oct 2016 - Sep 2019",
        1,
    ),
    (
        "Haruka Minamoto",
        "Osaka",
        "Osaka University\nBachelor of Engineering | Apr 2013 - Mar 2017",
        1,
    ),
    (
        "Seo-yeon Baek",
        "Busan",
        "Pusan National University\nB.S. in Nursing | Mar 2014 - Feb 2018",
        1,
    ),
    (
        "Thiago Valadares",
        "Recife",
        "Universidade Federal de Pernambuco\nBacharelado em Ciência da Computação | Feb 2012 - Dec 2016",
        1,
    ),
    (
        "Adaeze Nwosu",
        "Lagos",
        "University of Lagos\nB.Sc. Accounting, Oct 2012 - Nov 2016",
        1,
    ),
    (
        "Imogen Farquhar",
        "Leeds",
        "University of Leeds\nBA (Hons) English | Sep 2015 - Jul 2018",
        1,
    ),
    (
        "Ximena Arizmendi",
        "Monterrey",
        "Tecnológico de Monterrey\nLicenciatura en Administración | Aug 2012 - Dec 2016",
        1,
    ),
    (
        "Étienne Beauvallon",
        "Lyon",
        "INSA Lyon\nDiplôme d'ingénieur | Sep 2011 - Oct 2016",
        1,
    ),
    (
        "Nino Kapanadze",
        "Tbilisi",
        "Tbilisi State University, Tbilisi, Georgia\nBachelor of Business Administration | Sep 2014 - Jul 2018",
        1,
    ),
    (
        "Callum Featherstone",
        "Melbourne",
        "University of Melbourne\nBachelor of Science | Feb 2013 - Nov 2015",
        1,
    ),
];

#[tokio::test]
async fn genuine_studies_of_many_countries_are_left_alone() {
    let app = service().await;
    let reference = imported();
    for (name, place, studied, count) in GENUINE {
        let text = resume(name, place, studied);
        assert_eq!(studies(&text, &reference), count, "{name}:\n{text}");
        let screening = app
            .screen(json!({"external_id": name, "name": name, "resume_text": text}))
            .await;
        assert_eq!(findings(&screening), [], "{name}");
    }
}
