//! One's own account.

use askama::Template;
use askama_web::WebTemplate;
use jiff::Timestamp;

use super::words;
use crate::access::password::SHORTEST;
use crate::explain::visible;

/// The page.
#[expect(clippy::struct_excessive_bools, reason = "what is told of an account")]
#[derive(Clone, Debug, Default, Template, WebTemplate)]
#[template(path = "account/index.html")]
pub struct AccountPage {
    /// The mailbox.
    pub email: String,
    /// What they are called.
    pub name: String,
    /// The role's word.
    pub role: &'static str,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether there is a second factor.
    pub has_factor: bool,
    /// Codes on paper that are left.
    pub codes_left: i64,
    /// Whether a single sign-on provider knows them.
    pub by_sso: bool,
    /// Whether a password can be chosen or changed now.
    pub may_choose: bool,
    /// Whether everybody needs a second factor.
    pub required: bool,
    /// Where they are signed in, the latest first.
    pub sign_ins: Vec<SignInRow>,
    /// What the last form did.
    pub done: Option<&'static str>,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// Where somebody is signed in.
#[derive(Clone, Debug)]
pub struct SignInRow {
    /// Its id.
    pub id: String,
    /// Whether it is the one that asks.
    pub is_this: bool,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// What the browser says it is.
    pub agent: String,
    /// `password`, `link` or `sso`.
    pub means: String,
}

impl AccountPage {
    /// The shortest password taken.
    pub fn shortest(&self) -> usize {
        SHORTEST
    }

    /// Whether there are others than this one.
    pub fn has_others(&self) -> bool {
        self.sign_ins.len() > 1
    }

    /// The codes on paper in words.
    pub fn codes_line(&self) -> String {
        match usize::try_from(self.codes_left).unwrap_or_default() {
            0 => "No recovery code is left.".to_owned(),
            1 => "1 recovery code is left.".to_owned(),
            n => format!("{n} recovery codes are left."),
        }
    }
}

impl SignInRow {
    /// The browser in a few words, as far as it says.
    pub fn browser(&self) -> String {
        let agent = &self.agent;
        let first = |of: &[(&str, &'static str)]| {
            of.iter()
                .find(|(mark, _)| agent.contains(mark))
                .map(|(_, name)| *name)
        };
        // Each calls itself by the names of those before it too.
        let browser = first(&[
            ("Edg", "Edge"),
            ("OPR/", "Opera"),
            ("Firefox/", "Firefox"),
            ("Chrome/", "Chrome"),
            ("Safari/", "Safari"),
        ]);
        let system = first(&[
            ("Android", "Android"),
            ("iPhone", "iPhone"),
            ("iPad", "iPad"),
            ("Windows", "Windows"),
            ("Mac OS", "macOS"),
            ("CrOS", "ChromeOS"),
            ("Linux", "Linux"),
        ]);
        match (browser, system) {
            (Some(browser), Some(system)) => format!("{browser} on {system}"),
            (Some(one), None) | (None, Some(one)) => one.to_owned(),
            (None, None) if agent.is_empty() => "A program without a name".to_owned(),
            (None, None) => visible::short(agent, 60).into_owned(),
        }
    }

    /// How it was opened.
    pub fn means_label(&self) -> &'static str {
        match self.means.as_str() {
            "sso" => "single sign-on",
            "link" => "one-time link",
            _ => "password",
        }
    }
}

/// A second factor that is offered.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "account/factor.html")]
pub struct FactorPage {
    /// The dark squares of the picture, data of an SVG path.
    pub picture: String,
    /// Squares to a side.
    pub width: usize,
    /// The key, to be typed.
    pub key: String,
    /// The key, sealed, for the form.
    pub offer: String,
    /// Whether nothing else goes without it.
    pub required: bool,
    /// What was wrong.
    pub wrong: Option<&'static str>,
}

impl FactorPage {
    /// The picture with four white squares around it, which readers need.
    pub fn view_box(&self) -> String {
        format!("-4 -4 {0} {0}", self.width + 8)
    }
}

/// Codes for paper, shown once.
#[derive(Clone, Debug, Template, WebTemplate)]
#[template(path = "account/codes.html")]
pub struct CodesPage {
    /// The codes.
    pub codes: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        let row = |agent: &str| SignInRow {
            id: String::new(),
            is_this: false,
            created_at: Timestamp::UNIX_EPOCH,
            seen_at: Timestamp::UNIX_EPOCH,
            agent: agent.to_owned(),
            means: "sso".to_owned(),
        };
        for (agent, name) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            ("curl/8", "curl/8"),
            ("", "A program without a name"),
        ] {
            assert_eq!(row(agent).browser(), name);
        }
        assert_eq!(row("").means_label(), "single sign-on");
    }
}
