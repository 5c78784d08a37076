//! Throw-away domains, and the privacy relays that are none.
//!
//! The list is that of the `mailchecker` library. It also lists relays and misspelt domains of
//! large providers; both are taken out here, as they say something else.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Services that forward mail to a person's one real mailbox. Source: their own help pages,
/// November 2026.
const RELAYS: [&str; 29] = [
    "33mail.com",               // 33Mail
    "4wrd.cc",                  // addy.io
    "8alias.com",               // SimpleLogin
    "8shield.net",              // SimpleLogin
    "addy.io",                  // addy.io
    "addymail.com",             // addy.io
    "aleeas.com",               // SimpleLogin
    "anonaddy.com",             // addy.io
    "anonaddy.me",              // addy.io
    "dralias.com",              // SimpleLogin
    "duck.com",                 // DuckDuckGo
    "erine.email",              // erine.email
    "mailer.me",                // addy.io
    "mozmail.com",              // Firefox Relay
    "opayq.com",                // IronVest (Blur)
    "passfwd.com",              // Proton Pass
    "passinbox.com",            // Proton Pass
    "passmail.com",             // Proton Pass
    "passmail.net",             // Proton Pass
    "privaterelay.appleid.com", // Hide My Email
    "relay.firefox.com",        // Firefox Relay
    "silomails.com",            // SimpleLogin
    "simplelogin.co",           // SimpleLogin
    "simplelogin.com",          // SimpleLogin
    "simplelogin.fr",           // SimpleLogin
    "simplelogin.io",           // SimpleLogin
    "slmail.me",                // SimpleLogin
    "slmails.com",              // SimpleLogin
    "users.noreply.github.com", // GitHub
];

/// Large providers whose misspelt domains are a slip of the finger.
const OFTEN_MISSPELT: [&str; 7] = [
    "aol.com",
    "gmail.com",
    "hotmail.com",
    "icloud.com",
    "outlook.com",
    "protonmail.com",
    "yahoo.com",
];

static DISPOSABLE: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| mailchecker::blacklist().into_iter().collect());

/// Whether a domain (ASCII, lower case) or one above it is a privacy relay.
pub fn is_relay(domain: &str) -> bool {
    above(domain).any(|domain| RELAYS.binary_search(&domain).is_ok())
}

/// Whether a domain (ASCII, lower case) or one above it is on the list of throw-away domains, and
/// not one typing slip away from a large provider. Relays are not asked for here.
pub fn is_disposable(domain: &str) -> bool {
    above(domain).any(|domain| DISPOSABLE.contains(domain)) && !is_misspelt(domain)
}

/// The domain and those above it, top-level ones left out.
fn above(domain: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(domain), |domain| {
        domain.split_once('.').map(|(_, up)| up)
    })
    .filter(|domain| domain.contains('.'))
}

fn is_misspelt(domain: &str) -> bool {
    OFTEN_MISSPELT
        .iter()
        .any(|right| domain.len() <= right.len() + 1 && strsim::osa_distance(domain, right) == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_searched_with_the_domains_above() {
        for (domain, listed) in [
            ("guerrillamail.com", true),
            ("a.b.guerrillamail.com", true),
            ("xguerrillamail.com", false),
            ("example.com", false),
            ("com", false),
            ("gmail.com", false),
            ("yahooo.com", false),
        ] {
            assert_eq!(is_disposable(domain), listed, "{domain}");
        }
    }

    #[test]
    fn relays_are_found_under_every_alias() {
        assert!(RELAYS.is_sorted());
        for domain in ["duck.com", "ada.anonaddy.com", "privaterelay.appleid.com"] {
            assert!(is_relay(domain), "{domain}");
        }
        assert!(!is_relay("appleid.com"));
    }
}
