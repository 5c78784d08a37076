//! Accounts at services: a login that is a mailbox or a page, or has a page at a service that is known.

use crate::lists::value::Kind;

/// Services whose pages follow from a login: what publishers call them, and where pages are.
const SERVICES: &[(&[&str], &str)] = &[
    (&["github", "github.com"], "https://github.com/"),
    (&["gitlab", "gitlab.com"], "https://gitlab.com/"),
    (
        &["linkedin", "linkedin.com"],
        "https://www.linkedin.com/in/",
    ),
    (
        &["twitter", "twitter.com", "x", "x.com"],
        "https://twitter.com/",
    ),
    (&["facebook", "facebook.com"], "https://www.facebook.com/"),
];

/// The identifier that an account is; `None` where its service has no pages by login.
pub(super) fn of(service: Option<&str>, login: &str) -> Option<(Kind, String)> {
    let login = login.trim().trim_start_matches('@');
    if login.contains("://") {
        return Some((Kind::Link, login.to_owned()));
    }
    if login.contains('@') {
        return Some((Kind::Email, login.to_owned()));
    }
    let service = service?.to_ascii_lowercase();
    let (_, pages) = SERVICES
        .iter()
        .find(|(names, _)| names.contains(&service.as_str()))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_login = !login.is_empty() && login.chars().all(plain);
    is_login.then(|| (Kind::Link, format!("{pages}{login}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_a_mailbox_or_a_page() {
        for (service, login, expected) in [
            (
                None,
                "jdoe@example.org",
                Some((Kind::Email, "jdoe@example.org")),
            ),
            (
                Some("GitHub"),
                "jdoe",
                Some((Kind::Link, "https://github.com/jdoe")),
            ),
            (
                Some("linkedin"),
                "@j-doe",
                Some((Kind::Link, "https://www.linkedin.com/in/j-doe")),
            ),
            (Some("unix"), "root", None),
            (None, "jdoe", None),
            (Some("github"), "a/../b", None),
            (Some("github"), "", None),
        ] {
            let read = of(service, login);
            let read = read.as_ref().map(|(kind, value)| (*kind, value.as_str()));
            assert_eq!(read, expected, "{login}");
        }
    }
}
