//! Links: canonical profile URLs.
//!
//! One page has one canonical form, whatever way it is written: no scheme, no `www.`, no tracking,
//! no language or country subdomain, the letters' case only where the site minds it.

mod site;

use std::borrow::Cow;

use crate::application::Application;
use crate::candidate::Seen;
use crate::normalise::contact::{Writing, writings};
use crate::normalise::email::ascii_domain;
use crate::normalise::{resume::Resume, unicode};

/// A link in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Link {
    /// Where it stands: `links[0]`, or `resume_text`.
    pub field: String,
    /// As written.
    pub raw: String,
    /// In which places it stands.
    pub seen: Seen,
    /// `linkedin.com/in/ada`: host without `www.`, path without tracking; `None` when it is no link.
    pub canonical: Option<String>,
    /// Whether it names one person's page, so that two people cannot both own it.
    pub profile: bool,
}

/// The longest link that is read, bytes.
const LONGEST: usize = 2_000;

/// The links of an application: the form's in order, then further ones of the résumé. The same
/// writing in both is one item.
pub fn all(application: &Application, resume: Option<&Resume>) -> Vec<Link> {
    let pieces = resume.map_or(&[][..], |resume| &resume.links);
    writings("links", &application.links, pieces)
        .into_iter()
        .map(|Writing { field, raw, seen }| {
            let link = read(&field, raw);
            // A front page in the body of a résumé is an employer's more often than one's own.
            let profile = link.profile && (seen.own || !is_front_page(&link));
            Link {
                seen,
                profile,
                ..link
            }
        })
        .collect()
}

/// A link's normal form. `seen` is left for the caller.
pub fn read(field: &str, raw: &str) -> Link {
    let page = Url::parse(raw).map(|url| site::page(&url));
    Link {
        field: field.to_owned(),
        raw: raw.to_owned(),
        seen: Seen::default(),
        profile: page.as_ref().is_some_and(|page| page.profile),
        canonical: page.map(|page| page.canonical),
    }
}

/// Whether a link leads to a whole site.
fn is_front_page(link: &Link) -> bool {
    let canonical = link.canonical.as_deref();
    canonical.is_some_and(|canonical| !canonical.contains(['/', '?']))
}

/// The parts of a web address that tell pages apart.
#[derive(Debug)]
struct Url {
    /// ASCII, lower case, without `www.` and port.
    host: String,
    /// Decoded pieces of the path, none empty.
    path: Vec<String>,
    /// The query without `?`, as written.
    query: String,
}

impl Url {
    fn parse(raw: &str) -> Option<Self> {
        if raw.len() > LONGEST {
            return None;
        }
        let folded = unicode::fold(raw);
        let text = folded
            .trim_start_matches(['<', '(', '[', '"', '\''])
            .trim_end_matches(['>', ')', ']', '"', '\'', '.', ',', ';', ':']);
        if text.contains(' ') {
            return None;
        }
        let rest = match text.split_once("://") {
            Some((scheme, rest)) => {
                let web = ["http", "https"]
                    .iter()
                    .any(|web| scheme.eq_ignore_ascii_case(web));
                web.then_some(rest)?
            }
            None => text.strip_prefix("//").unwrap_or(text),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        if authority.contains('@') {
            return None; // a mail address, or a password
        }
        let host = authority.split(':').next().unwrap_or_default();
        let host = ascii_domain(host)?;
        let host = host.strip_prefix("www.").unwrap_or(&host);
        let path = path
            .split('/')
            .filter(|piece| !piece.is_empty() && *piece != ".")
            .map(|piece| decoded(piece).into_owned())
            .collect();
        host.contains('.').then(|| Self {
            host: host.to_owned(),
            path,
            query: query.to_owned(),
        })
    }
}

/// Percent-encoded UTF-8 decoded; what would not decode, or decodes to a separator, stays.
fn decoded(piece: &str) -> Cow<'_, str> {
    if !piece.contains('%') {
        return Cow::Borrowed(piece);
    }
    let bytes = piece.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = piece
            .get(i + 1..i + 3)
            .filter(|hex| bytes[i] == b'%' && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .filter(|byte| !b"/?#%".contains(byte) && *byte > b' ' && *byte != 0x7f);
        plain.push(hex.unwrap_or(bytes[i]));
        i += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8(plain).map_or(Cow::Borrowed(piece), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::resume::Piece;

    #[test]
    fn a_profile_has_one_form_however_it_is_written() {
        for (raw, canonical) in [
            (
                "https://www.linkedin.com/in/Ada-Lovelace/",
                "linkedin.com/in/ada-lovelace",
            ),
            (
                "linkedin.com/in/ada-lovelace",
                "linkedin.com/in/ada-lovelace",
            ),
            (
                "http://uk.linkedin.com/in/ada-lovelace?trk=public",
                "linkedin.com/in/ada-lovelace",
            ),
            (
                "https://m.linkedin.com/in/ada-lovelace#about",
                "linkedin.com/in/ada-lovelace",
            ),
            (
                "linkedin.com/mwlite/in/ada-lovelace",
                "linkedin.com/in/ada-lovelace",
            ),
            (
                "https://www.linkedin.com/in/ada-lovelace/details/skills/",
                "linkedin.com/in/ada-lovelace",
            ),
            (
                "https://linkedin.com/in/ada-lovelace/en",
                "linkedin.com/in/ada-lovelace",
            ),
            (
                "linkedin.com/pub/ada-lovelace/1/23/456",
                "linkedin.com/pub/ada-lovelace/1/23/456",
            ),
            ("linkedin.com/in/j%C3%BCrgen", "linkedin.com/in/jürgen"),
            ("(https://GitHub.com/Ada).", "github.com/ada"),
            ("https://github.com/ada?tab=repositories", "github.com/ada"),
            ("https://ada.github.io/", "ada.github.io"),
            ("https://gitlab.com/ada", "gitlab.com/ada"),
            ("https://bitbucket.org/ada/", "bitbucket.org/ada"),
            (
                "https://stackoverflow.com/users/1234/ada-lovelace",
                "stackoverflow.com/users/1234",
            ),
            ("https://twitter.com/Ada?lang=en", "x.com/ada"),
            ("https://mobile.twitter.com/ada", "x.com/ada"),
            ("x.com/@ada", "x.com/ada"),
            (
                "https://m.facebook.com/ada.lovelace",
                "facebook.com/ada.lovelace",
            ),
            (
                "https://facebook.com/profile.php?id=100&ref=x",
                "facebook.com/profile.php?id=100",
            ),
            ("instagram.com/ada/", "instagram.com/ada"),
            ("https://medium.com/@ada", "medium.com/@ada"),
            ("https://ada.medium.com", "ada.medium.com"),
            ("https://www.behance.net/ada", "behance.net/ada"),
            ("dribbble.com/ada", "dribbble.com/ada"),
            ("https://www.kaggle.com/ada", "kaggle.com/ada"),
            ("https://linktr.ee/ada", "linktr.ee/ada"),
            ("https://www.ada-lovelace.example/", "ada-lovelace.example"),
            ("ada-lovelace.example/index.html", "ada-lovelace.example"),
            ("https://ada.netlify.app/?utm_source=cv", "ada.netlify.app"),
            ("https://leetcode.com/u/Ada/", "leetcode.com/u/ada"),
            ("https://dev.to/ada", "dev.to/ada"),
        ] {
            let link = read("links[0]", raw);
            assert_eq!(link.canonical.as_deref(), Some(canonical), "{raw}");
            assert!(link.profile, "{raw}");
            assert_eq!(link.raw, raw);
        }
    }

    #[test]
    fn a_page_that_many_can_name_is_no_profile() {
        for (raw, canonical) in [
            (
                "https://www.linkedin.com/company/acme",
                "linkedin.com/company/acme",
            ),
            ("linkedin.com", "linkedin.com"),
            ("linkedin.com/in/", "linkedin.com/in"),
            ("linkedin.com/feed", "linkedin.com/feed"),
            ("https://github.com/ada/engine", "github.com/ada/engine"),
            ("https://github.com/Ada/Engine.git", "github.com/ada/engine"),
            ("https://github.com/features", "github.com/features"),
            ("https://github.com/orgs/acme", "github.com/orgs/acme"),
            (
                "https://stackoverflow.com/questions/1/x",
                "stackoverflow.com/questions/1/x",
            ),
            ("https://google.com/", "google.com"),
            ("https://github.io", "github.io"),
            ("https://netlify.app", "netlify.app"),
            (
                "https://medium.com/acme/some-story-1",
                "medium.com/acme/some-story-1",
            ),
            ("https://twitter.com/ada/status/1", "x.com/ada/status/1"),
            ("https://x.com/home", "x.com/home"),
            (
                "https://acme.example/products/engine",
                "acme.example/products/engine",
            ),
            (
                "https://acme.example/?page=2&utm_source=x",
                "acme.example?page=2",
            ),
            ("https://youtube.com/watch?v=aBc", "youtube.com/watch?v=aBc"),
            ("https://harvard.edu", "harvard.edu"),
            ("https://www.gov.uk", "gov.uk"),
            ("https://facebook.com/groups/1", "facebook.com/groups/1"),
            (
                "https://facebook.com/profile.php",
                "facebook.com/profile.php",
            ),
        ] {
            let link = read("links[0]", raw);
            assert_eq!(link.canonical.as_deref(), Some(canonical), "{raw}");
            assert!(!link.profile, "{raw}");
        }
    }

    #[test]
    fn a_site_in_the_body_of_a_résumé_may_be_an_employers() {
        let piece = |raw: &str, own| Piece {
            raw: raw.to_owned(),
            own,
            referee: false,
        };
        let resume = Resume {
            links: vec![
                piece("ada.example", true),
                piece("acme.example", false),
                piece("github.com/ada", false),
            ],
            ..Resume::default()
        };
        let links = all(&Application::default(), Some(&resume));
        let profiles: Vec<_> = links.iter().map(|link| link.profile).collect();
        assert_eq!(profiles, [true, false, true]);
    }

    #[test]
    fn what_is_no_link_keeps_its_raw_form_only() {
        for raw in [
            "",
            "n/a",
            "ada@example.com",
            "mailto:ada@example.com",
            "ftp://example.com/x",
            "javascript:alert(1)",
            "https://ada:secret@example.com",
            "see my site",
            "localhost:8080",
            "http://127.0.0.1/",
            &format!("example.com/{}", "x".repeat(3_000)),
        ] {
            let link = read("links[0]", raw);
            assert_eq!((link.canonical, link.profile), (None, false), "{raw}");
        }
    }

    #[test]
    fn percent_signs_are_decoded_once_and_separators_kept() {
        for (piece, plain) in [
            ("j%C3%BCrgen", "jürgen"),
            ("a%2Fb", "a%2Fb"),
            ("a%252Fb", "a%252Fb"),
            ("100%", "100%"),
            ("%zz%+1", "%zz%+1"),
            ("%ff", "%ff"),
            ("%00", "%00"),
        ] {
            assert_eq!(decoded(piece), plain);
        }
    }
}
