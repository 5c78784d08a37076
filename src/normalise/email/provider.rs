//! Mail providers and what they make of a local part (red-flags §6).
//!
//! Whose server keeps a custom domain's mail is not known here, as that takes a look-up of its MX
//! record. Tags after `+` are cut there all the same: the large hosts (Google Workspace, Microsoft
//! 365, Fastmail, Proton, Zoho) all deliver `ada+x@` to `ada@`, and where a host does not, hardly
//! anybody owns both, so that cutting joins nobody. Dots are kept: only Gmail itself ignores them.

/// What a provider makes of a local part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Provider {
    family: Family,
    free: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// Dots mean nothing; two domains, one mailbox.
    Gmail,
    /// Three domains, one mailbox.
    Icloud,
    /// Several domains, one mailbox.
    Proton,
    /// `x@ada.fastmail.com` is `ada@fastmail.com`.
    Fastmail,
    /// `+` is a letter like any other.
    Tagless,
    /// Tags after `+`, dots count.
    Other,
}

/// Domains of one mailbox at Apple, and at Proton; the first is the canonical one.
const ICLOUD: [&str; 3] = ["icloud.com", "me.com", "mac.com"];
const PROTON: [&str; 4] = ["proton.me", "protonmail.com", "pm.me", "protonmail.ch"];

/// Fastmail's domains that give each mailbox a subdomain.
const FASTMAIL: [&str; 2] = ["fastmail.com", "fastmail.fm"];

/// Providers without tags, by registrable domain (Yahoo and what it runs; large Asian ones).
const TAGLESS: [&str; 19] = [
    "126.com",
    "163.com",
    "aim.com",
    "aol.com",
    "att.net",
    "bellsouth.net",
    "daum.net",
    "foxmail.com",
    "hanmail.net",
    "myyahoo.com",
    "naver.com",
    "qq.com",
    "rediffmail.com",
    "rocketmail.com",
    "sbcglobal.net",
    "sina.com",
    "sohu.com",
    "yeah.net",
    "ymail.com",
];

/// Brands that give out free mailboxes under their own name in many countries.
const FREE_BRANDS: [&str; 9] = [
    "aol", "gmx", "hotmail", "live", "msn", "outlook", "yahoo", "yandex", "zohomail",
];

/// Further large free providers, by registrable domain, ascending.
const FREE: [&str; 46] = [
    "126.com",
    "163.com",
    "aim.com",
    "bk.ru",
    "daum.net",
    "email.com",
    "fastmail.com",
    "fastmail.fm",
    "foxmail.com",
    "gmail.com",
    "googlemail.com",
    "hanmail.net",
    "hey.com",
    "icloud.com",
    "inbox.com",
    "inbox.ru",
    "laposte.net",
    "libero.it",
    "list.ru",
    "mac.com",
    "mail.com",
    "mail.ru",
    "mailbox.org",
    "me.com",
    "myyahoo.com",
    "naver.com",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "rediffmail.com",
    "rocketmail.com",
    "seznam.cz",
    "sina.com",
    "sohu.com",
    "tuta.com",
    "tuta.io",
    "tutanota.com",
    "web.de",
    "ya.ru",
    "yeah.net",
    "ymail.com",
    "zoho.com",
];

/// The provider of a domain, both in lower-case ASCII.
pub fn of(domain: &str, registrable: Option<&str>) -> Provider {
    let registrable = registrable.unwrap_or(domain);
    let (brand, suffix) = registrable.split_once('.').unwrap_or_default();
    let national = matches!(suffix, "com" | "net" | "ru") || is_country(suffix);
    let free =
        FREE.binary_search(&registrable).is_ok() || (national && FREE_BRANDS.contains(&brand));
    let family = match domain {
        "gmail.com" | "googlemail.com" => Family::Gmail,
        _ if ICLOUD.contains(&domain) => Family::Icloud,
        _ if PROTON.contains(&domain) => Family::Proton,
        _ if FASTMAIL.contains(&registrable) => Family::Fastmail,
        _ if brand == "yahoo" || TAGLESS.contains(&registrable) => Family::Tagless,
        _ => Family::Other,
    };
    Provider { family, free }
}

/// `fr`, `co.uk`, `com.br`.
fn is_country(suffix: &str) -> bool {
    let (second, country) = suffix.split_once('.').unwrap_or(("", suffix));
    country.len() == 2 && matches!(second, "" | "co" | "com" | "ne" | "or")
}

impl Provider {
    /// Whether it is a large free provider.
    pub const fn is_free(self) -> bool {
        self.free
    }

    /// The local part without its tag.
    pub fn without_tag(self, local: &str) -> &str {
        match self.family {
            Family::Tagless => local,
            _ => local.split('+').next().unwrap_or_default(),
        }
    }

    /// The mailbox that mail to an untagged local part at a domain reaches; `None` when none can.
    pub fn mailbox(self, untagged: &str, domain: &str) -> Option<String> {
        match self.family {
            Family::Gmail => {
                let local = untagged.replace('.', "");
                (!local.is_empty()).then(|| format!("{local}@gmail.com"))
            }
            Family::Icloud => Some(format!("{untagged}@{}", ICLOUD[0])),
            Family::Proton => Some(format!("{untagged}@{}", PROTON[0])),
            Family::Fastmail => {
                let owner = FASTMAIL.iter().find_map(|home| {
                    let owner = domain.strip_suffix(home)?.strip_suffix('.')?;
                    (!owner.contains('.')).then(|| format!("{owner}@{home}"))
                });
                Some(owner.unwrap_or_else(|| format!("{untagged}@{domain}")))
            }
            Family::Tagless | Family::Other => Some(format!("{untagged}@{domain}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_providers_are_known_in_every_country_and_lookalikes_are_not() {
        assert!(FREE.is_sorted());
        for (domain, free) in [
            ("gmail.com", true),
            ("yahoo.com.br", true),
            ("hotmail.co.uk", true),
            ("live.nl", true),
            ("yandex.kz", true),
            ("gmx.net", true),
            ("example.com", false),
            ("live.example", false),
            ("outlook.work", false),
        ] {
            assert_eq!(of(domain, Some(domain)).is_free(), free, "{domain}");
        }
    }

    #[test]
    fn a_relay_of_fastmail_subdomains_has_one_owner() {
        for (domain, mailbox) in [
            ("ada.fastmail.com", "ada@fastmail.com"),
            ("a.b.fastmail.com", "x@a.b.fastmail.com"),
            ("fastmail.com", "x@fastmail.com"),
        ] {
            let provider = of(domain, Some("fastmail.com"));
            assert_eq!(provider.mailbox("x", domain).as_deref(), Some(mailbox));
        }
    }
}
