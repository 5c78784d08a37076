//! Connections and endpoints: whether what should come comes, and what should go arrives.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words;
use crate::explain::visible;
use crate::outlets::message::Kind as Message;
use crate::store::connections::Row;
use crate::store::endpoints::Row as Endpoint;
use crate::vendors::{TellsOf, Vendor};

/// Every connection and every endpoint.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "connections/index.html")]
pub struct ConnectionsPage {
    /// Where candidates and checks come from.
    pub connections: Vec<ConnectionRow>,
    /// Where results are sent.
    pub endpoints: Vec<EndpointRow>,
    /// What the last form did.
    pub done: Option<&'static str>,
}

/// A connection in the list.
#[derive(Clone, Debug)]
pub struct ConnectionRow {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The vendor as people write it, or its name where only another version of the program knows it.
    pub vendor: String,
    /// Where deliveries are sent.
    pub path: String,
    /// How it does.
    pub health: Health,
    /// Deliveries that did not come to their end.
    pub open: Open,
}

/// An endpoint in the list.
#[derive(Clone, Debug)]
pub struct EndpointRow {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What is sent, in words.
    pub kind: &'static str,
    /// What it is told of.
    pub events: Vec<Message>,
    /// How it does.
    pub reach: Reach,
    /// Deliveries that did not come to their end.
    pub open: Open,
}

/// How many deliveries of a channel did not come to their end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Open {
    /// They wait for somebody.
    pub held: i64,
    /// They were given up.
    pub dead: i64,
}

/// How a connection does.
#[derive(Clone, Debug, Default)]
pub struct Health {
    /// When a delivery was last verified.
    pub verified_at: Option<Timestamp>,
    /// Deliveries whose signature was not good.
    pub refused: i64,
    /// When the last such came.
    pub refused_at: Option<Timestamp>,
    /// Why it was refused.
    pub refused_why: Option<String>,
    /// Since when it fails.
    pub failing_since: Option<Timestamp>,
    /// Why it fails.
    pub failure: Option<String>,
    /// Whether it has a secret.
    pub has_secret: bool,
}

/// How an endpoint does.
#[derive(Clone, Debug, Default)]
pub struct Reach {
    /// When it was switched off.
    pub disabled_at: Option<Timestamp>,
    /// Why.
    pub disabled_why: Option<String>,
    /// Since when it fails.
    pub failing_since: Option<Timestamp>,
    /// Why it fails.
    pub failure: Option<String>,
}

impl Health {
    /// How a stored connection does.
    pub fn of(row: &Row) -> Self {
        Self {
            verified_at: row.verified_at.map(Into::into),
            refused: row.refused,
            refused_at: row.refused_at.map(Into::into),
            refused_why: row.refused_why.clone(),
            failing_since: row.failing_since.map(Into::into),
            failure: row.failure.clone(),
            has_secret: row.secrets.is_some(),
        }
    }

    /// A word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self {
                failing_since: Some(_),
                ..
            } => "fails",
            Self {
                has_secret: false, ..
            } => "has no secret",
            Self {
                verified_at: None, ..
            } => "waits",
            _ => "receives",
        }
    }

    /// The style of that word.
    pub fn class(&self) -> &'static str {
        match self.word() {
            "receives" => "active",
            "waits" => "shadow",
            _ => "overdue",
        }
    }

    /// What somebody has to do about it.
    pub fn to_do(&self) -> Option<&'static str> {
        match self.word() {
            "fails" => Some("mend why it fails"),
            "has no secret" => Some("add the secret"),
            _ => None,
        }
    }

    /// The same in a sentence.
    pub fn sentence(&self) -> String {
        if !self.has_secret {
            return "It has no secret yet, so whatever comes is answered “come back later”.".into();
        }
        match self.verified_at {
            None => "Waiting for the first delivery.".into(),
            Some(at) => format!("The last delivery was verified {}.", words::time(at)),
        }
    }

    /// Why it fails.
    pub fn failure_line(&self) -> Option<String> {
        failure_line(self.failing_since, self.failure.as_deref())
    }

    /// What was refused.
    pub fn refused_line(&self) -> Option<String> {
        let at = self.refused_at?;
        let why = self.refused_why.as_deref().unwrap_or("no reason is known");
        Some(format!(
            "{} refused, the last {}: {}",
            words::deliveries(self.refused),
            words::time(at),
            plain(why)
        ))
    }
}

impl Reach {
    /// How a stored endpoint does.
    pub fn of(row: &Endpoint) -> Self {
        Self {
            disabled_at: row.disabled_at.map(Into::into),
            disabled_why: row.disabled_why.clone(),
            failing_since: row.failing_since.map(Into::into),
            failure: row.failure.clone(),
        }
    }

    /// A word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Self {
                disabled_at: Some(_),
                ..
            } => "switched off",
            Self {
                failing_since: Some(_),
                ..
            } => "fails",
            _ => "switched on",
        }
    }

    /// The style of that word.
    pub fn class(&self) -> &'static str {
        match self.word() {
            "switched on" => "active",
            _ => "overdue",
        }
    }

    /// What somebody has to do about it.
    pub fn to_do(&self) -> Option<&'static str> {
        match self.word() {
            "switched off" => Some("mend it and switch it on"),
            "fails" => Some("mend why it fails"),
            _ => None,
        }
    }

    /// Why it takes nothing.
    pub fn failure_line(&self) -> Option<String> {
        match self.disabled_at {
            Some(at) => {
                let why = self.disabled_why.as_deref().unwrap_or("no reason is known");
                Some(format!("Switched off {}: {}", words::time(at), plain(why)))
            }
            None => failure_line(self.failing_since, self.failure.as_deref()),
        }
    }
}

fn failure_line(since: Option<Timestamp>, why: Option<&str>) -> Option<String> {
    let why = plain(why.unwrap_or("no reason is known"));
    Some(format!("Fails since {}: {why}", words::time(since?)))
}

fn plain(text: &str) -> String {
    visible::plain(&visible::short(text, 300))
}

impl Open {
    /// Held ones, in words.
    pub fn held_line(&self) -> String {
        format!("{} held", words::thousands(self.held.unsigned_abs()))
    }

    /// Those that were given up, in words.
    pub fn dead_line(&self) -> String {
        format!("{} given up", words::thousands(self.dead.unsigned_abs()))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl ConnectionsPage {
    /// What there is, in a sentence.
    pub fn summary(&self) -> String {
        let connections = words::count(self.connections.len(), "connection");
        let places = match self.endpoints.len() {
            0 => "nowhere yet".to_owned(),
            n => format!("to {}", words::count(n, "place")),
        };
        let verb = if self.connections.len() == 1 {
            "brings"
        } else {
            "bring"
        };
        format!("{connections} {verb} candidates and checks; results are sent {places}.")
    }
}

/// The vendors to choose from.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "connections/choose.html")]
pub struct ChoosePage {
    /// What they tell of, and who they are.
    pub groups: Vec<(&'static str, Vec<&'static Vendor>)>,
}

impl ChoosePage {
    /// Vendors by what they tell of.
    pub fn of(vendors: &[&'static Vendor]) -> Self {
        let kinds = [
            (TellsOf::Candidates, "Tell of candidates"),
            (TellsOf::BackgroundChecks, "Tell of background checks"),
            (TellsOf::IdentityChecks, "Tell of identity checks"),
        ];
        let group = |(kind, title)| {
            let of = vendors.iter().copied().filter(|one| one.tells_of == kind);
            (title, of.collect::<Vec<_>>())
        };
        let groups = kinds.into_iter().map(group);
        Self {
            groups: groups.filter(|(_, vendors)| !vendors.is_empty()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_connection_says_how_it_does() {
        let page = samples::connections();
        let told: Vec<_> = page
            .connections
            .iter()
            .map(|row| (row.health.word(), row.health.class(), row.health.sentence()))
            .collect();
        assert_eq!(
            told[0],
            (
                "receives",
                "active",
                "The last delivery was verified 2026-03-02 14:05.".to_owned()
            )
        );
        assert_eq!(
            told[1],
            (
                "fails",
                "overdue",
                "Waiting for the first delivery.".to_owned()
            )
        );
        assert_eq!(told[2].0, "has no secret");
        assert!(told[2].2.contains("come back later"));
        let health = &page.connections[1].health;
        assert_eq!(
            health.failure_line().unwrap(),
            "Fails since 2026-03-01 08:00: the server did not take the credentials (401)"
        );
        assert_eq!(
            health.refused_line().unwrap(),
            "1,204 deliveries refused, the last 2026-03-02 14:05: the signature is wrong"
        );
        assert_eq!(
            page.summary(),
            "3 connections bring candidates and checks; results are sent to 3 places."
        );
        assert_eq!(
            ConnectionsPage::default().summary(),
            "0 connections bring candidates and checks; results are sent nowhere yet."
        );
    }

    #[test]
    fn an_endpoint_says_how_it_does() {
        let page = samples::connections();
        let told: Vec<_> = page
            .endpoints
            .iter()
            .map(|row| (row.reach.word(), row.reach.failure_line()))
            .collect();
        assert_eq!(told[0], ("switched on", None));
        assert_eq!(
            told[1],
            (
                "switched off",
                Some(
                    "Switched off 2026-03-01 08:00: the endpoint answered 410: it is no more"
                        .into()
                )
            )
        );
        assert_eq!(told[2].0, "fails");
    }

    #[test]
    fn vendors_stand_under_what_they_tell_of() {
        let page = ChoosePage::of(crate::vendors::ALL);
        assert_eq!(page.groups[0].0, "Tell of candidates");
        let all: usize = page.groups.iter().map(|(_, vendors)| vendors.len()).sum();
        assert_eq!(all, crate::vendors::ALL.len());
    }
}
