//! Whole résumés, in layouts that people use; all of them invented.

use std::time::Instant;

use super::*;

const CLASSIC: &str = include_str!("../../../tests/it/resumes/classic.txt");
const STACKED: &str = include_str!("../../../tests/it/resumes/stacked.txt");
const MARKDOWN: &str = include_str!("../../../tests/it/resumes/markdown.txt");
const TEMPLATE: &str = include_str!("../../../tests/it/resumes/template.txt");

fn raw(pieces: &[Piece]) -> Vec<&str> {
    pieces.iter().map(|piece| piece.raw.as_str()).collect()
}

fn jobs(resume: &Resume) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    resume
        .work
        .iter()
        .map(|job| {
            [
                &job.position,
                &job.name,
                &job.location,
                &job.start_date,
                &job.end_date,
            ]
            .map(text)
            .join(" / ")
        })
        .collect()
}

fn studies(resume: &Resume) -> Vec<String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    resume
        .education
        .iter()
        .map(|study| {
            [
                &study.study_type,
                &study.area,
                &study.institution,
                &study.start_date,
                &study.end_date,
            ]
            .map(text)
            .join(" / ")
        })
        .collect()
}

#[test]
fn contacts_are_told_by_where_they_stand() {
    let resume = read(CLASSIC);
    assert_eq!(raw(&resume.phones), ["(512) 555-0142", "+1 512-555-0177"]);
    assert_eq!(
        raw(&resume.emails),
        [
            "marin.halloran@example.org",
            "dana.whitcombe@brightwater.example"
        ]
    );
    assert_eq!(
        raw(&resume.links),
        [
            "linkedin.com/in/marin-halloran-example",
            "github.com/marin-halloran-example",
            "https://tidepool.example.net/docs"
        ]
    );
    let place = |piece: &Piece| (piece.own, piece.referee);
    assert_eq!(place(&resume.phones[0]), (true, false));
    assert_eq!(place(&resume.phones[1]), (false, true));
    assert_eq!(place(&resume.emails[1]), (false, true));
    assert_eq!(place(&resume.links[2]), (false, false));

    let resume = read(STACKED);
    assert_eq!(raw(&resume.phones), ["206.555.0119"]);
    assert_eq!(
        raw(&resume.links),
        ["https://www.linkedin.com/in/tomas-vale-example"]
    );
    let resume = read(MARKDOWN);
    assert_eq!(raw(&resume.phones), ["+44 20 7946 0958"]);
    assert_eq!(raw(&resume.emails), ["ines@okafor-lindqvist.example"]);
}

#[test]
fn a_contact_beside_a_word_of_referees_is_not_the_persons() {
    for (lines, owners) in [
        (
            "Contact for recommendation: Prof. John Keller (john.keller@university.example)",
            [true, false].as_slice(),
        ),
        (
            "Thesis advisor:\nProf. John Keller, john.keller@university.example\nmaria@example.net",
            &[true, false, true],
        ),
        ("Product Manager | maria@example.net", &[true, true]),
    ] {
        let resume = read(&format!("Maria Lopez\nmaria.lopez@example.org\n{lines}\n"));
        let owned: Vec<bool> = resume
            .emails
            .iter()
            .map(|piece| piece.own && !piece.referee)
            .collect();
        assert_eq!(owned, owners, "{lines}");
    }
}

#[test]
fn jobs_are_read_in_the_usual_layouts() {
    assert_eq!(
        jobs(&read(CLASSIC)),
        [
            "Senior Software Engineer / Brightwater Logistics / Austin, TX / 2020-01 / -",
            "Software Engineer / Copperline Payments, Inc. / Denver, CO / 2016-07 / 2019-12",
            "Junior Developer / Hollis & Vane / Boulder, CO / 2014-06 / 2016-06",
        ]
    );
    assert_eq!(
        jobs(&read(STACKED)),
        [
            "Senior Data Analyst / Northgate Health Group / Seattle, WA / 2019-03 / -",
            "Data Analyst / Pellworth Retail Corp / Portland, OR / 2015-06 / 2019-02",
        ]
    );
    let more = "EXPERIENCE\n\
        Acme Robotics, Austin, TX   Jan 2020 - Present\nController Engineer\n- built it\n\n\
        Software Developer\nGlobex | 03/2017 - 12/2019 | Denver, CO\n\n\
        Senior Accountant at Initech (2014 - 2016)\n\n\
        Alpha Beta Gamma   2010 - 2012\n\n\
        Engineer, Foo | Developer, Bar | 2009 - 2010\n";
    assert_eq!(
        jobs(&read(more)),
        [
            "Controller Engineer / Acme Robotics / Austin, TX / 2020-01 / -",
            "Software Developer / Globex / Denver, CO / 2017-03 / 2019-12",
            "Senior Accountant / Initech / - / 2014 / 2016",
        ]
    );
}

#[test]
fn studies_are_read_in_the_usual_layouts() {
    assert_eq!(
        studies(&read(CLASSIC)),
        [
            "Bachelor of Science / Computer Science / University of Colorado Boulder / 2010-08 / 2014-05"
        ]
    );
    assert_eq!(
        studies(&read(STACKED)),
        [
            "B.S. / Statistics / Oregon State University / 2011-09 / 2015-06",
            "Associate of Arts / - / Portland Community College / 2009 / 2011",
        ]
    );
    assert_eq!(
        studies(&read(MARKDOWN)),
        [
            "MSc / Human-Computer Interaction / University of Northmoor / 2016 / 2017",
            "BA / Graphic Design / Northmoor College of Art / 2012 / 2015",
        ]
    );
    let more = "EDUCATION\n\
        M.S. in Physics, May 2018\nUniversity of California, Berkeley\n\
        Bachelor of Arts, Mathematics | Reed College | Sep 2012 - May 2016\n";
    assert_eq!(
        studies(&read(more)),
        [
            "M.S. / Physics / University of California, Berkeley / - / 2018-05",
            "Bachelor of Arts / Mathematics / Reed College / 2012-09 / 2016-05",
        ]
    );
}

#[test]
fn bullets_are_joined_over_wrapped_lines_and_normalised() {
    let bullets = read(CLASSIC).bullets;
    assert_eq!(
        bullets[0],
        "led the rewrite of the dispatch planner from a nightly batch into a streaming service \
         cutting the time from order to truck from six hours to eleven minutes"
    );
    assert!(
        !bullets.iter().any(|bullet| bullet.starts_with("mentored")),
        "nine words are too few"
    );
    assert_eq!(read(STACKED).bullets.len(), 3);
    assert_eq!(read(MARKDOWN).bullets.len(), 4);
    let shuffled = CLASSIC.replace('•', "-").to_uppercase();
    assert_eq!(read(&shuffled).bullets, bullets);
}

#[test]
fn leftovers_of_a_template_are_kept() {
    assert_eq!(
        read(TEMPLATE).placeholders,
        [
            "[Your Name]",
            "your.email@example.com",
            "[City, State]",
            "XXX Company",
            "Lorem ipsum",
            "[University Name]",
            "[Degree]",
        ]
    );
    for text in [CLASSIC, STACKED, MARKDOWN] {
        assert!(read(text).placeholders.is_empty());
    }
}

#[test]
fn the_name_at_the_head_is_read_in_the_usual_layouts() {
    let contact = "(212) 736-5000";
    let cases = [
        ("MARIN HALLORAN\nAustin", Some("MARIN HALLORAN")),
        (
            "Curriculum Vitae\n\nTomas Eriksen-Vale",
            Some("Tomas Eriksen-Vale"),
        ),
        ("# Ines Okafor-Lindqvist", Some("Ines Okafor-Lindqvist")),
        ("Ada King | Software Engineer", Some("Ada King")),
        ("Ada King, PhD", Some("Ada King")),
        ("Software Engineer\nAda King", Some("Ada King")),
        ("Ada King\nCONTACT", Some("Ada King")),
        ("Software Engineer", None),
        ("SUMMARY\nAda King", None),
        ("Austin TX 78701", None),
        ("ada@example.org", None),
        ("I build things that last for years", None),
        ("", None),
    ];
    for (text, expected) in cases {
        let name = read(&format!("{text}\n{contact}")).name;
        assert_eq!(name.map(|name| name.raw).as_deref(), expected, "{text}");
    }
}

#[test]
fn hostile_text_takes_linear_time() {
    const LENGTH: usize = 1 << 17;
    let cases = [
        "1",
        "@",
        "a@",
        "a@b.co ",
        "• ",
        "•",
        "[",
        "<",
        "www.",
        "http://",
        "1-",
        "(1) ",
        "2012 - 2016 ",
        "Jan 2020 ",
        "\n",
        "EDUCATION\n",
        "EXPERIENCE\nEngineer, Acme 2012 - 2016\n",
        "EDUCATION:",
        "x",
        "Engineer, ",
        "- a\n b\n",
        "é",
        "\u{200b}",
        "https://a.b/c 1 ",
        "EXPERIENCE\n\nAcme\nAcme\n",
        "Mar ",
        "２",
    ];
    for piece in cases {
        for head in ["", "EXPERIENCE\n", "EDUCATION\n"] {
            let text = format!("{head}{}", piece.repeat(LENGTH / piece.len()));
            let start = Instant::now();
            let resume = read(&text);
            // a debug build on a busy machine; quadratic work would take minutes
            assert!(start.elapsed().as_secs() < 10, "{piece:?}");
            assert!(resume.phones.len() <= MOST_PIECES && resume.emails.len() <= MOST_PIECES);
        }
    }
}

#[test]
fn every_cut_of_a_text_can_be_read() {
    for text in [CLASSIC, STACKED, MARKDOWN, TEMPLATE] {
        for end in (0..text.len())
            .step_by(7)
            .filter(|&end| text.is_char_boundary(end))
        {
            read(&text[..end]);
        }
    }
}
