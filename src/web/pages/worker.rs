//! One worker: devices, timings over time, and what light allows.

pub mod chart;
pub mod observed;
pub mod physics;

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;
use jiff::civil::Date;

use super::connection::Told;
use super::words::{self, count};
use super::workers::{State, Ticket, Who, kind_about, kind_label, worker_path};
use crate::explain::visible;
use crate::latency::series::Day;
use crate::latency::{KindGauge, baseline::Baseline};
use crate::rules::{Finding, NextStep};
use crate::telemetry::{Access, Kind, Session};
use chart::Chart;
use observed::Observed;
use physics::Physics;

/// The groups of rules that look at somebody at work.
pub const GROUPS: [&str; 4] = ["lat", "dev", "addr", "onb"];

/// Sessions that are listed.
pub const SESSIONS: usize = 50;

/// The page.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "workers/show.html")]
pub struct WorkerPage {
    /// The employer's id.
    pub worker_id: String,
    /// Who it was as an applicant.
    pub who: Who,
    /// The latest screening's next step and score, and when it was made.
    pub screened: Option<(NextStep, f64, Timestamp)>,
    /// What it found at work.
    pub findings: Vec<Finding>,
    /// The first day.
    pub start_date: Option<String>,
    /// When the measurements were last judged.
    pub judged_at: Option<Timestamp>,
    /// Since when a baseline may be learnt.
    pub learns_from: Option<Timestamp>,
    /// Tickets about this worker, the latest first.
    pub tickets: Vec<Ticket>,
    /// Timings by what they measure.
    pub kinds: Vec<KindCard>,
    /// What light in glass allows.
    pub physics: Physics,
    /// Devices and when they were this worker's, the oldest first.
    pub devices: Vec<Device>,
    /// What was seen on them.
    pub observed: Observed,
    /// The latest sessions, the latest first.
    pub sessions: Vec<Session>,
    /// How many there are in all.
    pub all_sessions: usize,
    /// Days after which raw timings are forgotten.
    pub kept_days: i64,
    /// Today, for forms.
    pub today: Date,
    /// What the last form did.
    pub told: Told,
}

/// A device and when it was this worker's.
#[derive(Clone, Debug)]
pub struct Device {
    /// Its id.
    pub device: String,
    /// When it was handed out.
    pub from: Timestamp,
    /// When it came back.
    pub until: Option<Timestamp>,
    /// When it was last heard of.
    pub heard_at: Option<Timestamp>,
}

/// Timings of one kind.
#[derive(Clone, Debug)]
pub struct KindCard {
    /// What they measure.
    pub kind: Kind,
    /// How they stand; `None` while they were not judged.
    pub state: Option<State>,
    /// What they come to, in sentences.
    pub lines: Vec<String>,
    /// One picture, or of paths one to each probe.
    pub charts: Vec<SeriesChart>,
}

/// A series with its picture.
#[derive(Clone, Debug)]
pub struct SeriesChart {
    /// What sets its ids apart on the page.
    pub id: String,
    /// The probe's name, of paths.
    pub probe: Option<String>,
    /// The picture.
    pub chart: Chart,
    /// Its figures, the oldest first.
    pub days: Vec<Day>,
}

impl KindCard {
    /// What they measure.
    pub fn label(&self) -> &'static str {
        kind_label(self.kind)
    }

    /// The same in a sentence.
    pub fn about(&self) -> &'static str {
        kind_about(self.kind)
    }
}

impl SeriesChart {
    /// What the picture shows.
    pub fn title(&self, kind: &Kind) -> String {
        let label = kind_label(*kind);
        match &self.probe {
            Some(probe) => {
                format!("{label}: {}", visible::plain(&visible::short(probe, 60)))
            }
            None => label.to_owned(),
        }
    }
}

/// What was usual at first.
fn usual(baseline: &Baseline) -> String {
    format!(
        "Usual at first: {} ms, sigma {} ms, from {} on {} up to {}.",
        words::ms(baseline.median_ms),
        words::ms(baseline.sigma_ms),
        count(baseline.sessions, "session"),
        count(baseline.days, "day"),
        baseline.until.strftime("%Y-%m-%d"),
    )
}

/// What timings of a kind come to.
pub fn lines(gauge: &KindGauge) -> Vec<String> {
    let track = &gauge.track;
    let mut lines = Vec::new();
    let mut first = format!(
        "{} that count on {}, {}",
        count(track.sessions, "session"),
        count(track.days, "day"),
        match track.samples {
            1 => "1 timing".to_owned(),
            n => format!("{} timings", words::thousands(n)),
        },
    );
    if let Some(median) = track.median_ms {
        first += "; median of the last ten days with any ";
        first += &words::ms(median);
        first += " ms";
    }
    lines.push(first + ".");
    if let Some(baseline) = &track.baseline {
        lines.push(usual(baseline));
    }
    if let Some(recent) = track.recent_ms {
        lines.push(format!("The last five sessions: {} ms.", words::ms(recent)));
    }
    if let Some(over) = gauge.cohort.filter(|_| gauge.kind != Kind::Iki) {
        lines.push(format!(
            "{} of the same region and access have {} ms in the middle.",
            count(over.workers, "other"),
            words::ms(over.median_ms)
        ));
    }
    if gauge.relayed > 0 {
        lines.push(format!(
            "{} ended at a vendor’s relay. The relay is near the device, whoever is behind it: they are counted and say no more.",
            count(gauge.relayed, "session")
        ));
    }
    if gauge.small > 0 {
        lines.push(format!(
            "{} of fewer than sixty timings left out.",
            count(gauge.small, "session")
        ));
    }
    lines
}

impl WorkerPage {
    /// For the window's title.
    pub fn window_title(&self) -> String {
        visible::plain(&visible::short(&format!("Worker {}", self.worker_id), 60))
    }

    /// Where this page is, for its forms.
    pub fn path(&self) -> String {
        worker_path(&self.worker_id)
    }

    /// The form that hands out another device.
    pub fn onboard_href(&self) -> String {
        format!(
            "/onboardings/new{}",
            words::query(&[("candidate", &self.who.id.0)])
        )
    }

    /// Why there are no findings, in a sentence.
    pub fn nothing_found(&self) -> &'static str {
        match self.screened {
            None => "Not screened yet.",
            Some(_) => {
                "The latest screening found nothing in timings, devices, addresses or onboarding. That says nothing for or against the person."
            }
        }
    }

    /// What of a finding counts.
    pub fn counts(&self, finding: &Finding) -> String {
        format!("{} dB", words::db(finding.counted_db))
    }

    /// How many sessions are listed.
    pub fn sessions_line(&self) -> String {
        if self.all_sessions > self.sessions.len() {
            format!(
                "The latest {} of {}.",
                self.sessions.len(),
                words::thousands(self.all_sessions as u64)
            )
        } else {
            format!("{}.", count(self.all_sessions, "session"))
        }
    }

    /// A session's kind.
    pub fn kind_of(&self, session: &Session) -> &'static str {
        kind_label(session.kind)
    }

    /// How long a session took.
    pub fn length(&self, session: &Session) -> String {
        let seconds = session
            .ended_at
            .duration_since(session.started_at)
            .as_secs()
            .max(0);
        match seconds {
            ..60 => format!("{seconds} s"),
            60..3600 => format!("{} min", seconds / 60),
            _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
        }
    }

    /// What else is known of a session: the other end, and how the device was on the internet.
    pub fn ends_at(&self, session: &Session) -> String {
        let mut parts = Vec::new();
        if let Some(probe) = &session.probe {
            parts.push(format!("to {}", visible::short(&probe.name, 40)));
        }
        match session.peer_is_relay {
            Some(true) => parts.push("relayed".to_owned()),
            Some(false) => parts.push("direct".to_owned()),
            None => {}
        }
        if let Some(access) = session.access {
            parts.push(access_label(access).to_owned());
        }
        parts.join(", ")
    }
}

/// How a device is on the internet.
const fn access_label(access: Access) -> &'static str {
    match access {
        Access::Wired => "by cable",
        Access::Wifi => "by Wi-Fi",
        Access::Cellular => "by a mobile network",
        Access::Satellite => "by satellite",
        Access::Vdi => "in a data centre",
    }
}

impl Device {
    /// The id, cut to a line.
    pub fn short(&self) -> String {
        visible::short(&self.device, 80).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::samples;

    #[test]
    fn timings_are_told_in_sentences() {
        let told = lines(&samples::workers::gauge());
        assert_eq!(
            told,
            [
                "41 sessions that count on 22 days, 9,840 timings; median of the last ten days with any 36 ms.",
                "Usual at first: 34 ms, sigma 5.0 ms, from 5 sessions on 3 days up to 2026-01-09.",
                "The last five sessions: 36 ms.",
                "6 others of the same region and access have 38 ms in the middle.",
                "3 sessions ended at a vendor’s relay. The relay is near the device, whoever is behind it: they are counted and say no more.",
                "1 session of fewer than sixty timings left out.",
            ]
        );
    }

    #[test]
    fn sessions_are_told_short() {
        let page = samples::worker();
        let told: Vec<_> = page
            .sessions
            .iter()
            .map(|one| (page.length(one), page.ends_at(one)))
            .collect();
        assert_eq!(
            told,
            [
                ("25 min".to_owned(), "to us-west, by Wi-Fi".to_owned()),
                ("1 h 5 min".to_owned(), "direct".to_owned()),
                ("40 s".to_owned(), "relayed, in a data centre".to_owned()),
            ]
        );
        assert_eq!(page.sessions_line(), "The latest 3 of 1,204.");
    }
}
