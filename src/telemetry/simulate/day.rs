//! One day of a made-up worker.

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::line::Line;
use super::noise::Noise;
use super::session::{Frame, session};
use super::{Fate, HOMES, Plan, Story, Trace, probes};
use crate::latency::physics::KM_PER_MS_OF_ROUND_TRIP;
use crate::reference::distance_km;
use crate::telemetry::{Kind, Observation, Seen};

/// A day of a worker, with its chance.
pub(super) struct Today<'a> {
    pub plan: &'a Plan,
    pub fate: &'a Fate,
    /// How the lines of this worker differ from others', by line.
    pub houses: &'a [f64; 8],
    pub index: u16,
    pub date: Date,
    /// What a bad day adds to everything.
    pub extra_ms: f64,
    pub noise: Noise,
}

/// A session's circumstances.
struct Slot {
    at: Timestamp,
    minutes: i64,
    line: Line,
    /// On the line besides the base: the day, the evening, the session, a tunnel.
    queue_ms: f64,
    place: (f64, f64),
}

impl Today<'_> {
    pub(super) fn work(&mut self, trace: &mut Trace) {
        let weekend = matches!(self.date.weekday(), Weekday::Saturday | Weekday::Sunday);
        let (first, length) = self.fate.leave;
        let on_leave = (first..first + length).contains(&self.index);
        if weekend || on_leave || self.noise.chance(0.03) {
            return;
        }
        let (line, home) = self.whereabouts();
        let (_, _, lat, lon) = HOMES[home % HOMES.len()];
        let place = (lat + self.fate.offset.0, lon + self.fate.offset.1);
        let character = line.character();
        let day_ms = character.day * self.noise.normal() + self.extra_ms;
        let mut hours = vec![9.0, 12.0, 15.0];
        if self.noise.chance(self.fate.late) {
            hours.push(19.0);
        }
        for hour in hours {
            let hour = hour + self.noise.between(-0.8, 0.8);
            let evening_ms = if hour > 17.0 {
                self.noise.log_normal(character.evening, 0.6)
            } else {
                0.0
            };
            let wavers_ms = character.session * self.noise.normal() + day_ms + evening_ms;
            let slot = Slot {
                at: self.utc(hour, lon),
                minutes: 20 + i64::try_from(self.noise.below(60)).unwrap_or_default(),
                line,
                queue_ms: wavers_ms.max(-character.base * 0.3) + self.tunnel_ms(),
                place,
            };
            self.sit(&slot, trace);
        }
    }

    /// The line and the place of the day.
    fn whereabouts(&self) -> (Line, usize) {
        if let Some((first, length, to)) = self.fate.journey
            && (first..first + length).contains(&self.index)
            && self.plan.line != Line::Vdi
        {
            return (Line::Hotel, to);
        }
        match self.plan.story {
            Story::Move { day, to } if self.index >= day => (self.plan.line, to),
            Story::NewLine { day, line } if self.index >= day => (line, self.plan.home),
            _ => (self.plan.line, self.plan.home),
        }
    }

    fn tunnel_ms(&mut self) -> f64 {
        match self.plan.story {
            Story::Tunnel { day, extra_ms } if self.index >= day => {
                extra_ms + 3.0 * self.noise.normal()
            }
            _ => 0.0,
        }
    }

    /// The time of an hour by the sun of a longitude.
    fn utc(&self, hour: f64, lon: f64) -> Timestamp {
        let midnight = self.date.at(0, 0, 0, 0).to_zoned(TimeZone::UTC);
        let midnight = midnight.map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp());
        let seconds = (hour - lon / 15.0) * 3600.0;
        let after = SignedDuration::try_from_secs_f64(seconds.round()).unwrap_or_default();
        midnight.checked_add(after).unwrap_or(midnight)
    }

    /// One sitting: a session of each kind.
    fn sit(&mut self, slot: &Slot, trace: &mut Trace) {
        let probes = probes();
        for (probe, detour) in probes.iter().zip(self.fate.detours) {
            let floor_ms = if slot.line == Line::Vdi {
                // the data centre is beside the first probe
                distance_km((39.04, -77.49), (probe.lat, probe.lon)) / KM_PER_MS_OF_ROUND_TRIP
            } else {
                distance_km(slot.place, (probe.lat, probe.lon)) / KM_PER_MS_OF_ROUND_TRIP
            };
            let samples = self.round_trips(slot, floor_ms * detour, 100, 80);
            let frame = self.frame(slot, Kind::PathRtt);
            trace.sessions.push(session(
                &Frame {
                    probe: Some(probe),
                    ..frame
                },
                samples,
            ));
        }
        let from_afar = self.seats(slot, trace);
        self.keys(slot, &probes[0], from_afar, trace);
    }

    /// Keys to the server, their gaps, and the echo where a box makes one.
    fn keys(
        &mut self,
        slot: &Slot,
        server: &crate::telemetry::Probe,
        from_afar: bool,
        trace: &mut Trace,
    ) {
        let (plan, index) = (self.plan, self.index);
        let path_km = match slot.line {
            Line::Vdi => 50.0,
            _ => distance_km(slot.place, (server.lat, server.lon)),
        };
        let one_way_ms = path_km / KM_PER_MS_OF_ROUND_TRIP * self.fate.detours[0] / 2.0;
        let agent = self.fate.agent.filter(|(day, _)| index >= *day);
        let upstream_ms = match plan.story {
            Story::Upstream { day, extra_ms } if index >= day => extra_ms,
            _ => 0.0,
        };
        let fixed_ms =
            one_way_ms + self.fate.processing_ms + agent.map_or(0.0, |(_, ms)| ms) + upstream_ms;
        let ways = self.round_trips(slot, 0.0, 120, 120);
        let to_server = ways
            .into_iter()
            .map(|ms| ms / 2.0 + fixed_ms + self.noise.log_normal(2.0, 0.6));
        let to_server: Vec<f64> = to_server.collect();
        let frame = self.frame(slot, Kind::KeyToServer);
        trace.sessions.push(session(&frame, to_server));
        let in_pieces = match plan.story {
            Story::Paste { share } => share,
            _ => self.fate.expander,
        };
        // a screen's frames hold back what comes over remote control, in part
        let gaps = (0..200).map(|_| {
            if self.noise.chance(in_pieces) {
                self.noise.between(0.2, 4.5)
            } else {
                let ms = self.noise.log_normal(190.0, 0.5);
                if from_afar {
                    ms + 4.0 * self.noise.normal().abs()
                } else {
                    ms
                }
            }
        });
        let gaps: Vec<f64> = gaps.collect();
        let frame = self.frame(slot, Kind::Iki);
        trace.sessions.push(session(&frame, gaps));
        if let Story::Kvm { day, extra_ms } = plan.story {
            let picture_ms = if index >= day { extra_ms } else { 0.0 };
            let own_ms = self.fate.processing_ms + 12.0 + picture_ms;
            let echo = self.round_trips(slot, own_ms, 70, 40);
            let frame = self.frame(slot, Kind::EchoLoop);
            trace.sessions.push(session(&frame, echo));
        }
    }

    /// Who sits where, and the remote-control connection where one is.
    fn seats(&mut self, slot: &Slot, trace: &mut Trace) -> bool {
        let (distance_km, is_remote, is_relayed) = match self.plan.story {
            Story::Remote {
                distance_km,
                share,
                relayed,
            } => {
                let remote = self.noise.chance(share);
                (distance_km, remote, self.noise.chance(relayed))
            }
            _ => (0.0, false, false),
        };
        let active_minutes = self.noise.between(60.0, 150.0);
        self.observe(slot, is_remote, active_minutes, trace);
        if is_remote {
            self.control(slot, distance_km, is_relayed, trace);
        } else if self.noise.chance(0.01) {
            let minutes = self.noise.between(8.0, 40.0);
            self.observe(slot, true, minutes, trace);
            self.control(slot, self.fate.helpdesk_km, false, trace);
        }
        is_remote
    }

    fn control(&mut self, slot: &Slot, distance_km: f64, is_relayed: bool, trace: &mut Trace) {
        let (reach_km, detour) = if is_relayed {
            (self.noise.between(50.0, 600.0), 1.6)
        } else {
            (distance_km, self.noise.between(1.4, 1.9))
        };
        let other_end_ms = self.noise.log_normal(8.0, 0.4);
        let path_ms = reach_km / KM_PER_MS_OF_ROUND_TRIP * detour + other_end_ms;
        let samples = self.round_trips(slot, path_ms, 50, 400);
        let frame = self.frame(slot, Kind::ControlRtt);
        trace.sessions.push(session(
            &Frame {
                peer_is_relay: Some(is_relayed),
                ..frame
            },
            samples,
        ));
    }

    fn observe(&self, slot: &Slot, remote: bool, active_minutes: f64, trace: &mut Trace) {
        trace.observations.push(Observation {
            id: format!("seat-{}-{}", slot.at.as_second(), u8::from(remote)),
            device: self.plan.device.clone(),
            at: slot.at,
            seen: Seen::RemoteSession {
                product: remote.then(|| "rdp".to_owned()),
                remote,
                active_minutes,
                peer_ip: None,
                peer_is_relay: None,
                own_keyboard: Some(!remote),
            },
        });
    }

    /// Samples over the slot's line, at least so many and up to so many more.
    fn round_trips(&mut self, slot: &Slot, path_ms: f64, least: usize, more: usize) -> Vec<f64> {
        let character = slot.line.character();
        let house = self.houses[slot.line as usize];
        let base_ms = character.base * (character.spread * house).exp();
        let count = least + self.noise.below(more);
        let fixed_ms = (path_ms + base_ms + slot.queue_ms).max(0.3);
        let samples = (0..count).map(|_| {
            let second = self.noise.between(0.0, 1200.0);
            fixed_ms + slot.line.wait_ms(second, &mut self.noise)
        });
        samples.collect()
    }

    fn frame(&self, slot: &Slot, kind: Kind) -> Frame<'_> {
        Frame {
            device: &self.plan.device,
            kind,
            started_at: slot.at,
            minutes: slot.minutes,
            probe: None,
            access: Some(slot.line.access()),
            peer_is_relay: None,
        }
    }
}
