//! What each large site makes of an address: which part names a person, and what is decoration.

use std::fmt::Write as _;

use super::Url;
use crate::normalise::email::registrable;

/// A page under its one name.
pub(super) struct Page {
    pub canonical: String,
    pub profile: bool,
}

/// A site whose profiles stand at a known place.
struct Site {
    /// The host, and other hosts of the same site.
    host: &'static str,
    also: &'static [&'static str],
    /// What stands before the person in the path: `in` at `LinkedIn`; nothing at most sites.
    before: &'static [&'static str],
    /// Whether further pieces of the path are views of the same profile rather than other pages.
    views: bool,
    /// Pages of the site's own at the place of a person.
    own: &'static [&'static str],
}

const fn site(host: &'static str, own: &'static [&'static str]) -> Site {
    Site {
        host,
        also: &[],
        before: &[],
        views: false,
        own,
    }
}

/// Pages that any site may have at the place of a person.
const OWN_PAGES: [&str; 43] = [
    "about",
    "account",
    "api",
    "apps",
    "blog",
    "careers",
    "collections",
    "company",
    "contact",
    "copyright",
    "discover",
    "docs",
    "download",
    "enterprise",
    "events",
    "explore",
    "features",
    "groups",
    "hashtag",
    "help",
    "home",
    "home.php",
    "i",
    "jobs",
    "join",
    "learn",
    "legal",
    "login",
    "messages",
    "notifications",
    "orgs",
    "pages",
    "pricing",
    "privacy",
    "search",
    "security",
    "settings",
    "share",
    "signin",
    "signup",
    "support",
    "terms",
    "topics",
];

static SITES: [Site; 27] = [
    Site {
        views: true,
        before: &["in"],
        ..site("linkedin.com", &[])
    },
    Site {
        also: &["gist.github.com"],
        ..site(
            "github.com",
            &[
                "marketplace",
                "new",
                "sponsors",
                "stars",
                "trending",
                "readme",
                "team",
                "actions",
                "issues",
                "pulls",
                "codespaces",
                "customer-stories",
            ],
        )
    },
    site("gitlab.com", &["dashboard", "projects", "users"]),
    site("bitbucket.org", &["dashboard", "product", "workspace"]),
    site("codeberg.org", &[]),
    Site {
        views: true,
        before: &["users"],
        ..site("stackoverflow.com", &[])
    },
    Site {
        also: &["twitter.com"],
        ..site("x.com", &["intent", "tos"])
    },
    Site {
        also: &["fb.com"],
        ..site(
            "facebook.com",
            &[
                "marketplace",
                "watch",
                "sharer",
                "sharer.php",
                "profile.php",
                "people",
                "photo.php",
                "story.php",
                "public",
            ],
        )
    },
    site(
        "instagram.com",
        &["accounts", "p", "reel", "reels", "stories", "tv"],
    ),
    site("threads.net", &[]),
    site("medium.com", &["m", "me", "tag", "topic"]),
    site(
        "behance.net",
        &["gallery", "galleries", "joblist", "hire", "assets"],
    ),
    site("dribbble.com", &["shots", "designers", "tags", "stories"]),
    site(
        "kaggle.com",
        &[
            "datasets",
            "competitions",
            "code",
            "c",
            "models",
            "discussions",
            "rankings",
        ],
    ),
    site("linktr.ee", &["s", "marketplace", "discover"]),
    site(
        "dev.to",
        &[
            "t", "top", "tags", "videos", "podcasts", "listings", "latest",
        ],
    ),
    Site {
        before: &["u"],
        ..site("leetcode.com", &[])
    },
    Site {
        before: &["profile"],
        ..site("hackerrank.com", &[])
    },
    Site {
        before: &["profile"],
        ..site("codeforces.com", &[])
    },
    Site {
        before: &["users"],
        ..site("codechef.com", &[])
    },
    site(
        "codepen.io",
        &["pen", "trending", "topics", "challenges", "your-work"],
    ),
    Site {
        before: &["profile"],
        ..site("bsky.app", &[])
    },
    Site {
        before: &["freelancers"],
        ..site("upwork.com", &[])
    },
    Site {
        before: &["u"],
        ..site("freelancer.com", &[])
    },
    Site {
        before: &["~"],
        ..site("npmjs.com", &[])
    },
    site(
        "huggingface.co",
        &["datasets", "models", "spaces", "papers", "tasks", "posts"],
    ),
    site("wellfound.com", &["u", "role", "location", "candidates"]),
];

/// Hosts that belong to everybody: an address on them without a path is nobody's page.
const PUBLIC: [&str; 16] = [
    "amazon.com",
    "apple.com",
    "bing.com",
    "discord.com",
    "dropbox.com",
    "figma.com",
    "gmail.com",
    "google.com",
    "indeed.com",
    "microsoft.com",
    "notion.so",
    "reddit.com",
    "slack.com",
    "wikipedia.org",
    "yahoo.com",
    "youtube.com",
];

/// Parameters that say where a visitor came from, not which page it is.
const TRACKING: [&str; 22] = [
    "fbclid",
    "gclid",
    "hl",
    "igsh",
    "igshid",
    "lang",
    "lipi",
    "locale",
    "mc_cid",
    "mc_eid",
    "miniprofileurn",
    "msclkid",
    "originalsubdomain",
    "ref",
    "ref_src",
    "referrer",
    "s",
    "share",
    "si",
    "source",
    "tab",
    "trk",
];

/// The page an address leads to.
pub(super) fn page(url: &Url) -> Page {
    let found = SITES.iter().find(|site| site.has(&url.host));
    match found {
        Some(site) => site.page(url),
        None => other(url),
    }
}

impl Site {
    /// Whether a host is the site's: itself, or its mobile, language and country faces.
    fn has(&self, host: &str) -> bool {
        std::iter::once(&self.host).chain(self.also).any(|own| {
            host.strip_suffix(own).is_some_and(|face| {
                face.is_empty()
                    || face.strip_suffix('.').is_some_and(|face| {
                        face.len() == 2 || matches!(face, "m" | "mobile" | "touch" | "web" | "lite")
                    })
            })
        })
    }

    fn page(&self, url: &Url) -> Page {
        let mut path: Vec<String> = url.path.iter().map(|piece| piece.to_lowercase()).collect();
        if self.host == "linkedin.com" && path.first().is_some_and(|piece| piece == "mwlite") {
            path.remove(0);
        }
        if self.host != "medium.com"
            && self.before.is_empty()
            && let Some(handle) = path.first().and_then(|piece| piece.strip_prefix('@'))
        {
            path[0] = String::from(handle);
        }
        if is_code(self.host)
            && let Some(name) = path.get(1).and_then(|piece| piece.strip_suffix(".git"))
        {
            path[1] = String::from(name);
        }
        // The old form of LinkedIn's profiles has three numbers after the name.
        let old = self.host == "linkedin.com" && path.len() == 5 && path[0] == "pub";
        let person = self.before.len();
        let named = path.len() > person
            && path
                .iter()
                .zip(self.before)
                .all(|(piece, before)| piece == before)
            && !(person == 0
                && (OWN_PAGES.contains(&path[0].as_str()) || self.own.contains(&path[0].as_str())));
        let named = named && (self.host != "medium.com" || path[0].starts_with('@'));
        let numbered = self.host == "facebook.com"
            && path.len() == 1
            && path[0] == "profile.php"
            && parameter(&url.query, "id").is_some();
        if named && self.views {
            path.truncate(person + 1);
        }
        let profile = old || numbered || (named && path.len() == person + 1);
        let query = if numbered {
            parameter(&url.query, "id").map(|id| format!("id={id}"))
        } else if profile {
            None
        } else {
            query(&url.query)
        };
        Page {
            canonical: written(self.host, &path, query.as_deref()),
            profile,
        }
    }
}

/// Sites where `owner/name` is a repository.
fn is_code(host: &str) -> bool {
    matches!(
        host,
        "github.com" | "gitlab.com" | "bitbucket.org" | "codeberg.org"
    )
}

/// A site of no known form. Its front page is one person's where the domain is a person's own or a
/// space of a shared host: what is under it may be anybody's, so only the front page counts.
fn other(url: &Url) -> Page {
    let mut path: Vec<String> = url.path.clone();
    let index = ["index.html", "index.htm", "index.php", "home"];
    if path.len() == 1 && index.contains(&path[0].to_lowercase().as_str()) {
        path.clear();
    }
    let query = query(&url.query);
    let front = path.is_empty() && query.is_none();
    Page {
        profile: front && is_own_domain(&url.host),
        canonical: written(&url.host, &path, query.as_deref()),
    }
}

/// Whether a host can be one person's: no suffix that all may register under, no public site, no
/// school and no authority.
fn is_own_domain(host: &str) -> bool {
    let Some(own) = registrable(host) else {
        return false;
    };
    let institution = host
        .split('.')
        .rev()
        .take(2)
        .any(|label| matches!(label, "edu" | "ac" | "gov" | "mil" | "int"));
    !institution && !PUBLIC.contains(&own)
}

/// The value of a parameter, when it is a plain one.
fn parameter<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value)
}

/// The query without tracking, sorted; `None` when nothing is left.
fn query(query: &str) -> Option<String> {
    let mut pairs: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            let key = pair
                .split('=')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase();
            !key.is_empty()
                && !key.starts_with("utm_")
                && TRACKING.binary_search(&key.as_str()).is_err()
        })
        .collect();
    pairs.sort_unstable();
    (!pairs.is_empty()).then(|| pairs.join("&"))
}

fn written(host: &str, path: &[String], query: Option<&str>) -> String {
    let mut canonical = host.to_owned();
    for piece in path {
        let _ = write!(canonical, "/{piece}");
    }
    if let Some(query) = query {
        let _ = write!(canonical, "?{query}");
    }
    canonical
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(TRACKING.is_sorted());
        assert!(PUBLIC.is_sorted());
        assert!(OWN_PAGES.is_sorted());
    }

    #[test]
    fn a_site_is_known_by_its_faces_and_not_by_its_ending() {
        for (host, known) in [
            ("linkedin.com", true),
            ("uk.linkedin.com", true),
            ("m.linkedin.com", true),
            ("notlinkedin.com", false),
            ("business.linkedin.com", false),
        ] {
            assert_eq!(SITES[0].has(host), known, "{host}");
        }
    }
}
