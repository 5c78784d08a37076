//! A record and how it is written: a line of NDJSON, and a line of the truth.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::contacts::Home;
use super::texts::{self, Resume};

/// A study.
#[derive(Clone, Debug)]
pub struct Study {
    /// The school.
    pub school: String,
    /// What was studied.
    pub area: &'static str,
    /// `Bachelor` or `Master`.
    pub level: &'static str,
    /// Year and month.
    pub start: (i64, i64),
    /// Year and month.
    pub end: (i64, i64),
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// The employer, by number.
    pub employer: usize,
    /// Its name.
    pub name: String,
    /// The title.
    pub title: &'static str,
    /// Year and month.
    pub start: (i64, i64),
    /// Year and month; `None`: still there.
    pub end: Option<(i64, i64)>,
    /// Where.
    pub place: String,
}

/// A referee.
#[derive(Clone, Debug)]
pub struct Referee {
    /// The name.
    pub name: String,
    /// The number, as written.
    pub phone: String,
    /// The mailbox.
    pub email: String,
    /// Where they worked together.
    pub company: String,
}

/// An application with what is true of it.
#[derive(Clone, Debug)]
pub struct Record {
    /// Who really applies.
    pub person: u64,
    /// The operator behind it.
    pub ring: Option<u64>,
    /// What kind of applicant.
    pub group: &'static str,
    /// When, seconds since the year began.
    pub at: i64,
    /// The name claimed.
    pub name: String,
    /// Mailboxes.
    pub emails: Vec<String>,
    /// Numbers, ten digits.
    pub phones: Vec<u64>,
    /// The address.
    pub home: Option<Home>,
    /// Profiles.
    pub links: Vec<String>,
    /// Studies.
    pub education: Vec<Study>,
    /// Jobs, the latest first.
    pub work: Vec<Job>,
    /// Referees.
    pub references: Vec<Referee>,
    /// The staffing agency.
    pub agency: Option<String>,
    /// The declared household.
    pub household: Option<String>,
    /// The network.
    pub ip: Option<String>,
    /// The device.
    pub device: Option<String>,
    /// The browser's time zone.
    pub zone: Option<&'static str>,
    /// The résumé.
    pub resume: Resume,
    /// Dice for the ways things are written.
    pub dice: super::dice::Dice,
}

/// The header of the truth.
pub const TRUTH_HEADER: &str = "external_id,person,ring,group\n";

/// The year in which all of them apply: 1 July 2025 to 30 June 2026.
const BEGINS: i64 = 1_751_328_000;

impl Record {
    /// Writes the application and the truth about it.
    pub fn write(
        &mut self,
        id: u64,
        with_text: bool,
        applications: &mut impl Write,
        truth: &mut impl Write,
    ) -> io::Result<()> {
        let line = self.json(id, with_text);
        applications.write_all(line.as_bytes())?;
        let ring = self.ring.map(|ring| format!("r{ring}")).unwrap_or_default();
        writeln!(truth, "c{id},p{},{ring},{}", self.person, self.group)
    }

    fn json(&mut self, id: u64, with_text: bool) -> String {
        let mut out = String::with_capacity(if with_text { 6000 } else { 1600 });
        let _ = write!(
            out,
            "{{\"external_id\":\"c{id}\",\"applied_at\":\"{}\"",
            time(BEGINS + self.at)
        );
        text(&mut out, "name", &self.name);
        texts_of(&mut out, "emails", &self.emails);
        let mut dice = self.dice.clone();
        let phones: Vec<_> = self
            .phones
            .iter()
            .map(|phone| super::contacts::written(*phone, &mut dice))
            .collect();
        texts_of(&mut out, "phones", &phones);
        if let Some(home) = &self.home {
            out.push_str(",\"address\":{\"country\":\"US\"");
            text(&mut out, "line1", &home.line1());
            text(&mut out, "line2", &home.unit);
            text(&mut out, "city", home.town().name);
            text(&mut out, "region", home.town().region);
            text(&mut out, "postal_code", &home.zip);
            out.push('}');
        }
        texts_of(&mut out, "links", &self.links);
        list(&mut out, "education", &self.education, |out, study| {
            text(out, "institution", &study.school);
            text(out, "area", study.area);
            text(out, "study_type", study.level);
            text(out, "start_date", &month(study.start));
            text(out, "end_date", &month(study.end));
        });
        list(&mut out, "work", &self.work, |out, job| {
            text(out, "name", &job.name);
            text(out, "position", job.title);
            text(out, "location", &job.place);
            text(out, "start_date", &month(job.start));
            if let Some(end) = job.end {
                text(out, "end_date", &month(end));
            }
        });
        list(&mut out, "references", &self.references, |out, referee| {
            text(out, "name", &referee.name);
            text(out, "phone", &referee.phone);
            text(out, "email", &referee.email);
            text(out, "company", &referee.company);
        });
        if let Some(agency) = &self.agency {
            text(&mut out, "agency", agency);
        }
        if let Some(household) = &self.household {
            text(&mut out, "household", household);
        }
        if self.ip.is_some() || self.device.is_some() {
            let _ = write!(
                out,
                ",\"submission\":{{\"submitted_at\":\"{}\"",
                time(BEGINS + self.at)
            );
            if let Some(ip) = &self.ip {
                text(&mut out, "ip", ip);
            }
            if let Some(device) = &self.device {
                text(&mut out, "device_id", device);
            }
            if let Some(zone) = self.zone {
                text(&mut out, "time_zone", zone);
            }
            out.push('}');
        }
        if with_text {
            let phone = phones.first().map_or("", String::as_str);
            text(&mut out, "resume_text", &texts::render(self, phone));
        }
        out.push_str("}\n");
        out
    }
}

fn month((year, month): (i64, i64)) -> String {
    format!("{year:04}-{month:02}")
}

/// RFC 3339 of seconds since 1970.
fn time(seconds: i64) -> String {
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days to a date of the Gregorian calendar (Hinnant, 2013).
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year + era * 400 + i64::from(month <= 2);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

fn text(out: &mut String, key: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    if !out.ends_with('{') {
        out.push(',');
    }
    let _ = write!(out, "\"{key}\":");
    quoted(out, value);
}

fn quoted(out: &mut String, value: &str) {
    out.push('"');
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn texts_of(out: &mut String, key: &str, values: &[String]) {
    if values.is_empty() {
        return;
    }
    let _ = write!(out, ",\"{key}\":[");
    for (at, value) in values.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        quoted(out, value);
    }
    out.push(']');
}

/// A list of objects.
fn list<T>(out: &mut String, key: &str, items: &[T], one: impl Fn(&mut String, &T)) {
    if items.is_empty() {
        return;
    }
    let _ = write!(out, ",\"{key}\":[");
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at > 0 { ",{" } else { "{" });
        one(out, item);
        out.push('}');
    }
    out.push(']');
}
