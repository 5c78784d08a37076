//! Workers: who candidates became, how their timings stand, and what waits for security.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words::{self, count, segment};
use super::worker::chart::Spark;
use crate::candidate::CandidateId;
use crate::explain::visible;
use crate::latency::track;
use crate::telemetry::Kind;

/// The list.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "workers/index.html")]
pub struct WorkersPage {
    /// Tickets that are open, the latest first.
    pub tickets: Vec<Ticket>,
    /// Workers of this page.
    pub rows: Vec<WorkerRow>,
    /// What was searched for.
    pub q: String,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Whether this is not the first page.
    pub continued: bool,
    /// Devices that are bound to nobody, as far as they were counted.
    pub unbound: usize,
    /// What the last form did.
    pub done: Option<&'static str>,
}

/// Devices that are bound to nobody.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "workers/unbound.html")]
pub struct UnboundPage {
    /// The devices, the latest heard of first.
    pub devices: Vec<Unbound>,
    /// Whether there are more than are shown.
    pub more: bool,
}

/// A device that says something while it is bound to nobody.
#[derive(Clone, Debug)]
pub struct Unbound {
    /// Its id.
    pub device: String,
    /// The first that is heard of it.
    pub first_at: Timestamp,
    /// The last.
    pub last_at: Timestamp,
    /// Sessions that wait for somebody.
    pub sessions: i64,
    /// Observations that wait.
    pub observations: i64,
    /// Whether it was somebody's at another time.
    pub was_bound: bool,
}

/// A breach of policy that somebody has to see to.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// Its id.
    pub id: String,
    /// The rule that found it.
    pub rule: String,
    /// The rule's title.
    pub title: String,
    /// What was found.
    pub message: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was closed, by whom, and with which words.
    pub closed: Option<(Timestamp, String, String)>,
    /// Whose machines it is about.
    pub worker: Option<String>,
    /// Who that is.
    pub who: Who,
}

/// A candidate, to be led to.
#[derive(Clone, Debug, Default)]
pub struct Who {
    /// Its id.
    pub id: CandidateId,
    /// The name as written.
    pub name: Option<String>,
    /// The source.
    pub source: String,
    /// The source's own id.
    pub external_id: String,
}

/// A worker in the list.
#[derive(Clone, Debug)]
pub struct WorkerRow {
    /// The employer's id.
    pub worker_id: String,
    /// Who it was as an applicant.
    pub who: Who,
    /// The first day.
    pub start_date: Option<String>,
    /// Devices that are out.
    pub devices: Vec<String>,
    /// Timings by what they measure.
    pub timings: Vec<Timing>,
    /// When one of the devices was last heard of.
    pub heard_at: Option<Timestamp>,
}

/// How timings of one kind stand.
#[derive(Clone, Debug)]
pub struct Timing {
    /// What they measure.
    pub kind: Kind,
    /// How they stand; `None` while they were not judged.
    pub state: Option<State>,
    /// The last weeks.
    pub spark: Option<Spark>,
}

/// How much is known of timings, and whether something was found in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Too little to say anything.
    Insufficient,
    /// No baseline yet.
    Learning,
    /// Measured against its baseline.
    Steady,
    /// The latest screening has a finding on them.
    Alarm,
}

impl State {
    /// What was judged, and whether something was found.
    pub const fn of(state: track::State, alarm: bool) -> Self {
        match state {
            _ if alarm => Self::Alarm,
            track::State::Insufficient => Self::Insufficient,
            track::State::Learning => Self::Learning,
            track::State::Steady => Self::Steady,
        }
    }

    /// The word, as the API has it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Insufficient => "Insufficient",
            Self::Learning => "Learning",
            Self::Steady => "Steady",
            Self::Alarm => "Alarm",
        }
    }

    /// The badge's class: shape and colour besides the word.
    pub const fn badge(self) -> &'static str {
        match self {
            Self::Insufficient => "wait",
            Self::Learning => "ask",
            Self::Steady => "none",
            Self::Alarm => "escalate",
        }
    }

    /// What it means.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Insufficient => "fewer than three sessions of sixty timings: nothing is said",
            Self::Learning => "what is usual is still being learnt",
            Self::Steady => "measured against what was usual at first, and nothing was found",
            Self::Alarm => "the latest screening has a finding on these timings: a reason to look",
        }
    }

    /// Every state, for the legend.
    pub const ALL: [Self; 4] = [
        Self::Steady,
        Self::Learning,
        Self::Insufficient,
        Self::Alarm,
    ];
}

/// What timings of a kind measure, short.
pub const fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::PathRtt => "Path to probes",
        Kind::ControlRtt => "Remote control",
        Kind::KeyToServer => "Key to server",
        Kind::EchoLoop => "Echo loop",
        Kind::Iki => "Between keys",
    }
}

/// The same in a sentence.
pub const fn kind_about(kind: Kind) -> &'static str {
    match kind {
        Kind::PathRtt => {
            "Round trips between the device and probes at known places. They end at the device, whoever drives it from afar."
        }
        Kind::ControlRtt => {
            "Round trips of remote-control connections. They end at whoever controls the device, or at a vendor’s relay near it."
        }
        Kind::KeyToServer => {
            "From a key event, as it arises on the device, to the server. Which key it was is not recorded."
        }
        Kind::EchoLoop => {
            "From something shown on the screen to the answer of whoever looks at it."
        }
        Kind::Iki => {
            "Gaps between key events. They tell of rhythm, never of distance; how fast somebody types is nobody’s business."
        }
    }
}

/// Where a worker's page is.
pub fn worker_path(worker_id: &str) -> String {
    match worker_id {
        // What a page of ours is called must not hide a worker of that name.
        "unbound" => "/workers/%75nbound".to_owned(),
        id => format!("/workers/{}", segment(id)),
    }
}

impl Who {
    /// The name, or the external id where there is none.
    pub fn heading(&self) -> &str {
        let name = self.name.as_deref().filter(|name| !name.trim().is_empty());
        name.unwrap_or(&self.external_id)
    }

    /// The heading, cut to a line.
    pub fn heading_short(&self) -> String {
        visible::short(self.heading(), 60).into_owned()
    }

    /// Where it came from.
    pub fn origin(&self) -> String {
        let source = visible::short(&self.source, 40);
        format!("{source} · {}", visible::short(&self.external_id, 60))
    }
}

impl Ticket {
    /// Where the worker's page is.
    pub fn href(&self) -> String {
        match &self.worker {
            Some(worker) => worker_path(worker),
            None => format!("/candidates/{}", self.who.id),
        }
    }

    /// Who it is about.
    pub fn subject(&self) -> String {
        match &self.worker {
            Some(worker) => format!("worker {}", visible::short(worker, 60)),
            None => self.who.heading_short(),
        }
    }
}

impl WorkerRow {
    /// Where its page is.
    pub fn href(&self) -> String {
        worker_path(&self.worker_id)
    }

    /// The id, cut to a line.
    pub fn id_short(&self) -> String {
        visible::short(&self.worker_id, 60).into_owned()
    }

    /// Devices that are out, at most a few, cut to a line each.
    pub fn devices_short(&self) -> Vec<String> {
        let short = |device: &String| visible::short(device, 40).into_owned();
        let mut all: Vec<String> = self.devices.iter().take(3).map(short).collect();
        if self.devices.len() > all.len() {
            all.push(format!("and {} more", self.devices.len() - all.len()));
        }
        all
    }
}

impl Timing {
    /// What they measure.
    pub fn label(&self) -> &'static str {
        kind_label(self.kind)
    }
}

impl WorkersPage {
    /// Every state, with what it means.
    pub fn legend(&self) -> [State; 4] {
        State::ALL
    }

    /// The link to devices that are bound to nobody.
    pub fn unbound_line(&self) -> String {
        match self.unbound {
            0 => "Devices bound to nobody".to_owned(),
            n => format!("{} bound to nobody", count(n, "device")),
        }
    }

    /// How many tickets are open.
    pub fn tickets_line(&self) -> String {
        format!(
            "{} open. A ticket is about a breach of policy, not about who somebody is, and says nothing of it.",
            count(self.tickets.len(), "ticket")
        )
    }

    /// Where the list goes on.
    pub fn page_address(&self, cursor: &str) -> String {
        format!(
            "/workers{}",
            words::query(&[("q", &self.q), ("cursor", cursor)])
        )
    }
}

impl UnboundPage {
    /// The list in a sentence.
    pub fn summary(&self) -> String {
        format!(
            "{} heard of at a time when {} bound to nobody. What {} said waits and is nobody’s until somebody says whose it was; then it counts from the day on which it was handed out.",
            count(self.devices.len(), "device"),
            if self.devices.len() == 1 {
                "it was"
            } else {
                "they were"
            },
            if self.devices.len() == 1 {
                "it"
            } else {
                "they"
            },
        )
    }
}

impl Unbound {
    /// The id, cut to a line.
    pub fn device_short(&self) -> String {
        visible::short(&self.device, 80).into_owned()
    }

    /// The form with the device filled in, from the day on which it was first heard of; a device that was
    /// somebody's may not have been free then.
    pub fn onboard_href(&self) -> String {
        let since = self.first_at.strftime("%Y-%m-%d").to_string();
        let since = if self.was_bound { "" } else { &since };
        format!(
            "/onboardings/new{}",
            words::query(&[("device", &self.device), ("issued_on", since)])
        )
    }

    /// What waits, in words.
    pub fn waits(&self) -> String {
        let of = |n: i64, thing: &str| count(usize::try_from(n).unwrap_or_default(), thing);
        format!(
            "{}, {}",
            of(self.sessions, "session"),
            of(self.observations, "observation")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Evidence;
    use crate::telemetry::alarms;
    use crate::web::pages::samples;

    #[test]
    fn a_worker_of_any_name_has_an_address() {
        for (id, path) in [
            ("w-17", "/workers/w-17"),
            ("a/b c?#", "/workers/a%2Fb%20c%3F%23"),
            ("unbound", "/workers/%75nbound"),
            ("Zoë", "/workers/Zo%C3%AB"),
        ] {
            assert_eq!(worker_path(id), path);
        }
    }

    #[test]
    fn a_kind_is_in_alarm_where_a_finding_on_timings_names_it() {
        let mut findings = samples::judgement().findings;
        assert!(alarms(&findings).is_empty());
        findings[0].group = "lat".into();
        findings[0].evidence = [
            "latency.control_rtt",
            "latency.path_rtt.us-west",
            "latency",
            "latency.iki2",
        ]
        .map(|field| Evidence {
            field: field.into(),
            value: String::new(),
        })
        .into();
        assert_eq!(alarms(&findings), [Kind::PathRtt, Kind::ControlRtt]);
        findings[0].group = "dev".into();
        assert!(alarms(&findings).is_empty());
        assert_eq!(State::of(track::State::Insufficient, true), State::Alarm);
    }

    #[test]
    fn a_device_that_was_somebodys_is_not_dated_back() {
        let mut unbound = samples::unbound().devices.swap_remove(0);
        assert_eq!(
            unbound.onboard_href(),
            "/onboardings/new?device=lt-0199&issued_on=2026-02-20"
        );
        unbound.was_bound = true;
        assert_eq!(unbound.onboard_href(), "/onboardings/new?device=lt-0199");
        assert_eq!(unbound.waits(), "12 sessions, 1 observation");
    }
}
