//! How much anybody may ask for: pages by user, what is open by network, the API by key.
//!
//! Each instance counts for itself, in memory: this keeps one visitor from taking the others' turns, and is no count of
//! anything. What guards passwords is in [`super::lockout`].

use std::hash::Hash;
use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::network::Network;
use crate::error::{Error, Result};

/// Requests for pages in a minute, and at a time: a person who clicks as fast as they can asks for a tenth.
pub const PAGES_PER_MINUTE: u32 = 600;

/// What may come at a time is a third of a minute's.
const BURST: u32 = 3;

/// Limits, or none.
#[derive(Debug, Default)]
pub struct Limits {
    networks: Option<DefaultKeyedRateLimiter<Network>>,
    users: Option<DefaultKeyedRateLimiter<String>>,
    keys: Option<DefaultKeyedRateLimiter<String>>,
}

fn limiter<K: Hash + Eq + Clone>(per_minute: u32) -> Option<DefaultKeyedRateLimiter<K>> {
    let rate = NonZeroU32::new(per_minute)?;
    let burst = NonZeroU32::new(per_minute.div_ceil(BURST))?;
    Some(RateLimiter::keyed(
        Quota::per_minute(rate).allow_burst(burst),
    ))
}

fn check<K: Hash + Eq + Clone>(
    limiter: Option<&DefaultKeyedRateLimiter<K>>,
    key: &K,
) -> Result<()> {
    let Some(limiter) = limiter else {
        return Ok(());
    };
    limiter.check_key(key).map_err(|early| Error::TooMany {
        what: "too many requests",
        seconds: early
            .wait_time_from(DefaultClock::default().now())
            .as_secs()
            + 1,
    })
}

impl Limits {
    /// So many a minute of pages and of calls; 0: as many as one likes.
    pub fn new(pages: u32, calls: u32) -> Self {
        Self {
            networks: limiter(pages),
            users: limiter(pages),
            keys: limiter(calls),
        }
    }

    /// A page for nobody in particular.
    pub fn open(&self, network: Network) -> Result<()> {
        check(self.networks.as_ref(), &network)
    }

    /// A page for somebody who is signed in.
    pub fn page(&self, user_id: &str) -> Result<()> {
        match &self.users {
            Some(users) => check(Some(users), &user_id.to_owned()),
            None => Ok(()),
        }
    }

    /// A call of the API.
    pub fn call(&self, key_id: &str) -> Result<()> {
        match &self.keys {
            Some(keys) => check(Some(keys), &key_id.to_owned()),
            None => Ok(()),
        }
    }

    /// Forgets who has long asked for nothing.
    pub fn forget(&self) {
        if let Some(networks) = &self.networks {
            networks.retain_recent();
        }
        for limiter in [&self.users, &self.keys].into_iter().flatten() {
            limiter.retain_recent();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_count_of_its_own() {
        let limits = Limits::new(6, 0);
        for _ in 0..2 {
            limits.page("ada").unwrap();
        }
        let refused = limits.page("ada").unwrap_err();
        let Error::TooMany { seconds, .. } = refused else {
            panic!("{refused}");
        };
        assert!((1..=11).contains(&seconds), "{seconds}");
        limits.page("bea").unwrap();
        limits.open(Network::UNKNOWN).unwrap();
        for _ in 0..10_000 {
            limits.call("key").unwrap();
        }
        limits.forget();
        assert!(limits.page("ada").is_err());
    }
}
