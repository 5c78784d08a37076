//! How long what ages by itself is kept: read off the constants that the work goes by.

use jiff::SignedDuration;

use crate::access::{link, sign_in};
use crate::app::App;
use crate::web::KEPT_FOR as ANSWERS_KEPT;
use crate::work::{BODIES_KEPT, FORGET_EVERY, LOG_KEPT};

/// Something that ages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What it is.
    pub what: &'static str,
    /// How long it is kept.
    pub span: SignedDuration,
    /// What stays.
    pub stays: &'static str,
}

/// All of it.
pub fn all(app: &App) -> Vec<Kept> {
    let kept = |what, span, stays| Kept { what, span, stays };
    vec![
        kept(
            "Raw bodies and headers of deliveries, received and sent, sealed",
            BODIES_KEPT,
            "that and when they came, and what came of them",
        ),
        kept("The log of deliveries, without bodies", LOG_KEPT, "nothing"),
        kept(
            "Raw timings of devices",
            app.timings_kept,
            "summaries of sessions, as long as the worker",
        ),
        kept(
            "Places, networks, remote sessions and activity of devices",
            app.timings_kept,
            "hardware and programs, as long as the worker",
        ),
        kept(
            "Answers to requests with an Idempotency-Key",
            ANSWERS_KEPT,
            "nothing",
        ),
        kept("One-time links to sign in", link::VALID, "nothing"),
        kept(
            "Sign-ins that are not used",
            sign_in::IDLE,
            "that there was one, in the audit log",
        ),
        kept(
            "Sign-ins altogether",
            sign_in::LONGEST,
            "that there was one, in the audit log",
        ),
    ]
}

/// How often old things are looked for.
pub const LOOKED_FOR: SignedDuration = FORGET_EVERY;

impl Kept {
    /// The span in words.
    pub fn span(&self) -> String {
        let hours = self.span.as_hours();
        match (hours / 24, hours % 24) {
            (1, 0) => "1 day".to_owned(),
            (days, 0) if days > 0 => format!("{days} days"),
            _ => format!("{hours} hours"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_said_in_days_where_they_are_whole() {
        for (hours, said) in [
            (24, "1 day"),
            (48, "2 days"),
            (8, "8 hours"),
            (2160, "90 days"),
        ] {
            let kept = Kept {
                what: "",
                span: SignedDuration::from_hours(hours),
                stays: "",
            };
            assert_eq!(kept.span(), said);
        }
    }
}
