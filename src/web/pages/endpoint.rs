//! One endpoint: where results are sent, and whether they arrive.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::connection::Told;
use super::connections::{Open, Reach};
use super::deliveries::DeliveryRow;
use super::words;
use crate::app::App;
use crate::explain::visible;
use crate::outlets::endpoints::Kind;
use crate::outlets::message::Kind as Message;
use crate::outlets::ssf::{self, key};

/// The page of an endpoint.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "endpoints/show.html")]
pub struct EndpointPage {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What is sent; `None` for a kind unknown here.
    pub kind: Option<Kind>,
    /// Where, without what may be secret in it: [`place`].
    pub place: String,
    /// What it is told of.
    pub events: Vec<Message>,
    /// Whether it may stand in the operator's own network.
    pub private: bool,
    /// Secrets that sign.
    pub secrets: usize,
    /// What is settled with an identity provider.
    pub provider: Option<Provider>,
    /// When it was made.
    pub created_at: Timestamp,
    /// How it does.
    pub reach: Reach,
    /// Deliveries that did not come to their end.
    pub open: Open,
    /// The last deliveries.
    pub deliveries: Vec<DeliveryRow>,
    /// What the last form did.
    pub told: Told,
}

/// What is settled with an identity provider, for people.
#[derive(Clone, Debug)]
pub struct Provider {
    /// Who says it.
    pub issuer: String,
    /// Whom it is for.
    pub audience: String,
    /// How a worker is named.
    pub subject: String,
    /// How tokens are signed.
    pub algorithm: String,
    /// Where the public keys stand: an address, or where it is not known a path.
    pub keys_at: String,
}

impl Provider {
    /// What is settled, by the settings.
    pub fn of(app: &App, settings: &ssf::Settings) -> Self {
        let root = app.public_url.as_deref().unwrap_or_default();
        Self {
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            subject: settings.subject.to_string(),
            algorithm: settings.algorithm().to_owned(),
            keys_at: format!("{root}{}", ssf::KEYS),
        }
    }

    /// Whether another key can be made here.
    pub fn is_made_here(&self) -> bool {
        self.algorithm != key::RS256
    }
}

/// The form for a new endpoint.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "endpoints/new.html")]
pub struct NewEndpointPage {
    /// What was entered before it was refused.
    pub entered: Entered,
    /// Why it was refused.
    pub refused: Option<String>,
}

/// What was entered, without what is secret.
#[derive(Clone, Debug, Default)]
pub struct Entered {
    /// What is sent.
    pub kind: Option<Kind>,
    /// What people call it.
    pub name: String,
    /// Where.
    pub url: String,
    /// What it is told of.
    pub events: Vec<Message>,
    /// Whether it may stand in the operator's own network.
    pub private: bool,
    /// Whom an identity provider's tokens are for.
    pub audience: String,
    /// How a worker is named to it.
    pub subject: String,
}

/// Where an endpoint stands: of a URL its host alone, as chats and others put a secret behind it.
pub fn place(url: &str) -> String {
    let Ok(parsed) = url.parse::<reqwest::Url>() else {
        return url.to_owned();
    };
    match parsed.host_str() {
        Some(host) => {
            let port = parsed
                .port()
                .map_or_else(String::new, |port| format!(":{port}"));
            format!("{}://{host}{port}/…", parsed.scheme())
        }
        None => url.to_owned(),
    }
}

/// What is sent, in words.
pub fn kind_label(kind: Kind) -> &'static str {
    match kind {
        Kind::Webhook => "Signed webhook (Standard Webhooks)",
        Kind::Ocsf => "Events for a SIEM (OCSF)",
        Kind::Chat => "Lines in a chat",
        Kind::Ssf => "Signals for an identity provider (SSF, CAEP)",
    }
}

impl NewEndpointPage {
    /// What can be sent.
    pub fn kinds(&self) -> Vec<(&'static str, &'static str, bool)> {
        let choice = |kind: Kind| {
            (
                kind.word(),
                kind_label(kind),
                self.entered.kind == Some(kind),
            )
        };
        Kind::ALL.into_iter().map(choice).collect()
    }

    /// What it can be told of.
    pub fn choices(&self) -> Vec<(&'static str, &'static str, bool)> {
        let chosen = |kind: Message| self.entered.events.contains(&kind);
        let choice = |kind: Message| (kind.word(), words::message(kind), chosen(kind));
        Message::ALL.into_iter().map(choice).collect()
    }
}

impl EndpointPage {
    /// For the window's title.
    pub fn window_title(&self) -> String {
        visible::plain(&visible::short(&self.name, 60))
    }

    /// What is sent, in words.
    pub fn kind_line(&self) -> &'static str {
        self.kind.map_or("Of a kind unknown here", kind_label)
    }

    /// Whether messages are signed.
    pub fn is_signed(&self) -> bool {
        self.kind == Some(Kind::Webhook)
    }

    /// The secret's state.
    pub fn secret_line(&self) -> &'static str {
        match self.secrets {
            0 => "No secret is set.",
            1 => "Messages are signed with one secret.",
            _ => "Messages are signed with the secret and with the one before it.",
        }
    }
}

/// What came of a test message, out of what the test says: the delivery's state, then a sentence.
pub fn tested(said: &str) -> String {
    match said.split_once(": ") {
        Some(("done", _)) => "The test message was delivered.".to_owned(),
        Some(("waiting", why)) => {
            format!("The test message did not arrive: {why}. It is sent again in a moment.")
        }
        Some((_, why)) => format!("The test message did not arrive: {why}."),
        None => "The test message is being sent.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_the_host_is_not_shown() {
        for (url, shown) in [
            (
                "https://hooks.slack.example/services/T0/B0/secret",
                "https://hooks.slack.example/…",
            ),
            ("http://10.0.0.7:8088/x?token=1", "http://10.0.0.7:8088/…"),
            ("/var/log/telltale.ndjson", "/var/log/telltale.ndjson"),
        ] {
            assert_eq!(place(url), shown);
        }
    }

    #[test]
    fn a_test_says_what_came_of_it() {
        for (said, told) in [
            ("done: delivered", "The test message was delivered."),
            (
                "waiting: no answer: refused",
                "The test message did not arrive: no answer: refused. It is sent again in a moment.",
            ),
            (
                "held: the endpoint is switched off",
                "The test message did not arrive: the endpoint is switched off.",
            ),
            ("it is being sent", "The test message is being sent."),
        ] {
            assert_eq!(tested(said), told);
        }
    }
}
