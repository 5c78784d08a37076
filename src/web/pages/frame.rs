//! What stands around every page: who is signed in, and connections that need somebody.
//!
//! It is handed to the layout beside the pages' structs, through a task-local value that the pages'
//! router sets. Else every page would carry it in a field and every handler fill it, to say what
//! concerns no page of its own, and who is signed in. A page made outside of the router, as in
//! tests, has an empty frame.

use jiff::Timestamp;

use super::words;
use crate::access::{Permission, User};
use crate::explain::visible;
use crate::store::troubles::{Kind, Trouble};

/// Alerts told on every page; the page of connections tells the rest.
const TOLD: usize = 3;

/// Characters of a name.
const NAME: usize = 60;

tokio::task_local! {
    static FRAME: Frame;
}

/// What stands around a page.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Who is signed in.
    pub user: Option<User>,
    /// What needs somebody, at most a few.
    pub alerts: Vec<Alert>,
    /// How many more there are.
    pub more: usize,
}

/// Something that needs somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Where it is seen to.
    pub href: String,
    /// What it is, a sentence.
    pub text: String,
}

/// Makes a page within a frame.
pub async fn within<F: Future>(frame: Frame, page: F) -> F::Output {
    FRAME.scope(frame, page).await
}

/// The same for a page that waits on nothing.
#[cfg(test)]
pub fn within_at_once<T>(frame: Frame, page: impl FnOnce() -> T) -> T {
    FRAME.sync_scope(frame, page)
}

/// The frame of the page that is being made.
pub fn current() -> Frame {
    FRAME.try_with(Frame::clone).unwrap_or_default()
}

impl Frame {
    /// Whether whoever is signed in has a permission.
    pub fn may(&self, what: Permission) -> bool {
        self.user.as_ref().is_some_and(|user| user.role.may(what))
    }

    /// What every page says of troubles.
    pub fn of(troubles: &[Trouble]) -> Self {
        let alerts: Vec<Alert> = troubles.iter().filter_map(Alert::of).collect();
        Self {
            user: None,
            more: alerts.len().saturating_sub(TOLD),
            alerts: alerts.into_iter().take(TOLD).collect(),
        }
    }
}

impl Alert {
    fn of(trouble: &Trouble) -> Option<Self> {
        let kind = trouble.kind()?;
        let name = visible::plain(&visible::short(&trouble.name, NAME));
        let why = match trouble.why.as_deref() {
            Some(why) => format!(": {}", visible::plain(&visible::short(why, 200))),
            None => String::new(),
        };
        let since = trouble.since.map_or_else(String::new, |at| {
            format!(" since {}", words::time(Timestamp::from(at)))
        });
        let id = &trouble.id;
        let held = words::deliveries(trouble.held);
        let (href, text) = match kind {
            Kind::Connection => (
                format!("/connections/{id}"),
                format!("The connection “{name}” fails{since}{why}"),
            ),
            Kind::Endpoint => (
                format!("/endpoints/{id}"),
                format!("Results do not reach “{name}”{since}{why}"),
            ),
            Kind::Off => (
                format!("/endpoints/{id}"),
                format!("“{name}” is switched off{since}{why}"),
            ),
            Kind::HeldIn | Kind::HeldOut => (
                format!(
                    "/deliveries{}",
                    words::query(&[("channel", id), ("state", "held")])
                ),
                format!("“{name}”: {held} held until somebody sees to it"),
            ),
        };
        Some(Self { href, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Millis;

    fn trouble(what: &str, why: Option<&str>, held: i64) -> Trouble {
        Trouble {
            what: what.to_owned(),
            id: "7".to_owned(),
            name: "Green\u{202E}house".to_owned(),
            since: why.map(|_| Millis(0)),
            why: why.map(str::to_owned),
            held,
        }
    }

    #[test]
    fn an_alert_is_a_sentence_that_leads_somewhere() {
        let refused = Some("the server did not take the credentials");
        let troubles = [
            trouble("connection", refused, 0),
            trouble("off", Some("it is no more"), 0),
            trouble("held in", None, 2),
            trouble("endpoint", refused, 0),
        ];
        let frame = Frame::of(&troubles);
        let told: Vec<(&str, &str)> = frame
            .alerts
            .iter()
            .map(|one| (one.href.as_str(), one.text.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                (
                    "/connections/7",
                    "The connection “Green[U+202E]house” fails since 1970-01-01 00:00: the server did not take the credentials"
                ),
                (
                    "/endpoints/7",
                    "“Green[U+202E]house” is switched off since 1970-01-01 00:00: it is no more"
                ),
                (
                    "/deliveries?channel=7&state=held",
                    "“Green[U+202E]house”: 2 deliveries held until somebody sees to it"
                ),
            ]
        );
        assert_eq!(frame.more, 1);
    }

    #[tokio::test]
    async fn a_page_outside_of_the_router_has_an_empty_frame() {
        assert!(current().alerts.is_empty());
        let frame = Frame::of(&[trouble("off", None, 0)]);
        let inside = within(frame, async { current().alerts.len() }).await;
        assert_eq!(inside, 1);
        assert!(current().alerts.is_empty());
    }
}
