//! The record as written beside its normal forms.

use crate::application::ResumeFile;
use crate::candidate::{
    Address, Candidate, Education, Email, Link, PartialDate, Phone, Referee, Seen, Work,
};
use crate::normalise::education::Level;
use crate::normalise::phone::NanpFault;

use super::words;

/// The section that has a panel of its own: how to reach the person.
pub const CONTACTS: &str = "Contacts";

/// The section that has a panel of its own: jobs.
pub const WORK: &str = "Work";

/// A part of the record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// Its entries; never empty.
    pub rows: Vec<Row>,
    /// Entries that are too many to show.
    pub left_out: usize,
}

/// An entry: what was written, and what it was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where it stands: `phones[0]`, or `resume_text`.
    pub field: String,
    /// The field in words.
    pub label: &'static str,
    /// As written.
    pub written: String,
    /// What it was read as, one fact to a line.
    pub normal: Vec<String>,
}

impl Row {
    /// The anchor that evidence leads to; what stands in the résumé's text only is found there.
    pub fn anchor(&self) -> Option<String> {
        (self.field != "resume_text").then(|| words::field_anchor(&self.field))
    }
}

/// A candidate's record in sections, those without entries left out.
pub fn sections(candidate: &Candidate) -> Vec<Section> {
    let contacts = candidate
        .name
        .iter()
        .map(|name| Row {
            field: "name".to_owned(),
            label: "Name",
            written: name.raw.clone(),
            normal: vec![format!("compared as {}", name.tokens.join(" "))],
        })
        .chain(candidate.emails.iter().map(email))
        .chain(candidate.phones.iter().map(phone))
        .chain(candidate.links.iter().map(link))
        .chain(candidate.address.iter().map(address))
        .collect();
    [
        Section {
            title: CONTACTS,
            rows: contacts,
            left_out: 0,
        },
        Section {
            title: "Education",
            rows: candidate.education.iter().map(education).collect(),
            left_out: 0,
        },
        Section {
            title: WORK,
            rows: candidate.work.iter().map(work).collect(),
            left_out: 0,
        },
        Section {
            title: "Referees",
            rows: candidate.references.iter().map(reference).collect(),
            left_out: 0,
        },
        Section {
            title: "Résumé file",
            rows: candidate.resume_file.iter().flat_map(file).collect(),
            left_out: 0,
        },
        Section {
            title: "Submission",
            rows: submission(candidate),
            left_out: 0,
        },
    ]
    .into_iter()
    .filter(|section| !section.rows.is_empty())
    .collect()
}

fn email(email: &Email) -> Row {
    let mut normal = vec![match &email.canonical {
        Some(canonical) => format!("mailbox {canonical}"),
        None => "not read as an address".to_owned(),
    }];
    for (holds, what) in [
        (email.free, "large free provider"),
        (email.relay, "privacy relay"),
        (email.disposable, "throw-away domain"),
    ] {
        if holds {
            normal.push(what.to_owned());
        }
    }
    normal.extend(places(email.seen));
    Row {
        field: email.field.clone(),
        label: "E-mail",
        written: email.raw.clone(),
        normal,
    }
}

fn phone(phone: &Phone) -> Row {
    let mut normal = vec![match (&phone.e164, phone.country) {
        (Some(e164), Some(country)) => format!("{e164} ({country})"),
        (Some(e164), None) => e164.clone(),
        (None, _) => "not read as a number".to_owned(),
    }];
    if let Some(nanp) = phone.nanp {
        if !nanp.states.is_empty() {
            normal.push(format!(
                "area code {} of {}",
                nanp.npa,
                nanp.states.join(", ")
            ));
        }
        if let Some(fault) = nanp.fault {
            normal.push(fault_line(fault).to_owned());
        } else if nanp.assigned == Some(false) {
            normal.push(format!("area code {} is not in service", nanp.npa));
        }
        if nanp.special {
            normal.push("toll-free, premium or personal number".to_owned());
        }
    }
    normal.extend(places(phone.seen));
    Row {
        field: phone.field.clone(),
        label: "Phone",
        written: phone.raw.clone(),
        normal,
    }
}

const fn fault_line(fault: NanpFault) -> &'static str {
    match fault {
        NanpFault::AreaStart => "no area code starts with 0 or 1",
        NanpFault::AreaReserved => "area codes N9X are kept for expansion",
        NanpFault::AreaService => "area codes N11 are service codes",
        NanpFault::ExchangeStart => "no exchange starts with 0 or 1",
        NanpFault::ExchangeService => "exchanges N11 are service codes",
        NanpFault::Fiction => "555-0100 to 555-0199 are kept for fiction",
    }
}

fn link(link: &Link) -> Row {
    let mut normal = vec![match &link.canonical {
        Some(canonical) if link.profile => format!("profile {canonical}"),
        Some(canonical) => canonical.clone(),
        None => "not read as a link".to_owned(),
    }];
    normal.extend(places(link.seen));
    Row {
        field: link.field.clone(),
        label: "Link",
        written: link.raw.clone(),
        normal,
    }
}

fn address(address: &Address) -> Row {
    let raw = &address.raw;
    let written: Vec<&str> = [
        &raw.line1,
        &raw.line2,
        &raw.city,
        &raw.region,
        &raw.postal_code,
        &raw.country,
    ]
    .into_iter()
    .filter_map(|line| line.as_deref())
    .filter(|line| !line.trim().is_empty())
    .collect();
    let place: Vec<&str> = [address.region.as_deref(), address.country]
        .into_iter()
        .flatten()
        .collect();
    let mut normal = Vec::new();
    if !place.is_empty() {
        normal.push(place.join(", "));
    }
    if address.unit_key.is_none() {
        normal.push("street or place missing".to_owned());
    }
    Row {
        field: "address".to_owned(),
        label: "Address",
        written: written.join(", "),
        normal,
    }
}

fn education(study: &Education) -> Row {
    let mut normal = Vec::new();
    normal.extend(study.level.map(|level| level_word(level).to_owned()));
    normal.extend(span(study.start, study.end, false));
    normal.extend(places(study.seen));
    Row {
        field: study.field.clone(),
        label: "Study",
        written: study.raw.clone(),
        normal,
    }
}

pub(super) const fn level_word(level: Level) -> &'static str {
    match level {
        Level::Associate => "associate",
        Level::Bachelor => "bachelor",
        Level::Master => "master",
        Level::Mba => "MBA",
        Level::Jd => "JD",
        Level::Md => "MD",
        Level::Phd => "PhD",
    }
}

fn work(job: &Work) -> Row {
    let mut normal: Vec<String> = span(job.start, job.end, job.current).into_iter().collect();
    normal.push(
        match (job.full_time, job.on_site) {
            (true, true) => "full time, on site",
            (true, false) => "full time, remote",
            (false, true) => "not full time, on site",
            (false, false) => "not full time, remote",
        }
        .to_owned(),
    );
    normal.extend(job.state.map(|state| format!("in {state}")));
    normal.extend(places(job.seen));
    Row {
        field: job.field.clone(),
        label: "Job",
        written: job.raw.clone(),
        normal,
    }
}

fn reference(referee: &Referee) -> Row {
    let written: Vec<&str> = [
        referee.name.as_deref(),
        referee.company.as_deref(),
        referee.phone.as_ref().map(|phone| phone.raw.as_str()),
        referee.email.as_ref().map(|email| email.raw.as_str()),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut normal = Vec::new();
    if let Some(phone) = &referee.phone {
        normal.extend(phone.e164.clone());
    }
    if let Some(email) = &referee.email {
        normal.extend(
            email
                .canonical
                .as_ref()
                .map(|mailbox| format!("mailbox {mailbox}")),
        );
        if email.free {
            normal.push("large free provider".to_owned());
        }
    }
    Row {
        field: referee.field.clone(),
        label: "Referee",
        written: written.join(", "),
        normal,
    }
}

fn file(file: &ResumeFile) -> Vec<Row> {
    let row = |field: &str, label, written: &str| Row {
        field: format!("resume_file.{field}"),
        label,
        written: written.to_owned(),
        normal: Vec::new(),
    };
    let mut rows = Vec::new();
    for (field, label, written) in [
        ("name", "File", Some(&file.name)),
        ("author", "Author", file.author.as_ref()),
        (
            "last_modified_by",
            "Saved by",
            file.last_modified_by.as_ref(),
        ),
        ("producer", "Program", file.producer.as_ref()),
    ] {
        if let Some(written) = written.filter(|written| !written.is_empty()) {
            rows.push(row(field, label, written));
        }
    }
    rows
}

fn submission(candidate: &Candidate) -> Vec<Row> {
    let Some(sent) = &candidate.submission else {
        return Vec::new();
    };
    let at = sent.submitted_at.map(words::time);
    [
        ("ip", "IP address", &sent.ip),
        ("device_id", "Device", &sent.device_id),
        ("user_agent", "Browser", &sent.user_agent),
        ("time_zone", "Time zone", &sent.time_zone),
        ("submitted_at", "Sent (UTC)", &at),
    ]
    .into_iter()
    .filter_map(|(field, label, written)| {
        Some(Row {
            field: format!("submission.{field}"),
            label,
            written: written.clone()?,
            normal: Vec::new(),
        })
    })
    .collect()
}

/// Where an item stands.
fn places(seen: Seen) -> Option<String> {
    match (seen.in_form, seen.in_resume_text) {
        (true, true) => Some("in the form and the résumé".to_owned()),
        (true, false) => Some("in the form".to_owned()),
        (false, true) => Some("in the résumé".to_owned()),
        (false, false) => None,
    }
}

/// `2012-09 to 2016-05`, as precise as it was given.
pub(super) fn span(
    start: Option<PartialDate>,
    end: Option<PartialDate>,
    current: bool,
) -> Option<String> {
    match (start, end) {
        (None, None) if current => Some("goes on".to_owned()),
        (None, None) => None,
        (Some(start), None) if current => Some(format!("since {}", date(start))),
        (Some(start), None) => Some(format!("from {}", date(start))),
        (None, Some(end)) => Some(format!("until {}", date(end))),
        (Some(start), Some(end)) => Some(format!("{} to {}", date(start), date(end))),
    }
}

fn date(date: PartialDate) -> String {
    match (date.month, date.day) {
        (Some(month), Some(day)) => format!("{}-{month:02}-{day:02}", date.year),
        (Some(month), None) => format!("{}-{month:02}", date.year),
        (None, _) => date.year.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn the_record_stands_beside_its_normal_forms() {
        let sections = sections(&samples::normal_form());
        let titles: Vec<&str> = sections.iter().map(|section| section.title).collect();
        assert_eq!(
            titles,
            [
                "Contacts",
                "Education",
                "Work",
                "Referees",
                "Résumé file",
                "Submission"
            ]
        );
        let of = |field: &str| {
            let row = sections
                .iter()
                .flat_map(|section| &section.rows)
                .find(|row| row.field == field)
                .unwrap();
            (row.written.as_str(), row.normal.join("; "))
        };
        for (field, written, normal) in [
            (
                "phones[0]",
                "(212) 736-5000",
                "+12127365000 (US); area code 212 of NY; in the form and the résumé",
            ),
            (
                "emails[0]",
                "rosa.delgado@example.org",
                "mailbox rosa.delgado@example.org; in the form",
            ),
            (
                "education[0]",
                "B.S. Nursing, Invented State University, 2012-09 to 2016-12",
                "bachelor; 2012-09 to 2016-12; in the form",
            ),
            (
                "work[0]",
                "Engineer, Example Systems",
                "since 2019; full time, remote; in the form and the résumé",
            ),
            ("address", "350 Example Ave, New York, NY", "NY, US"),
        ] {
            assert_eq!(of(field), (written, normal.to_owned()), "{field}");
        }
    }

    #[test]
    fn nothing_known_is_nothing_shown() {
        assert!(sections(&Candidate::default()).is_empty());
    }
}
