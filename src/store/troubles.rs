//! What is wrong with connections and endpoints, in one look.

use crate::db::{Db, Millis, Result, sql};

/// Held deliveries that are counted for every page; the log counts on.
const COUNTED: i64 = 1_000;

/// Something that a person should see to.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Trouble {
    /// What it is: the word of a [`Kind`].
    pub what: String,
    /// The connection's or the endpoint's id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Since when.
    pub since: Option<Millis>,
    /// Why.
    pub why: Option<String>,
    /// Deliveries that are held.
    pub held: i64,
}

/// What can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A connection fails.
    Connection,
    /// An endpoint fails.
    Endpoint,
    /// An endpoint is switched off.
    Off,
    /// Deliveries of a connection are held.
    HeldIn,
    /// Deliveries to an endpoint are held.
    HeldOut,
}

impl Trouble {
    /// What it is; `None` for a word unknown here.
    pub fn kind(&self) -> Option<Kind> {
        Some(match self.what.as_str() {
            "connection" => Kind::Connection,
            "endpoint" => Kind::Endpoint,
            "off" => Kind::Off,
            "held in" => Kind::HeldIn,
            "held out" => Kind::HeldOut,
            _ => return None,
        })
    }
}

/// Everything that is wrong now. Every page asks, so it reads small tables and one small index.
pub async fn all(db: &Db) -> Result<Vec<Trouble>> {
    sql(
        "select 'connection' as what, id, name, failing_since as since, failure as why, \
         cast(0 as bigint) as held from connections where failing_since is not null \
         union all select 'endpoint', id, name, failing_since, failure, 0 from endpoints \
         where failing_since is not null and disabled_at is null \
         union all select 'off', id, name, disabled_at, disabled_why, 0 from endpoints \
         where disabled_at is not null \
         union all select case when connections.id is null then 'held out' else 'held in' end, \
         held.channel, coalesce(connections.name, endpoints.name), null, null, held.count from \
         (select channel, count(*) as count from (select channel from deliveries \
         where state in ('held', 'dead') and state = 'held' and (channel in (select id from connections) \
         or channel in (select id from endpoints)) limit ?",
    )
    .bind(COUNTED)
    .push(
        ") as some_held group by channel) as held left join connections on connections.id = held.channel \
         left join endpoints on endpoints.id = held.channel order by what, id",
    )
    .all(db)
    .await
}

/// How many deliveries of each channel are held or given up: channel, state and number.
pub async fn counts(db: &Db) -> Result<Vec<(String, String, i64)>> {
    // The condition in the words of the index.
    sql(
        "select channel, state, cast(count(*) as bigint) from deliveries \
         where state in ('held', 'dead') group by channel, state",
    )
    .all(db)
    .await
}
