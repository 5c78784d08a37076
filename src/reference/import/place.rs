//! Where institutions are, and under which domains.

/// Territories of the United States, and states in free association with them: federal files count
/// them as American, ISO 3166-1 gives each a code of its own.
const TERRITORIES: [&str; 8] = ["AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"];

/// Sites where a school has a page rather than a domain.
const SHARED: [&str; 12] = [
    "facebook.com",
    "google.com",
    "instagram.com",
    "linkedin.com",
    "twitter.com",
    "x.com",
    "wikipedia.org",
    "wordpress.com",
    "blogspot.com",
    "youtube.com",
    "yelp.com",
    "business.site",
];

/// A country's code and, of an American territory, the code of its state.
pub(super) fn country(code: &str) -> Option<(String, Option<String>)> {
    let code = code.trim().to_ascii_uppercase();
    if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    Some(if TERRITORIES.contains(&code.as_str()) {
        ("US".to_owned(), Some(code))
    } else {
        (code, None)
    })
}

/// The domain of a web address or of itself, lower case and without `www.`; none of a site that many
/// share.
pub(super) fn domain(address: &str) -> Option<String> {
    let address = address.trim();
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = address
        .split(['/', '?', '#', '\\'])
        .next()
        .unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default();
    let host = host.trim().trim_matches('.').to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    let host = idna::domain_to_ascii(host).ok()?;
    let shared = psl::domain_str(&host).is_none_or(|site| SHARED.contains(&site));
    let label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    (!shared && host.contains('.') && host.split('.').all(label)).then_some(host)
}

/// Degrees north and east, if they are a place on Earth.
pub(super) fn position(latitude: f64, longitude: f64) -> Option<(f64, f64)> {
    let on_earth = latitude.abs() <= 90.0 && longitude.abs() <= 180.0;
    (on_earth && (latitude, longitude) != (0.0, 0.0)).then_some((latitude, longitude))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_are_read_off_web_addresses() {
        for (address, expected) in [
            ("www.aamu.edu/", Some("aamu.edu")),
            ("https://www.UAB.edu/", Some("uab.edu")),
            (
                "http://wise.virginia.edu:8080/a?b",
                Some("wise.virginia.edu"),
            ),
            ("alasu.edu/email/index.aspx", Some("alasu.edu")),
            ("student.wab.edu.pl", Some("student.wab.edu.pl")),
            ("https://www.facebook.com/some.school", None),
            ("sites.google.com/view/school", None),
            ("http://", None),
            ("n/a", None),
            (" ", None),
            ("edu", None),
        ] {
            assert_eq!(domain(address).as_deref(), expected, "{address}");
        }
    }

    #[test]
    fn territories_count_as_american() {
        let read = |code| country(code);
        assert_eq!(read("us"), Some(("US".into(), None)));
        assert_eq!(read("PR"), Some(("US".into(), Some("PR".into()))));
        assert_eq!(read("DE"), Some(("DE".into(), None)));
        assert_eq!(read(""), None);
        assert_eq!(read("Germany"), None);
    }
}
