//! Keys: what two records must share to be neighbours, as keyed 64-bit hashes.
//!
//! Reuse is found by exact look-up of these, never by scanning. A key is a
//! keyed hash, so an index that leaks says nothing without the installation's key.

mod network;

use std::hash::Hasher;

use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher24;

use crate::candidate::{Candidate, Email, Link, Name, Phone};
use crate::normalise::author;

/// What is shared. The order is part of the stored hashes: new kinds come last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An E.164 number.
    Phone,
    /// A canonical mailbox.
    Email,
    /// A canonical profile URL.
    Link,
    /// A postal address, to the unit.
    Home,
    /// A referee's number or mailbox.
    Referee,
    /// A first-party device cookie.
    Device,
    /// An IPv4 address, or an IPv6 network of 64 bits.
    Network,
    /// The author of the résumé's file, or who saved it last.
    Author,
    /// A picture's file.
    Image,
    /// A name's tokens, sorted: finds who applied before, and links nobody.
    Name,
    /// A misspelling together with the layout it stands in.
    Slip,
    /// A text; links carry it, no key does.
    Text,
    /// A bank account.
    Bank,
    /// An identity document's number.
    Document,
    /// Where hardware is sent, to the unit.
    ShipTo,
}

impl Kind {
    /// The word in tables and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Link => "link",
            Self::Home => "home",
            Self::Referee => "referee",
            Self::Device => "device",
            Self::Network => "network",
            Self::Author => "author",
            Self::Image => "image",
            Self::Name => "name",
            Self::Slip => "slip",
            Self::Text => "text",
            Self::Bank => "bank",
            Self::Document => "document",
            Self::ShipTo => "shipto",
        }
    }

    /// The kind of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Phone,
        Self::Email,
        Self::Link,
        Self::Home,
        Self::Referee,
        Self::Device,
        Self::Network,
        Self::Author,
        Self::Image,
        Self::Name,
        Self::Slip,
        Self::Text,
        Self::Bank,
        Self::Document,
        Self::ShipTo,
    ];
}

/// A candidate has at most this many keys of one kind. People have one or two, so that a record is
/// some ten stored rows; the limit bounds what a record made for the purpose can store.
const AT_MOST_OF_A_KIND: usize = 10;

/// Pictures of a résumé that are keys: of a document with many, the first.
const IMAGES: usize = 3;

/// Slips of a candidate that are keys; everybody with the same ones has the same first.
const SLIPS_AT_MOST: usize = 2;

/// A candidate that shares a key with more than this many others shares a hub, which links nobody.
pub const HUB_ABOVE: usize = 50;

/// A key is an agency's own when this many candidates of one agency use it.
pub const AGENCY_OWNED_FROM: usize = 3;

/// By which version of this file keys were derived. A candidate with older ones has them derived
/// again when it is next screened.
pub const DERIVED: i64 = 1;

/// An identifier of a candidate that others could share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// Where it stands: `phones[0]`.
    pub field: String,
    /// As written.
    pub value: String,
    /// The normal form that is compared.
    pub normal: String,
}

/// The keys of a candidate: its own identifiers, and those of its referees.
pub fn of(candidate: &Candidate) -> Vec<Key> {
    let mut keys = Keys::default();
    for (phone, e164) in phones(candidate) {
        keys.add(Kind::Phone, &phone.field, &phone.raw, e164);
    }
    for (email, canonical) in emails(candidate) {
        keys.add(Kind::Email, &email.field, &email.raw, canonical);
    }
    for (link, canonical) in links(candidate) {
        keys.add(Kind::Link, &link.field, &link.raw, canonical);
    }
    if let Some(address) = &candidate.address
        && let Some(unit) = &address.unit_key
    {
        keys.add(Kind::Home, "address", &address.written(), unit);
    }
    for referee in &candidate.references {
        if let Some(phone) = &referee.phone
            && let Some(e164) = reachable(phone)
        {
            keys.add(Kind::Referee, &phone.field, &phone.raw, e164);
        }
        if let Some(email) = &referee.email
            && let Some(canonical) = &email.canonical
        {
            keys.add(Kind::Referee, &email.field, &email.raw, canonical);
        }
    }
    if let Some(submission) = &candidate.submission {
        if let Some(device) = submission.device_id.as_deref().map(str::trim)
            && !device.is_empty()
        {
            keys.add(Kind::Device, "submission.device_id", device, device);
        }
        if let Some(ip) = &submission.ip
            && let Some(network) = network::of(ip)
        {
            keys.add(Kind::Network, "submission.ip", ip, &network);
        }
    }
    for (field, written, person) in authors(candidate) {
        keys.add(Kind::Author, field, written, &sorted(&person));
    }
    let file = candidate.resume_file.iter();
    for (at, digest) in file
        .flat_map(|file| &file.images)
        .enumerate()
        .take(IMAGES)
        .filter(|(_, digest)| is_digest(digest))
    {
        // Nobody reads more than the beginning of a digest.
        let value = format!("picture {}", &digest[..12]);
        let field = format!("resume_file.images[{at}]");
        keys.add(Kind::Image, &field, &value, &digest.to_ascii_lowercase());
    }
    if let Some(resume) = &candidate.resume
        && let Some(layout) = resume.layout
    {
        for word in resume.slips.iter().take(SLIPS_AT_MOST) {
            keys.add(Kind::Slip, "resume_text", word, &slip(layout, word));
        }
    }
    if let Some(name) = &candidate.name
        && name.tokens.len() > 1
    {
        keys.add(Kind::Name, "name", &name.raw, &sorted(name));
    }
    keys.0
}

/// Whether a candidate gives anything of a kind that signals ask for. Cheaper than [`of`].
pub fn gives(candidate: &Candidate, kind: Kind) -> bool {
    let submission = candidate.submission.as_ref();
    let file = candidate.resume_file.as_ref();
    match kind {
        Kind::Phone => phones(candidate).next().is_some(),
        Kind::Email => emails(candidate).next().is_some(),
        Kind::Link => links(candidate).next().is_some(),
        Kind::Home => (candidate.address.as_ref()).is_some_and(|home| home.unit_key.is_some()),
        Kind::Referee => (candidate.references.iter())
            .any(|referee| referee.phone.is_some() || referee.email.is_some()),
        Kind::Device => submission.is_some_and(|sent| sent.device_id.is_some()),
        Kind::Network => submission.is_some_and(|sent| sent.ip.is_some()),
        Kind::Author => {
            file.is_some_and(|file| file.author.is_some() || file.last_modified_by.is_some())
        }
        Kind::Image => file.is_some_and(|file| !file.images.is_empty()),
        Kind::Name => candidate.name.is_some(),
        Kind::Slip | Kind::Text => candidate.resume.is_some(),
        // Said at onboarding, not in the record.
        Kind::Bank | Kind::Document | Kind::ShipTo => false,
    }
}

fn phones(candidate: &Candidate) -> impl Iterator<Item = (&Phone, &str)> {
    let own = candidate.phones.iter().filter(|phone| phone.seen.own);
    own.filter_map(|phone| Some((phone, reachable(phone)?)))
}

fn emails(candidate: &Candidate) -> impl Iterator<Item = (&Email, &str)> {
    let own = candidate.emails.iter().filter(|email| email.seen.own);
    own.filter_map(|email| Some((email, email.canonical.as_deref()?)))
}

fn links(candidate: &Candidate) -> impl Iterator<Item = (&Link, &str)> {
    let own = candidate.links.iter().filter(|link| link.seen.own);
    own.filter(|link| link.profile)
        .filter_map(|link| Some((link, link.canonical.as_deref()?)))
}

/// People other than the candidate whom the résumé's file names, with where they stand: most files
/// name the candidate or a program, so that few have such a key.
fn authors(candidate: &Candidate) -> impl Iterator<Item = (&'static str, &str, Name)> {
    let file = candidate.resume_file.iter();
    let written = file.flat_map(|file| {
        [
            ("resume_file.author", &file.author),
            ("resume_file.last_modified_by", &file.last_modified_by),
        ]
    });
    written.filter_map(|(field, written)| {
        let written = written.as_deref()?.trim();
        let person = author::person(written)?;
        let claimed = candidate.name.as_ref();
        let own = claimed.is_some_and(|name| author::differs(&person, name) != Some(true));
        (!own).then_some((field, written, person))
    })
}

/// A name's tokens in one order, however it was written.
fn sorted(name: &Name) -> String {
    let mut tokens: Vec<&str> = name.tokens.iter().map(String::as_str).collect();
    tokens.sort_unstable();
    tokens.join(" ")
}

/// Whether a text is a SHA-256 in hexadecimal.
fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A word one letter off together with the layout it stands in.
fn slip(layout: u64, word: &str) -> String {
    format!("{layout:016x} {word}")
}

/// The number, if it can exist: one that cannot reaches nobody, and many people invent the same one.
pub(crate) fn reachable(phone: &Phone) -> Option<&str> {
    let possible = phone.nanp.is_none_or(|plan| plan.fault.is_none());
    phone.e164.as_deref().filter(|_| possible)
}

/// The network of an IP address as it is compared; `None` where it is nobody's own.
pub(crate) fn network(ip: &str) -> Option<String> {
    network::of(ip)
}

#[derive(Default)]
struct Keys(Vec<Key>);

impl Keys {
    fn add(&mut self, kind: Kind, field: &str, value: &str, normal: &str) {
        let of_kind = self.0.iter().filter(|key| key.kind == kind).count();
        let known = self
            .0
            .iter()
            .any(|key| key.kind == kind && key.normal == normal);
        if of_kind < AT_MOST_OF_A_KIND && !known {
            self.0.push(Key {
                kind,
                field: field.to_owned(),
                value: value.to_owned(),
                normal: normal.to_owned(),
            });
        }
    }
}

/// Bits of a phone's hash that say which of its thousand neighbours it is.
const LINE_BITS: u32 = 10;

/// Turns keys into hashes that only this installation can make.
#[derive(Clone)]
pub struct Hash([u8; 16]);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash(..)")
    }
}

impl Hash {
    /// From 16 secret bytes.
    pub fn new(secret: [u8; 16]) -> Self {
        Self(secret)
    }

    /// The hash of a normal form. Kinds never collide by being written alike. Of an American phone
    /// number the last three digits stand in the lowest bits, so that the thousand numbers that
    /// were given out together lie side by side and one row finds both the number and its block.
    pub fn of(&self, kind: Kind, normal: &str) -> i64 {
        match line_of(normal).filter(|_| kind == Kind::Phone) {
            Some((block, line)) => {
                let hash = self.plain(kind, block) >> LINE_BITS << LINE_BITS;
                (hash | u64::from(line)).cast_signed()
            }
            None => self.plain(kind, normal).cast_signed(),
        }
    }

    fn plain(&self, kind: Kind, normal: &str) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write_u8(kind as u8);
        hasher.write(normal.as_bytes());
        hasher.finish()
    }

    /// A secret for hashes of another kind than keys.
    pub fn secret_for(&self, use_: &str) -> u64 {
        let mut hasher = SipHasher24::new_with_key(&self.0);
        hasher.write_u8(u8::MAX);
        hasher.write(use_.as_bytes());
        hasher.finish()
    }
}

/// The block of an American number, without its last three digits, and these.
fn line_of(e164: &str) -> Option<(&str, u16)> {
    let national = e164
        .strip_prefix("+1")
        .filter(|digits| digits.len() == 10)?;
    let line = national[7..].parse().ok()?;
    Some((&e164[..e164.len() - 3], line))
}

/// The first and the last hash of the block that a phone's hash lies in.
pub fn block(hash: i64) -> (i64, i64) {
    let first = hash >> LINE_BITS << LINE_BITS;
    (first, first | ((1 << LINE_BITS) - 1))
}

/// Which of its block's thousand numbers a phone's hash is.
pub fn line(hash: i64) -> u16 {
    let line = hash & ((1 << LINE_BITS) - 1);
    u16::try_from(line).expect("ten bits")
}

/// Whether a number is one of a block of a thousand: an American one.
pub fn has_block(e164: &str) -> bool {
    line_of(e164).is_some()
}

#[cfg(test)]
mod tests {
    use super::{Hash, Key, Kind, block, gives, line, of};
    use crate::application::{Application, ResumeFile};
    use crate::normalise::{self, Settings};

    fn keys_of(name: &str, file: ResumeFile) -> Vec<Key> {
        let application = Application {
            name: Some(name.into()),
            resume_file: Some(file),
            ..Application::default()
        };
        of(&normalise::candidate(&application, &Settings::default()))
    }

    #[test]
    fn an_author_is_a_key_only_if_it_is_another_person() {
        for (written, normal) in [
            ("Quill, Peter", Some("peter quill")),
            ("Peter Quill", Some("peter quill")),
            ("Maria Lopez", None),
            ("Maria Gomez", None),
            ("Microsoft Office User", None),
        ] {
            let file = ResumeFile {
                author: Some(written.into()),
                ..ResumeFile::default()
            };
            let keys = keys_of("Maria Lopez", file);
            let author = keys.iter().find(|key| key.kind == Kind::Author);
            assert_eq!(author.map(|key| &*key.normal), normal, "{written}");
        }
    }

    #[test]
    fn a_document_gives_its_first_pictures() {
        let digest = |n: usize| format!("{n:064X}");
        let images = [0, 1, 1, 2, 3].map(digest).to_vec();
        let keys = keys_of(
            "Maria Lopez",
            ResumeFile {
                images,
                ..ResumeFile::default()
            },
        );
        let pictures: Vec<_> = keys.iter().filter(|key| key.kind == Kind::Image).collect();
        assert_eq!(pictures.len(), 2, "two of the first three are one");
        assert_eq!(pictures[1].field, "resume_file.images[1]");
        let odd = ResumeFile {
            images: vec!["é".repeat(32), "x".into()],
            ..ResumeFile::default()
        };
        let keys = keys_of("Maria Lopez", odd);
        assert!(keys.iter().all(|key| key.kind != Kind::Image));
    }

    #[test]
    fn whoever_has_a_key_gives_something_of_its_kind() {
        let application: Application = serde_json::from_value(serde_json::json!({
            "external_id": "a", "name": "Maria Lopez", "phones": ["(212) 736-5000"],
            "emails": ["m@example.org"], "links": ["https://github.com/m-lopez-58"],
            "references": [{"phone": "(212) 736-5001"}],
            "address": {"line1": "350 Fifth Avenue", "city": "New York", "region": "NY", "postal_code": "10118"},
            "submission": {"ip": "203.0.113.9", "device_id": "d"},
            "resume_file": {"name": "cv.docx", "author": "Peter Quill", "images": ["ab".repeat(32)]},
        }))
        .unwrap();
        let full = normalise::candidate(&application, &Settings::default());
        let kinds: Vec<_> = of(&full).iter().map(|key| key.kind).collect();
        assert_eq!(kinds.len(), 10);
        let nobody = crate::candidate::Candidate::default();
        for kind in kinds {
            assert!(gives(&full, kind) && !gives(&nobody, kind), "{kind:?}");
        }
    }

    #[test]
    fn a_hash_depends_on_the_secret_and_on_the_kind() {
        let ours = Hash::new([1; 16]);
        let theirs = Hash::new([2; 16]);
        let hash = ours.of(Kind::Phone, "+12127365000");
        assert_eq!(hash, ours.of(Kind::Phone, "+12127365000"));
        assert_ne!(hash, theirs.of(Kind::Phone, "+12127365000"));
        assert_ne!(hash, ours.of(Kind::Email, "+12127365000"));
    }

    #[test]
    fn numbers_of_one_block_lie_side_by_side() {
        let hash = Hash::new([1; 16]);
        let one = hash.of(Kind::Phone, "+12127365007");
        let near = hash.of(Kind::Phone, "+12127365999");
        let far = hash.of(Kind::Phone, "+12127366007");
        assert_eq!(block(one), block(near));
        assert_ne!(block(one), block(far));
        assert_eq!((line(one), line(near)), (7, 999));
        assert!(block(one).0 <= one && one <= block(one).1);
        assert_ne!(
            hash.of(Kind::Phone, "+442079460000"),
            hash.of(Kind::Phone, "+442079460001")
        );
    }
}
