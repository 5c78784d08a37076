//! Who was active at the devices: somebody beside them, or from afar.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::kvm::{self, By};
use super::{day, minutes};
use crate::telemetry::{DeviceId, Observation, Record, Seen};

/// A habit shows over five days (red-flags §1, `dev.inbound_remote`).
const WINDOW: SignedDuration = SignedDuration::from_hours(5 * 24);

/// A share of less than an hour is no habit.
const LEAST_MINUTES: f64 = 60.0;

/// Activity at the devices.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Sessions {
    /// Share of active minutes that came from afar, 0 to 1, over five days up to a device's last session:
    /// the highest of the devices with an hour of activity.
    pub remote_share: Option<f64>,
    /// The active minutes that it is a share of.
    pub active_minutes: f64,
    /// Whose share it is.
    pub device: Option<DeviceId>,
    /// Days with a session by the device's own keyboard since the last day with one from afar, or with
    /// remote hardware.
    pub local_days: Option<usize>,
}

/// Reads them.
pub(super) fn of(record: &Record) -> Sessions {
    let devices: BTreeSet<&DeviceId> = record.observations.iter().map(|one| &one.device).collect();
    let shares = devices.into_iter().filter_map(|device| {
        let own = record.observations.iter();
        let (share, active) = share(own.filter(|one| one.device == *device))?;
        Some((share, active, device))
    });
    let highest = shares.max_by(|a, b| a.0.total_cmp(&b.0));
    Sessions {
        remote_share: highest.map(|(share, ..)| share),
        active_minutes: highest.map_or(0.0, |(_, active, _)| active),
        device: highest.map(|(.., device)| device.clone()),
        local_days: local_days(record),
    }
}

/// The share of one device, and the minutes it is a share of. Where activity was counted besides the
/// sessions, and more of it, the share is of that: what has no session is not known to be from afar.
fn share<'a>(observations: impl Iterator<Item = &'a Observation> + Clone) -> Option<(f64, f64)> {
    let is_session = |one: &&Observation| matches!(one.seen, Seen::RemoteSession { .. });
    let last = observations
        .clone()
        .filter(is_session)
        .map(|one| one.at)
        .max()?;
    let near = |at: Timestamp| at <= last && last.duration_since(at) < WINDOW;
    let (mut remote_minutes, mut session_minutes, mut activity_minutes) = (0.0, 0.0, 0.0);
    for one in observations.filter(|one| near(one.at)) {
        match &one.seen {
            Seen::RemoteSession {
                remote,
                active_minutes,
                ..
            } => {
                session_minutes += minutes(*active_minutes);
                if *remote {
                    remote_minutes += minutes(*active_minutes);
                }
            }
            Seen::Activity { active_minutes, .. } => activity_minutes += minutes(*active_minutes),
            _ => {}
        }
    }
    let active = f64::max(session_minutes, activity_minutes);
    (active >= LEAST_MINUTES).then(|| (remote_minutes / active, active))
}

/// Days of sessions at the device by its own keyboard; `None` where no session is known, since whoever
/// reports none would not report one from afar.
fn local_days(record: &Record) -> Option<usize> {
    let mut local: BTreeMap<(Date, &DeviceId), (bool, bool)> = BTreeMap::new();
    let mut last_remote: Option<Date> = None;
    let mut any = false;
    for one in &record.observations {
        let date = day(record.home.as_ref(), one.at);
        let known = || kvm::product(&one.seen).is_some_and(|(_, by)| by <= By::Edid);
        match &one.seen {
            Seen::RemoteSession { remote: true, .. } => {
                any = true;
                last_remote = last_remote.max(Some(date));
            }
            Seen::RemoteSession { own_keyboard, .. } => {
                any = true;
                let (session, own) = local.entry((date, &one.device)).or_default();
                *session = true;
                *own |= *own_keyboard == Some(true);
            }
            Seen::Activity {
                own_input: Some(true),
                ..
            } => local.entry((date, &one.device)).or_default().1 = true,
            Seen::Usb { .. } | Seen::Display { .. } if known() => {
                last_remote = last_remote.max(Some(date));
            }
            _ => {}
        }
    }
    let after = |date: &Date| last_remote.is_none_or(|last| *date > last);
    let days = local
        .iter()
        .filter(|(_, (session, own))| *session && *own)
        .map(|((date, _), _)| *date)
        .filter(after);
    any.then(|| days.collect::<BTreeSet<_>>().len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::testing::{activity, record, session};

    #[test]
    fn the_share_is_of_the_last_five_days() {
        let day = |n: i8| format!("2026-03-{n:02}T15:00:00Z");
        let times: Vec<String> = (1..=20).map(day).collect();
        let share_of = |seen: Vec<(usize, Seen)>| {
            let seen = seen.into_iter().map(|(n, seen)| (&*times[n - 1], seen));
            of(&record(seen.collect())).remote_share
        };
        for (seen, share) in [
            (vec![], None),
            (vec![(1, activity(500.0))], None),
            (vec![(1, session(true, 59.0, None))], None),
            (vec![(1, session(true, 60.0, None))], Some(1.0)),
            (
                vec![
                    (1, session(true, 60.0, None)),
                    (2, session(false, 60.0, None)),
                ],
                Some(0.5),
            ),
            (
                vec![
                    (1, session(true, 600.0, None)),
                    (6, session(false, 60.0, None)),
                ],
                Some(0.0),
            ),
            (
                vec![(1, session(true, 60.0, None)), (1, activity(240.0))],
                Some(0.25),
            ),
            (
                vec![(1, session(true, 60.0, None)), (1, activity(20.0))],
                Some(1.0),
            ),
            (
                vec![
                    (1, session(true, f64::NAN, None)),
                    (1, session(false, 90.0, None)),
                ],
                Some(0.0),
            ),
        ] {
            assert_eq!(share_of(seen.clone()), share, "{seen:?}");
        }
    }

    #[test]
    fn days_at_the_device_count_since_the_last_from_afar() {
        let times: Vec<String> = (1..=20)
            .map(|n: i8| format!("2026-03-{n:02}T15:00:00Z"))
            .collect();
        let days = |remote_on: Option<usize>, own: Option<bool>| {
            let local = times
                .iter()
                .map(|time| (&**time, session(false, 60.0, own)));
            let remote = remote_on.map(|n| (&*times[n], session(true, 5.0, None)));
            local_days(&record(local.chain(remote).collect()))
        };
        assert_eq!(days(None, Some(true)), Some(20));
        assert_eq!(days(None, None), Some(0));
        assert_eq!(days(Some(11), Some(true)), Some(8));
        assert_eq!(days(Some(19), Some(true)), Some(0));
        let none = record(vec![("2026-03-01T15:00:00Z", activity(60.0))]);
        assert_eq!(local_days(&none), None);
    }
}
