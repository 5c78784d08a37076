//! Wrong passwords and codes make whoever sends them wait, and nobody else.
//!
//! A browser that has signed in to an account before carries a device cookie for it (OWASP, "Slow Down Online Guessing
//! Attacks with Device Cookies"), and its attempts are counted by themselves. Attempts of other browsers are counted by
//! account and network, and by network over all accounts. So a stranger can guess as often as five times in a quarter
//! of an hour from each network, and cannot keep the owner out, who comes with a cookie or from elsewhere.
//!
//! An attempt is counted before it is looked at, so that many at a time are no way around, and taken back if it was
//! right. The counts are in the database, since several instances may serve.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::network::Network;
use super::{sealed, token_hash};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::store::failures;
use crate::store::users::Row;

/// Wrong attempts at one account, from one browser or network, that are taken.
pub const LIMIT: i64 = 5;

/// Wrong attempts at all accounts, from one network without a device cookie, that are taken: offices share one.
pub const NETWORK_LIMIT: i64 = 50;

/// Wrong codes for one account, from all networks without a device cookie, that are taken. Only who has the right
/// password comes so far, and six digits must not fall to many networks at a time.
pub const CODE_LIMIT: i64 = 20;

/// How long attempts count, and how long there is to wait.
pub const SPAN: SignedDuration = SignedDuration::from_mins(15);

/// How long a browser is known.
const DEVICE_MINUTES: i64 = 400 * 24 * 60;

/// What a device cookie says.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Device {
    id: String,
}

/// Whose account it is.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The user's id.
    pub id: &'a str,
    /// The hash of the password: another one ends the device cookies that were made before it.
    pub password: Option<&'a str>,
}

impl<'a> From<&'a Row> for Owner<'a> {
    fn from(row: &'a Row) -> Self {
        Self {
            id: &row.id,
            password: row.password.as_deref(),
        }
    }
}

/// A device cookie for an account.
pub fn device(app: &App, owner: Owner<'_>) -> String {
    let id = app.new_id();
    sealed::close(app, &purpose(owner), DEVICE_MINUTES, &Device { id })
}

/// Whether a device cookie is one for this account.
pub fn is_device(app: &App, owner: Owner<'_>, cookie: &str) -> bool {
    sealed::open::<Device>(app, &purpose(owner), cookie).is_some()
}

fn purpose(owner: Owner<'_>) -> String {
    let password = token_hash(owner.password.unwrap_or_default());
    format!("device of {} {password}", owner.id)
}

/// Whose attempts are counted.
#[derive(Clone, Copy, Debug)]
pub struct Whose<'a> {
    /// The mailbox as it is looked up, whether or not it is anybody's.
    pub email: &'a str,
    /// The user, if it is somebody's.
    pub owner: Option<Owner<'a>>,
    /// The device cookie, if the browser sent one for this user.
    pub device: Option<&'a str>,
    /// Where the browser is.
    pub network: Network,
}

/// What is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A password.
    Password,
    /// A code, by somebody who has proved to know the password, or holds a one-time link.
    Code,
}

impl What {
    const fn word(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
        }
    }
}

/// An attempt that was let through, and is counted as a wrong one until it turns out to be right.
#[derive(Debug)]
#[must_use]
pub struct Attempt {
    buckets: Vec<Counted>,
    user_id: Option<String>,
    network: Network,
    what: What,
}

#[derive(Debug)]
struct Counted {
    bucket: String,
    count: i64,
    limit: i64,
    /// Whether a success ends the count, or only takes one off.
    ends: bool,
}

/// Lets an attempt through, or says how long to wait.
pub async fn attempt(app: &App, whose: &Whose<'_>, what: What) -> Result<Attempt> {
    let now = app.now();
    let ends_at = now.checked_add(SPAN).unwrap_or(now);
    let mut attempt = Attempt {
        buckets: buckets(app, whose, what),
        user_id: whose.owner.map(|owner| owner.id.to_owned()),
        network: whose.network,
        what,
    };
    let mut tx = app.db.begin().await?;
    let mut wait = None::<Timestamp>;
    for one in &mut attempt.buckets {
        let (count, until) = failures::count(&mut tx, &one.bucket, now, ends_at).await?;
        one.count = count;
        if count > one.limit {
            wait = wait.max(Some(until));
        }
    }
    if let Some(until) = wait {
        // Nothing is counted of what was not let through: the transaction goes.
        let seconds = until.duration_since(now).as_secs().max(1);
        return Err(Error::TooMany {
            what: "too many wrong passwords or codes were sent from here",
            seconds: u64::try_from(seconds).unwrap_or(1),
        });
    }
    tx.commit().await?;
    Ok(attempt)
}

impl Attempt {
    /// It was right, and something else is asked for yet.
    pub async fn was_right(self, tx: &mut Tx) -> Result<()> {
        for one in self.buckets {
            failures::take_back(tx, &one.bucket).await?;
        }
        Ok(())
    }

    /// It was right, and all that was asked for.
    pub async fn was_enough(self, tx: &mut Tx) -> Result<()> {
        for one in self.buckets {
            if one.ends {
                failures::clear(tx, &one.bucket).await?;
            } else {
                failures::take_back(tx, &one.bucket).await?;
            }
        }
        Ok(())
    }

    /// It was wrong. Where that was the last one, the audit log says so: one entry, however many are sent after it.
    pub async fn was_wrong(self, app: &App) -> Result<()> {
        let now = app.now();
        let closing: Vec<&Counted> = (self.buckets.iter())
            .filter(|one| one.count == one.limit)
            .collect();
        if closing.is_empty() {
            return Ok(());
        }
        let mut tx = app.db.begin().await?;
        for one in closing {
            let until = now.checked_add(SPAN).unwrap_or(now);
            failures::close(&mut tx, &one.bucket, until).await?;
        }
        let by = Actor::system("sign-in");
        let object = (self.user_id.as_ref()).map_or_else(String::new, |id| format!("user:{id}"));
        let detail = json!({ "wrong": self.what.word(), "network": self.network.to_string() });
        audit::append(app, &mut tx, &by, Action::SignInRefused, &object, &detail).await?;
        Ok(tx.commit().await?)
    }
}

/// Whose count an attempt is in.
fn buckets(app: &App, whose: &Whose<'_>, what: What) -> Vec<Counted> {
    let of = |limit, ends, parts: &[&str]| Counted {
        bucket: hashed(app, parts),
        count: 0,
        limit,
        ends,
    };
    let known = whose.owner.zip(whose.device).and_then(|(owner, cookie)| {
        let device: Device = sealed::open(app, &purpose(owner), cookie)?;
        Some(of(LIMIT, true, &["device", owner.id, &device.id]))
    });
    if let Some(known) = known {
        return vec![known];
    }
    let network = whose.network.to_string();
    let mut buckets = vec![
        of(LIMIT, true, &["account", whose.email, &network]),
        of(NETWORK_LIMIT, false, &["network", &network]),
    ];
    if what == What::Code {
        buckets.push(of(CODE_LIMIT, false, &["codes", whose.email]));
    }
    buckets
}

/// A bucket's name, which tells nothing to who reads the table without the installation's key.
fn hashed(app: &App, parts: &[&str]) -> String {
    let text = format!("failures\0{}", parts.join("\0"));
    format!("{:016x}", app.hash.secret_for(&text))
}
