//! The worker that a candidate became, in short; the worker's own page tells the rest.

use jiff::Timestamp;

use crate::telemetry::Kind;
use crate::web::pages::words::count;
use crate::web::pages::workers::{self, State};

/// Devices and tickets that are told.
pub const TOLD: usize = 10;

/// The panel.
#[derive(Clone, Debug, Default)]
pub struct AtWork {
    /// The first day.
    pub start_date: Option<String>,
    /// When what the devices say was last judged.
    pub judged_at: Option<Timestamp>,
    /// How timings stand, by what they measure.
    pub kinds: Vec<(Kind, State)>,
    /// Devices, since when they were this worker's and until when, those that are out first.
    pub devices: Vec<(String, Timestamp, Option<Timestamp>)>,
    /// How many there are in all.
    pub all_devices: usize,
    /// Titles of open tickets and when they were opened, the latest first.
    pub tickets: Vec<(String, Timestamp)>,
}

impl AtWork {
    /// What timings of a kind measure, short.
    pub fn label(&self, kind: &Kind) -> &'static str {
        workers::kind_label(*kind)
    }

    /// How things stand, in a sentence.
    pub fn summary(&self) -> String {
        let out = self
            .devices
            .iter()
            .filter(|(_, _, until)| until.is_none())
            .count();
        let alarms = (self.kinds.iter())
            .filter(|(_, state)| *state == State::Alarm)
            .count();
        let timings = match (self.judged_at, alarms) {
            (None, _) => "timings not judged yet".to_owned(),
            (Some(_), 0) => "nothing found in timings".to_owned(),
            (Some(_), n) => format!("{} in alarm", count(n, "timing")),
        };
        let tickets = match self.tickets.len() {
            0 => "no open ticket".to_owned(),
            n => format!("{} open", count(n, "ticket")),
        };
        format!("{} out, {timings}, {tickets}.", count(out, "device"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_things_stand_is_one_sentence() {
        let mut work = AtWork::default();
        assert_eq!(
            work.summary(),
            "0 devices out, timings not judged yet, no open ticket."
        );
        let at = Timestamp::UNIX_EPOCH;
        work.judged_at = Some(at);
        work.devices = vec![("a".into(), at, None), ("b".into(), at, Some(at))];
        assert_eq!(
            work.summary(),
            "1 device out, nothing found in timings, no open ticket."
        );
        work.kinds = vec![(Kind::EchoLoop, State::Alarm), (Kind::Iki, State::Steady)];
        work.tickets = vec![("A remote control box".into(), at)];
        assert_eq!(
            work.summary(),
            "1 device out, 1 timing in alarm, 1 ticket open."
        );
    }
}
