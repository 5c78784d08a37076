//! Mail addresses: canonical mailbox, provider, disposable and relay domains, name tokens.
//!
//! The canonical form is for comparison only (red-flags §6): never send to it. What cannot be
//! known without asking a mail server is decided by what does no harm; see [`provider`].

pub mod disposable;
pub mod handle;
pub mod provider;

use std::borrow::Cow;

use crate::application::Application;
use crate::candidate::Seen;
use crate::normalise::contact::{Writing, writings};
use crate::normalise::{resume::Resume, unicode};

pub use handle::Handle;

/// A mail address in its normal form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Email {
    /// Where it stands: `emails[0]`, or `resume_text`.
    pub field: String,
    /// As written.
    pub raw: String,
    /// In which places it stands.
    pub seen: Seen,
    /// The mailbox for comparison only, never for sending; `None` when it is no address.
    pub canonical: Option<String>,
    /// Lower-case local part without its tag.
    pub local: String,
    /// ASCII lower-case domain.
    pub domain: String,
    /// The domain that can be registered, `co.uk` and the like taken into account.
    pub registrable: Option<String>,
    /// A large free provider.
    pub free: bool,
    /// A throw-away domain; relays are none.
    pub disposable: bool,
    /// A privacy relay.
    pub relay: bool,
    /// The words of the local part, forms of address left out, when it is exactly two of at least three
    /// letters each that can be a name's.
    pub name_tokens: Option<[String; 2]>,
    /// What else the local part is made of.
    pub handle: Handle,
}

/// Longest local part and longest domain, bytes (RFC 5321 §4.5.3.1).
const LONGEST_LOCAL: usize = 64;
const LONGEST_DOMAIN: usize = 253;

/// The addresses of an application: the form's in order, then further ones of the résumé. The
/// same writing in both is one item.
pub fn all(application: &Application, resume: Option<&Resume>) -> Vec<Email> {
    let pieces = resume.map_or(&[][..], |resume| &resume.emails);
    writings("emails", &application.emails, pieces)
        .into_iter()
        .map(|Writing { field, raw, seen }| Email {
            seen,
            ..read(&field, raw)
        })
        .collect()
}

/// An address's normal form. `seen` is left for the caller.
pub fn read(field: &str, raw: &str) -> Email {
    let mut email = Email {
        field: field.to_owned(),
        raw: raw.to_owned(),
        ..Email::default()
    };
    let Some((local, domain)) = parts(raw) else {
        return email;
    };
    let registrable = registrable(&domain).map(str::to_owned);
    let kind = provider::of(&domain, registrable.as_deref());
    let untagged = kind.without_tag(&local);
    if untagged.is_empty() {
        return email;
    }
    email.canonical = kind.mailbox(untagged, &domain);
    email.free = kind.is_free();
    email.relay = disposable::is_relay(&domain);
    email.disposable = !email.relay && !email.free && disposable::is_disposable(&domain);
    email.name_tokens = handle::name_tokens(untagged);
    email.handle = handle::read(untagged);
    untagged.clone_into(&mut email.local);
    email.domain = domain;
    email.registrable = registrable;
    email
}

/// Lower-case local part and ASCII domain, when the text is one address. `Ada <ada@example.com>`,
/// `mailto:` and punctuation after it are seen through; quoted local parts are not addresses here.
fn parts(raw: &str) -> Option<(String, String)> {
    if raw.len() > 4 * (LONGEST_LOCAL + LONGEST_DOMAIN) {
        return None;
    }
    let folded = unicode::fold(raw);
    let mut text: &str = &folded;
    if let Some((_, inside)) = text.split_once('<') {
        text = inside.split('>').next()?;
    }
    if let Some(start) = text.get(..7).filter(|s| s.eq_ignore_ascii_case("mailto:")) {
        text = text[start.len()..].split('?').next()?;
    }
    let text = text
        .trim_start_matches(['(', '[', '"', '\'', ' '])
        .trim_end_matches(['.', ',', ';', ':', ')', ']', '"', '\'', ' ', '>']);
    let plain = unicode::twin(text);
    let (local, domain) = plain.split_once('@')?;
    if local.len() > LONGEST_LOCAL
        || local.starts_with('.')
        || local.ends_with('.')
        || !local.chars().all(is_local)
    {
        return None;
    }
    Some((local.to_lowercase(), ascii_domain(domain)?.into_owned()))
}

/// What may stand in a local part without quotes (RFC 5321), letters of all scripts included (RFC 6531).
fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || ".!#$%&'*+/=?^_`{|}~-".contains(c)
        || (!c.is_ascii() && c.is_alphanumeric())
}

/// A domain in ASCII and lower case, when it is a name of at least two labels.
pub(super) fn ascii_domain(domain: &str) -> Option<Cow<'_, str>> {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    if domain.len() > LONGEST_DOMAIN {
        return None;
    }
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    let ascii = if domain.bytes().all(plain) {
        Cow::Borrowed(domain)
    } else {
        Cow::Owned(idna::domain_to_ascii(domain).ok()?)
    };
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(plain)
    };
    let top = ascii.rsplit('.').next()?;
    (ascii.contains('.') && ascii.split('.').all(label) && !top.bytes().all(|b| b.is_ascii_digit()))
        .then_some(ascii)
}

/// The registrable part of an ASCII, lower-case domain, by the public suffix list.
pub(super) fn registrable(domain: &str) -> Option<&str> {
    psl::domain_str(domain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(raw: &str) -> Option<String> {
        read("emails[0]", raw).canonical
    }

    #[test]
    fn an_address_becomes_its_mailbox() {
        for (raw, mailbox) in [
            ("J.Doe+x@GoogleMail.com", "jdoe@gmail.com"),
            ("j.doe+x@outlook.com", "j.doe@outlook.com"),
            ("a-b@yahoo.com", "a-b@yahoo.com"),
            ("a+b@yahoo.com", "a+b@yahoo.com"),
            ("x@joe.fastmail.com", "joe@fastmail.com"),
            ("joe+news@fastmail.com", "joe@fastmail.com"),
            ("j.doe+x@firm.example", "j.doe@firm.example"),
            ("ada@mac.com", "ada@icloud.com"),
            ("ada+x@me.com", "ada@icloud.com"),
            ("ada.l@pm.me", "ada.l@proton.me"),
            ("ada@protonmail.com", "ada@proton.me"),
            ("ada+x@hotmail.com", "ada@hotmail.com"),
            ("ada+x@live.com", "ada@live.com"),
            ("ada+x@yandex.ru", "ada@yandex.ru"),
            ("ada+x@zoho.com", "ada@zoho.com"),
            ("Ada Lovelace <Ada@Example.COM>", "ada@example.com"),
            ("mailto:ada@example.com?subject=hi", "ada@example.com"),
            ("(ada@example.com),", "ada@example.com"),
            ("ada@example.com.", "ada@example.com"),
            ("ａｄａ@example.com", "ada@example.com"),
            ("ad\u{430}@example.com", "ada@example.com"),
            ("ada\u{200b}@example.com", "ada@example.com"),
            ("ada@ex\u{430}mple.com", "ada@example.com"),
            ("иван@пример.рф", "иван@xn--e1afmkfd.xn--p1ai"),
            ("jürgen@bücher.example", "jürgen@xn--bcher-kva.example"),
        ] {
            assert_eq!(canonical(raw).as_deref(), Some(mailbox), "{raw}");
            assert_eq!(read("", raw).raw, raw);
        }
    }

    #[test]
    fn what_is_no_address_keeps_its_raw_form_only() {
        for raw in [
            "+x@gmail.com",
            "...@gmail.com",
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "ada@127.0.0.1",
            "ada@[127.0.0.1]",
            "ada@exa mple.com",
            "ada lovelace@example.com",
            "ada@b@example.com",
            ".ada@example.com",
            "ada@-example.com",
            "ada@example..com",
            "ada at example dot com",
        ] {
            let email = read("emails[0]", raw);
            assert_eq!(email.canonical, None, "{raw}");
            assert_eq!(email.raw, raw);
            assert_eq!(email.registrable, None, "{raw}");
        }
        assert_eq!(canonical(&format!("{}@example.com", "a".repeat(65))), None);
        assert_eq!(canonical(&"a@".repeat(500_000)), None);
    }

    #[test]
    fn the_registrable_domain_is_known() {
        for (raw, registrable) in [
            ("a@x.Example.CO.UK", "example.co.uk"),
            ("a@mail.example.com", "example.com"),
            ("a@firm.example", "firm.example"),
        ] {
            assert_eq!(read("", raw).registrable.as_deref(), Some(registrable));
        }
    }

    #[test]
    fn disposable_relay_and_free_are_three_things() {
        for (raw, free, relay, disposable) in [
            ("ada@gmail.com", true, false, false),
            ("ada@outlook.fr", true, false, false),
            ("ada@yahoo.co.jp", true, false, false),
            ("ada@example.com", false, false, false),
            ("ada@guerrillamail.com", false, false, true),
            ("ada@mail.33mail.com", false, true, false),
            ("ada@x.mailinator.com", false, false, true),
            ("ada@duck.com", false, true, false),
            ("ada@mozmail.com", false, true, false),
            ("x@privaterelay.appleid.com", false, true, false),
            ("x@ada.anonaddy.com", false, true, false),
            ("ada@yahooo.com", false, false, false),
        ] {
            let email = read("", raw);
            let flags = (email.free, email.relay, email.disposable);
            assert_eq!(flags, (free, relay, disposable), "{raw}");
        }
    }
}
