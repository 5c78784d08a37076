//! One connection: where its URL is pasted, whether anything comes, its secrets and its settings.

use std::collections::BTreeMap;

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::connections::{Health, Open};
use super::deliveries::DeliveryRow;
use super::words;
use crate::explain::visible;
use crate::vendors::{self, Vendor};

/// The guided page of a connection.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "connections/show.html")]
pub struct ConnectionPage {
    /// Its id.
    pub id: String,
    /// The vendor.
    pub vendor: &'static Vendor,
    /// What to do at the vendor's: [`steps`].
    pub steps: Vec<String>,
    /// The URL to paste, or the path where it is not known how this service is reached.
    pub url: String,
    /// Whether that is a whole URL.
    pub is_whole: bool,
    /// What it was told.
    pub entered: Entered,
    /// Live secrets.
    pub secrets: usize,
    /// When it was made.
    pub created_at: Timestamp,
    /// How it does.
    pub health: Health,
    /// Deliveries that did not come to their end.
    pub open: Open,
    /// Since when somebody waits for a test, and whether they asked what came.
    pub test: Test,
    /// The last deliveries.
    pub deliveries: Vec<DeliveryRow>,
    /// What the last form did.
    pub told: Told,
}

/// What a form says when its page is shown again.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// What it did.
    pub done: Option<&'static str>,
    /// Why it did nothing.
    pub refused: Option<String>,
    /// A secret that was made, shown this once.
    pub secret: Option<String>,
    /// What came of a request to the API, or of a test message.
    pub answer: Option<String>,
}

/// A test that somebody sends from the vendor's side.
#[derive(Clone, Copy, Debug)]
pub struct Test {
    /// Since when it is waited for.
    pub since: Timestamp,
    /// Whether somebody asks what came.
    pub asked: bool,
}

/// What was entered in a form, without what is secret.
#[derive(Clone, Debug, Default)]
pub struct Entered {
    /// What people call it.
    pub name: String,
    /// The source of its candidates.
    pub source: String,
    /// Whether there is a key for the API.
    pub has_key: bool,
    /// Where the API stands.
    pub api_url: String,
    /// Settings.
    pub settings: BTreeMap<String, String>,
    /// Whether something is left at the vendor's.
    pub leaves: bool,
}

/// A setting that a form asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
}

/// The form for a new connection.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "connections/new.html")]
pub struct NewConnectionPage {
    /// The vendor.
    pub vendor: &'static Vendor,
    /// What was entered before it was refused.
    pub entered: Entered,
    /// Why it was refused.
    pub refused: Option<String>,
}

/// A vendor's steps with the URL in its place.
pub fn steps(vendor: &Vendor, url: &str) -> Vec<String> {
    let step = |step: &&str| step.replace("{url}", url);
    vendor.steps.iter().map(step).collect()
}

/// What a connection with a vendor can be told.
pub fn asked(vendor: &Vendor) -> Vec<Asked> {
    let own = vendor.settings.iter().map(|one| Asked {
        name: one.name,
        about: one.about,
    });
    own.chain([Asked {
        name: vendors::LIMIT,
        about: "The largest delivery that is taken, in KiB, if not 1024; at most 5120.",
    }])
    .collect()
}

/// What a vendor can be left after a screening: "a note, a tag".
pub fn leaves(vendor: &Vendor) -> Option<String> {
    let access = vendor.access.as_ref()?;
    let about: Vec<&str> = access.leave.iter().map(|leave| leave.about).collect();
    (!about.is_empty()).then(|| about.join(", "))
}

impl Asked {
    /// Whether its value is a secret, which is never shown again.
    pub fn is_secret(&self) -> bool {
        let words = ["secret", "token", "password", "key"];
        words.iter().any(|word| self.name.contains(word))
    }

    /// The name as a label: `auth_url` is "Auth URL".
    pub fn label(&self) -> String {
        let written = |word| match word {
            "url" => "URL",
            "kib" => "KiB",
            word => word,
        };
        let words: Vec<&str> = self.name.split('_').map(written).collect();
        let words = words.join(" ");
        let mut letters = words.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect()
    }
}

impl Entered {
    /// What stands in a setting's field.
    pub fn value(&self, asked: &Asked) -> &str {
        match self.settings.get(asked.name) {
            Some(value) if !asked.is_secret() => value,
            _ => "",
        }
    }

    /// Whether a setting is set.
    pub fn is_set(&self, asked: &Asked) -> bool {
        self.settings.contains_key(asked.name)
    }
}

impl NewConnectionPage {
    /// What it can be told.
    pub fn asked(&self) -> Vec<Asked> {
        asked(self.vendor)
    }

    /// What can be left at the vendor's.
    pub fn leaves(&self) -> Option<String> {
        leaves(self.vendor)
    }
}

impl ConnectionPage {
    /// What it can be told.
    pub fn asked(&self) -> Vec<Asked> {
        asked(self.vendor)
    }

    /// What can be left at the vendor's.
    pub fn leaves(&self) -> Option<String> {
        leaves(self.vendor)
    }

    /// For the window's title.
    pub fn window_title(&self) -> String {
        visible::plain(&visible::short(&self.entered.name, 60))
    }

    /// The secret's state.
    pub fn secret_line(&self) -> &'static str {
        match self.secrets {
            0 => "No secret is set.",
            1 => "A secret is set.",
            _ => "A secret is set, and the one before it is still good.",
        }
    }

    /// The key's state.
    pub fn key_line(&self) -> &'static str {
        if self.entered.has_key {
            "A key is set."
        } else {
            "No key is set."
        }
    }

    /// What came since somebody waits for a test.
    pub fn test_line(&self) -> String {
        let Test { since, .. } = self.test;
        let fresh = |at: Option<Timestamp>| at.filter(|at| *at >= since);
        let refused = fresh(self.health.refused_at);
        let began = since.strftime("%H:%M:%S");
        match (fresh(self.health.verified_at), refused) {
            (Some(at), _) => format!(
                "It works: a delivery came at {} and its signature is good.",
                at.strftime("%H:%M:%S")
            ),
            (None, Some(at)) => format!(
                "A delivery came at {} and was refused: {}.",
                at.strftime("%H:%M:%S"),
                self.health
                    .refused_why
                    .as_deref()
                    .unwrap_or("no reason is known")
            ),
            (None, None) => format!("Nothing has come since {began}."),
        }
    }

    /// The time from which the test counts, for the form.
    pub fn test_since(&self) -> i64 {
        self.test.since.as_millisecond()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_test_says_what_came_since() {
        let mut page = samples::connection();
        let at = |time: &str| Some(time.parse::<Timestamp>().unwrap());
        page.test.since = at("2026-03-02T14:05:00Z").unwrap();
        for (verified, refused, line) in [
            (None, None, "Nothing has come since 14:05:00."),
            (
                at("2026-03-02T14:04:59Z"),
                at("2026-03-01T14:05:00Z"),
                "Nothing has come since 14:05:00.",
            ),
            (
                None,
                at("2026-03-02T14:05:07Z"),
                "A delivery came at 14:05:07 and was refused: the signature is wrong.",
            ),
            (
                at("2026-03-02T14:05:09Z"),
                at("2026-03-02T14:05:07Z"),
                "It works: a delivery came at 14:05:09 and its signature is good.",
            ),
        ] {
            page.health.verified_at = verified;
            page.health.refused_at = refused;
            page.health.refused_why = Some("the signature is wrong".to_owned());
            assert_eq!(page.test_line(), line);
        }
    }

    #[test]
    fn the_url_stands_in_the_steps_of_every_vendor() {
        for vendor in vendors::ALL {
            let steps = steps(vendor, "https://here.example/hooks/x");
            let whole = steps.join(" ");
            assert!(
                whole.contains("https://here.example/hooks/x"),
                "{}",
                vendor.name
            );
            assert!(!whole.contains("{url}"), "{}: {whole}", vendor.name);
        }
    }

    #[test]
    fn what_is_secret_is_never_shown_again() {
        let token = Asked {
            name: "account_token",
            about: "",
        };
        let user = Asked {
            name: "user_id",
            about: "",
        };
        let entered = Entered {
            settings: [("account_token", "t"), ("user_id", "7")]
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            ..Entered::default()
        };
        assert_eq!((entered.value(&token), entered.value(&user)), ("", "7"));
        assert!(entered.is_set(&token));
        assert_eq!(user.label(), "User id");
    }
}
