//! The log of deliveries, received and sent.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::{mask, words};
use crate::candidate::CandidateId;
use crate::explain::visible;
use crate::hooks::apply::RESUME;
use crate::outlets::announce::LEAVE;
use crate::store::deliveries::{Delivery, Filter, State};

/// The log, the latest first.
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "deliveries/index.html")]
pub struct DeliveriesPage {
    /// What is asked for.
    pub filter: Filter,
    /// Connections and endpoints to choose from.
    pub channels: Vec<Channel>,
    /// This page's deliveries.
    pub deliveries: Vec<DeliveryRow>,
    /// The cursor of the next page.
    pub next: Option<String>,
    /// Whether this is a further page.
    pub continued: bool,
}

/// A connection or an endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it is a connection.
    pub is_connection: bool,
    /// Whether it is switched off.
    pub is_off: bool,
}

/// A delivery in the log.
#[derive(Clone, Debug)]
pub struct DeliveryRow {
    /// Its id.
    pub id: String,
    /// Received, or sent.
    pub incoming: bool,
    /// What is done with it.
    pub kind: String,
    /// What it is about.
    pub subject: Option<String>,
    /// The connection or the endpoint; `None` where it was removed.
    pub channel: Option<Channel>,
    /// Whom it concerns, where it says so itself.
    pub candidate_id: Option<CandidateId>,
    /// When it came in, or was made.
    pub created_at: Timestamp,
    /// How it stands; `None` for a state unknown here.
    pub state: Option<State>,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
    /// The status of the last answer.
    pub status: Option<i64>,
    /// What came of it.
    pub said: Option<String>,
}

/// One delivery.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "deliveries/show.html")]
pub struct DeliveryPage {
    /// As in the log.
    pub row: DeliveryRow,
    /// Its headers, masked: [`masked_headers`].
    pub headers: Vec<(String, String)>,
    /// Bytes of the body.
    pub size: i64,
    /// The body, masked.
    pub body: Body,
    /// When it was done with.
    pub done_at: Option<Timestamp>,
    /// What the last form did.
    pub done: Option<&'static str>,
}

/// A body as it may be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// It is no longer kept.
    Forgotten,
    /// It is kept, and this installation's key does not open it.
    Unopenable,
    /// JSON, masked, and the lines that were left out.
    Json(String, usize),
    /// Something else: its SHA-256.
    Other(String),
}

/// Headers with everything that may be secret or personal masked.
pub fn masked_headers(json: &str) -> Vec<(String, String)> {
    let pairs: Vec<(String, String)> = serde_json::from_str(json).unwrap_or_default();
    let pair = |(name, text): (String, String)| {
        let text = mask::header(&name.to_ascii_lowercase(), &text);
        (name, text)
    };
    pairs.into_iter().map(pair).collect()
}

/// A state in words.
pub fn state_label(state: State) -> &'static str {
    match state {
        State::Waiting => "Waiting",
        State::Done => "Done",
        State::Ignored => "Nothing for us",
        State::Held => "Held",
        State::Dead => "Given up",
    }
}

impl Channel {
    /// Where it is seen to.
    pub fn href(&self) -> String {
        let place = if self.is_connection {
            "connections"
        } else {
            "endpoints"
        };
        format!("/{place}/{}", self.id)
    }

    /// For a choice in a form.
    pub fn label(&self) -> String {
        visible::plain(&visible::short(&self.name, 60))
    }
}

impl DeliveryRow {
    /// Out of what is stored, with the channels there are.
    pub fn of(delivery: Delivery, channels: &[Channel]) -> Self {
        let channel = channels.iter().find(|one| one.id == delivery.channel);
        Self {
            id: delivery.id,
            incoming: delivery.incoming,
            kind: delivery.kind,
            subject: delivery.subject,
            channel: channel.cloned(),
            candidate_id: delivery.candidate_id,
            created_at: delivery.created_at.into(),
            state: State::of_word(&delivery.state),
            attempts: delivery.attempts,
            next_at: delivery.next_at.map(Into::into),
            status: delivery.status,
            said: delivery.said,
        }
    }

    /// What it is about, in words.
    pub fn about(&self) -> String {
        match (self.kind.as_str(), self.subject.as_deref()) {
            (RESUME, _) => "Fetch of a résumé’s file".to_owned(),
            (LEAVE, _) => "Note left at the vendor’s".to_owned(),
            (_, None) => "Not read yet".to_owned(),
            (_, Some(word)) => words::subject(word)
                .map_or_else(|| visible::plain(&visible::short(word, 60)), str::to_owned),
        }
    }

    /// Which way it went.
    pub fn way(&self) -> &'static str {
        if self.incoming { "received" } else { "sent" }
    }

    /// How it stands.
    pub fn state_line(&self) -> &'static str {
        self.state.map_or("In a state unknown here", state_label)
    }

    /// The style of that.
    pub fn class(&self) -> &'static str {
        match self.state {
            Some(State::Done) => "active",
            Some(State::Held | State::Dead) => "overdue",
            _ => "shadow",
        }
    }

    /// How often it was tried and when it is tried again.
    pub fn tries(&self) -> String {
        let tried = match self.attempts {
            0 => "not tried yet".to_owned(),
            1 => "tried once".to_owned(),
            n => format!("tried {n} times"),
        };
        match self.next_at {
            Some(at) if self.attempts > 0 => format!("{tried}, again {}", words::time(at)),
            _ => tried,
        }
    }

    /// What came of it, cut to a few lines.
    pub fn said_short(&self) -> Option<String> {
        let said = self.said.as_deref()?;
        Some(visible::short(said, 300).into_owned())
    }
}

impl DeliveriesPage {
    /// Whether nothing is filtered.
    pub fn is_whole(&self) -> bool {
        let Filter {
            channel,
            incoming,
            state,
            candidate_id,
        } = &self.filter;
        channel.is_none() && incoming.is_none() && state.is_none() && candidate_id.is_none()
    }

    /// The candidate's id that is asked for.
    pub fn candidate(&self) -> &str {
        (self.filter.candidate_id.as_ref()).map_or("", |id| id.0.as_str())
    }

    /// Whether a channel is the one chosen.
    pub fn chosen(&self, channel: &Channel) -> bool {
        self.filter.channel.as_deref() == Some(&channel.id)
    }

    /// A channel that is asked for and was removed.
    pub fn removed_channel(&self) -> Option<&str> {
        let asked = self.filter.channel.as_deref()?;
        let known = self.channels.iter().any(|one| one.id == asked);
        (!known).then_some(asked)
    }

    /// The states to choose from.
    pub fn states(&self) -> Vec<(&'static str, &'static str, bool)> {
        let choice = |state: State| {
            let chosen = self.filter.state == Some(state);
            (state.word(), state_label(state), chosen)
        };
        State::ALL.into_iter().map(choice).collect()
    }

    /// The ways to choose from.
    pub fn ways(&self) -> [(&'static str, &'static str, bool); 2] {
        [
            ("received", "Received", self.filter.incoming == Some(true)),
            ("sent", "Sent", self.filter.incoming == Some(false)),
        ]
    }

    /// The address of a further page.
    pub fn page_address(&self, cursor: &str) -> String {
        let way = match self.filter.incoming {
            None => "",
            Some(true) => "received",
            Some(false) => "sent",
        };
        let query = words::query(&[
            (
                "channel",
                self.filter.channel.as_deref().unwrap_or_default(),
            ),
            ("way", way),
            ("state", self.filter.state.map_or("", State::word)),
            ("candidate", self.candidate()),
            ("before", cursor),
        ]);
        format!("/deliveries{query}")
    }
}

impl DeliveryPage {
    /// What doing it again does; `None` where it cannot be done.
    pub fn again(&self) -> Option<&'static str> {
        let channel = self.row.channel.as_ref()?;
        if self.body == Body::Forgotten || channel.is_off {
            return None;
        }
        Some(match (self.row.kind.as_str(), self.row.incoming) {
            (_, true) => {
                "It is read again as it came and what it says is applied. What was applied before is not applied twice."
            }
            (RESUME, _) => {
                "The file is asked for again and read. Many vendors’ links to files end after some time."
            }
            (LEAVE, _) => {
                "What is left for the candidate now is left. If an answer never came, look at the vendor’s first: the note may stand there already."
            }
            _ => {
                "It is sent again as it was, under the same id, so that a receiver that has it already can tell."
            }
        })
    }

    /// Why it cannot be done again.
    pub fn not_again(&self) -> &'static str {
        if self.body == Body::Forgotten {
            "It cannot be done again: its body is no longer kept."
        } else if self.row.channel.is_some() {
            "Its endpoint is switched off: switch it on there, and what is held is sent."
        } else {
            "It cannot be done again: its connection or endpoint was removed."
        }
    }

    /// The size in words.
    pub fn size_line(&self) -> String {
        match self.size {
            1 => "1 byte".to_owned(),
            n => format!("{} bytes", words::thousands(n.unsigned_abs())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_delivery_is_told_in_words() {
        let page = samples::deliveries();
        let told: Vec<_> = page
            .deliveries
            .iter()
            .map(|row| (row.about(), row.way(), row.state_line(), row.tries()))
            .collect();
        for (at, about, way, state, tries) in [
            (0, "New application", "received", "Done", "tried once"),
            (1, "Turned down", "received", "Held", "tried 2 times"),
            (
                2,
                "Next step raised",
                "sent",
                "Waiting",
                "tried 3 times, again 2026-03-02 14:10",
            ),
            (
                3,
                "Note left at the vendor’s",
                "sent",
                "Given up",
                "tried once",
            ),
            (
                4,
                "Fetch of a résumé’s file",
                "sent",
                "Waiting",
                "not tried yet",
            ),
        ] {
            let expected = (about.to_owned(), way, state, tries.to_owned());
            assert_eq!(told[at], expected);
        }
    }

    #[test]
    fn addresses_keep_the_filter() {
        let page = DeliveriesPage {
            filter: Filter {
                channel: Some("c 1".to_owned()),
                incoming: Some(false),
                state: Some(State::Dead),
                candidate_id: Some(CandidateId("7".to_owned())),
            },
            ..DeliveriesPage::default()
        };
        assert_eq!(
            page.page_address("9"),
            "/deliveries?channel=c%201&way=sent&state=dead&candidate=7&before=9"
        );
        assert_eq!(page.removed_channel(), Some("c 1"));
        assert_eq!(DeliveriesPage::default().page_address(""), "/deliveries");
    }

    #[test]
    fn what_cannot_be_done_again_says_why() {
        let mut page = samples::delivery();
        assert!(page.again().unwrap().starts_with("It is read again"));
        if let Some(channel) = &mut page.row.channel {
            channel.is_off = true;
        }
        assert_eq!(page.again(), None);
        assert!(page.not_again().contains("switched off"));
        page.row.channel = None;
        assert_eq!(page.again(), None);
        assert!(page.not_again().contains("removed"));
        page.body = Body::Forgotten;
        assert!(page.not_again().contains("no longer kept"));
    }
}
