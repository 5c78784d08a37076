//! What can be listed, brought to the normal form that candidates' keys have.

use crate::keys::{self, Hash};
use crate::normalise::phone::Region;
use crate::normalise::{Settings, email, link, phone};

/// A kind of identifier that can be listed. People's names are none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A phone number; without a country code it is American.
    Phone,
    /// A mailbox.
    Email,
    /// A person's page.
    Link,
    /// One IP address.
    Ip,
}

/// The longest identifier that is read, bytes.
const LONGEST: usize = 2_000;

/// A value in its normal form, as the keys that it can stand in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normal {
    /// A number or mailbox can be a candidate's own or a referee's.
    pub kinds: &'static [keys::Kind],
    /// What is hashed.
    pub normal: String,
}

impl Normal {
    /// The keys it can stand in, with their hashes.
    pub fn hashes(&self, hash: &Hash) -> impl Iterator<Item = (keys::Kind, i64)> {
        self.kinds
            .iter()
            .map(|kind| (*kind, hash.of(*kind, &self.normal)))
    }
}

/// The normal form of a value, or why it has none.
pub fn normal(kind: Kind, written: &str, settings: &Settings) -> Result<Normal, &'static str> {
    let written = written.trim();
    if written.is_empty() {
        return Err("nothing is written there");
    }
    if written.len() > LONGEST {
        return Err("it is longer than any identifier");
    }
    let (kinds, normal): (&[keys::Kind], _) = match kind {
        Kind::Phone => {
            let written = without_scheme(written, "tel:");
            let phone = phone::read("", written, Region::default(), settings);
            let normal = keys::reachable(&phone).map(str::to_owned);
            (
                &[keys::Kind::Phone, keys::Kind::Referee],
                normal.ok_or("it is no phone number that can exist")?,
            )
        }
        Kind::Email => {
            let email = email::read("", without_scheme(written, "mailto:"));
            (
                &[keys::Kind::Email, keys::Kind::Referee],
                email.canonical.ok_or("it is no mail address")?,
            )
        }
        Kind::Link => {
            let link = link::read("", written);
            let canonical = link.canonical.ok_or("it is no web address")?;
            if !link.profile {
                return Err("it is no person's page, so it would name many people");
            }
            (&[keys::Kind::Link], canonical)
        }
        Kind::Ip => {
            if written.contains('/') {
                return Err("it is a network, and only single addresses are listed");
            }
            (
                &[keys::Kind::Network],
                keys::network(written)
                    .ok_or("it is no public IP address that one line has to itself")?,
            )
        }
    };
    Ok(Normal { kinds, normal })
}

fn without_scheme<'a>(written: &'a str, scheme: &str) -> &'a str {
    match written.get(..scheme.len()) {
        Some(start) if start.eq_ignore_ascii_case(scheme) => &written[scheme.len()..],
        _ => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_to_the_form_that_keys_have() {
        let settings = Settings::default();
        for (kind, written, expected) in [
            (Kind::Email, "J.Doe+x@GoogleMail.com", Ok("jdoe@gmail.com")),
            (Kind::Email, "mailto:ann@example.org", Ok("ann@example.org")),
            (Kind::Email, "ann at example", Err("it is no mail address")),
            (Kind::Phone, "(212) 736-5000", Ok("+12127365000")),
            (Kind::Phone, "tel:+1-212-736-5000", Ok("+12127365000")),
            (Kind::Phone, "+44 20 7946 0958", Ok("+442079460958")),
            (
                Kind::Phone,
                "(212) 136-5000",
                Err("it is no phone number that can exist"),
            ),
            (
                Kind::Link,
                "HTTPS://www.github.com/Jdoe-99/",
                Ok("github.com/jdoe-99"),
            ),
            (
                Kind::Link,
                "https://github.com/",
                Err("it is no person's page, so it would name many people"),
            ),
            (Kind::Ip, "203.0.113.9", Ok("203.0.113.9")),
            (Kind::Ip, "2001:db8:1:2::9", Ok("2001:db8:1:2::/64")),
            (
                Kind::Ip,
                "203.0.113.0/24",
                Err("it is a network, and only single addresses are listed"),
            ),
            (
                Kind::Ip,
                "10.0.0.1",
                Err("it is no public IP address that one line has to itself"),
            ),
            (Kind::Email, "  ", Err("nothing is written there")),
        ] {
            let read = normal(kind, written, &settings);
            let read = read.as_ref().map(|read| read.normal.as_str());
            assert_eq!(read, expected.as_ref().copied(), "{written}");
        }
        let long = "9".repeat(5_000);
        assert!(normal(Kind::Phone, &long, &settings).is_err());
    }
}
