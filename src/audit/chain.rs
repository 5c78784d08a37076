//! The chain: what is hashed, and how it is checked.
//!
//! SHA-256 over `telltale audit 1`, the hash before as text, and the columns in order; each as the length of its bytes
//! in 8 bytes, most significant first, and the bytes. Numbers are hashed as their decimal digits. So whoever has an
//! export can check it without this program; the seal only an installation can.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::Entry;
use crate::app::App;
use crate::error::Result;
use crate::secret::hex;
use crate::store::{audit_log, users};

/// What stands first in each hash; another way to hash gets another.
const VERSION: &str = "telltale audit 1";

/// Entries read at a time.
const BATCH: i64 = 1_000;

/// The key that seals hashes.
#[derive(Clone)]
pub struct Seal([u8; 32]);

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(..)")
    }
}

impl Seal {
    /// A seal with this key.
    pub const fn new(key: [u8; 32]) -> Self {
        Self(key)
    }

    /// The seal of a hash.
    pub fn of(&self, hash: &str) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(hash.as_bytes());
        hex(&mac.finalize().into_bytes())
    }
}

/// An entry's hash, after the one before it.
pub fn hash(before: &str, entry: &Entry) -> String {
    let (seq, at) = (entry.seq.to_string(), entry.at.0.to_string());
    let parts = [
        VERSION,
        before,
        &seq,
        &at,
        &entry.who_kind,
        &entry.who_id,
        &entry.who_name,
        &entry.action,
        &entry.object,
        &entry.detail,
    ];
    let mut sha = Sha256::new();
    for part in parts {
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part.as_bytes());
    }
    hex(&sha.finalize())
}

/// What came of a check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Entries that hold.
    pub entries: i64,
    /// The hash of the last of them: written down elsewhere, it proves later that nothing was cut off.
    pub head: String,
    /// The first that does not hold, and why.
    pub broken: Option<(i64, &'static str)>,
}

impl Verdict {
    /// The head to write down; none of an empty log.
    pub fn noted(&self) -> Option<Noted> {
        let (seq, hash) = (self.entries, self.head.clone());
        (seq > 0).then_some(Noted { seq, hash })
    }
}

/// A head that was written down: `HASH:SEQ`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// The number of the entry that was the last then.
    pub seq: i64,
    /// Its hash.
    pub hash: String,
}

impl std::str::FromStr for Noted {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WANTED: &str = "a head is 64 hexadecimal digits, a colon, and the entry's number";
        let (hash, seq) = text.trim().split_once(':').ok_or(WANTED)?;
        let seq = seq.parse().ok().filter(|seq| *seq > 0).ok_or(WANTED)?;
        let hash = hash.to_ascii_lowercase();
        if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(WANTED);
        }
        Ok(Self { seq, hash })
    }
}

impl std::fmt::Display for Noted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.hash, self.seq)
    }
}

/// Checks the whole log.
pub async fn verify(app: &App) -> Result<Verdict> {
    verify_against(app, None).await
}

/// Checks the whole log, and that a head which was written down stands in it still. Without one, a log whose end was cut
/// off together with the row that names its head looks like a shorter one.
pub async fn verify_against(app: &App, noted: Option<&Noted>) -> Result<Verdict> {
    // Read before the entries: what is appended meanwhile is checked as far as it is read.
    let head = audit_log::head(&app.db).await?;
    let mut so_far = Verdict {
        entries: 0,
        head: String::new(),
        broken: None,
    };
    let Some((last, head)) = head else {
        so_far.broken = Some((1, "cannot be checked: the row that names the head is gone"));
        return Ok(so_far);
    };
    // A number below the first is no entry of ours either.
    let (mut after, mut batch) = (i64::MIN, BATCH);
    loop {
        let entries = match audit_log::after(&app.db, after, batch).await {
            // Something in a row is not what its column holds: up to it, one by one.
            Err(sqlx::Error::ColumnDecode { .. }) if batch > 1 => {
                batch = 1;
                continue;
            }
            Err(sqlx::Error::ColumnDecode { .. }) => {
                so_far.broken = Some((so_far.entries + 1, "cannot be read: it was changed"));
                return Ok(so_far);
            }
            read => read?,
        };
        let Some(end) = entries.last() else { break };
        after = end.seq;
        for entry in entries {
            if let Err(why) = follows(&so_far, &entry, &app.seal) {
                so_far.broken = Some((entry.seq.min(so_far.entries + 1), why));
                return Ok(so_far);
            }
            so_far.entries = entry.seq;
            so_far.head = entry.hash;
            let written_down = noted.filter(|noted| noted.seq == entry.seq);
            if written_down.is_some_and(|noted| noted.hash != so_far.head) {
                so_far.broken = Some((entry.seq, "is not the entry whose hash was written down"));
                return Ok(so_far);
            }
            if entry.seq == last && so_far.head != head {
                so_far.broken = Some((
                    last,
                    "is not the entry that was written last under this number",
                ));
                return Ok(so_far);
            }
        }
    }
    let expected = last.max(noted.map_or(0, |noted| noted.seq));
    if so_far.entries < expected {
        so_far.broken = Some((
            so_far.entries + 1,
            "is missing, and so is everything after it",
        ));
        return Ok(so_far);
    }
    // What was appended since the head was read has moved it.
    let last = audit_log::head(&app.db).await?.map_or(0, |(last, _)| last);
    if so_far.entries > last {
        so_far.broken = Some((
            last.max(0) + 1,
            "stands behind the one that was written last",
        ));
    } else if so_far.entries == 0 && users::any(&app.db).await? {
        so_far.broken = Some((
            1,
            "is missing: there are people, and it tells of the first of them",
        ));
    }
    Ok(so_far)
}

/// Whether an entry is the next one.
pub fn follows(so_far: &Verdict, entry: &Entry, seal: &Seal) -> Result<(), &'static str> {
    if entry.seq <= so_far.entries {
        return Err("was put in");
    }
    if entry.seq != so_far.entries + 1 {
        return Err("is missing");
    }
    if hash(&so_far.head, entry) != entry.hash {
        return Err("was changed, or one before it was");
    }
    if seal.of(&entry.hash) != entry.seal {
        return Err("was not written by this installation");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Millis;

    fn entry(before: &str, seq: i64, object: &str, detail: &str) -> Entry {
        let mut entry = Entry {
            seq,
            at: Millis(1_000 + seq),
            who_kind: "user".into(),
            who_id: "7".into(),
            who_name: "ada@example.com".into(),
            action: "candidate.read".into(),
            object: object.into(),
            detail: detail.into(),
            hash: String::new(),
            seal: String::new(),
        };
        entry.hash = hash(before, &entry);
        entry.seal = Seal::new([7; 32]).of(&entry.hash);
        entry
    }

    #[test]
    fn a_hash_tells_columns_apart_and_depends_on_all_before() {
        let one = entry("", 1, "candidate:1", "2");
        assert_ne!(one.hash, entry("", 1, "candidate:", "12").hash);
        assert_ne!(entry(&one.hash, 2, "", "").hash, entry("", 2, "", "").hash);
    }

    #[test]
    fn a_head_is_read_as_it_is_printed() {
        let noted = Noted {
            seq: 12,
            hash: "ab".repeat(32),
        };
        assert_eq!(noted.to_string().parse(), Ok(noted));
        for wrong in ["", "12", "ab:12", ":12", &format!("{}:0", "ab".repeat(32))] {
            assert!(wrong.parse::<Noted>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_was_changed_left_out_or_made_elsewhere_shows() {
        let start = Verdict {
            entries: 0,
            head: String::new(),
            broken: None,
        };
        let seal = Seal::new([7; 32]);
        let good = entry("", 1, "candidate:1", "");
        assert_eq!(follows(&start, &good, &seal), Ok(()));
        let changed = Entry {
            object: "candidate:2".into(),
            ..good.clone()
        };
        assert!(follows(&start, &changed, &seal).is_err());
        let mut rehashed = changed;
        rehashed.hash = hash("", &rehashed);
        assert!(follows(&start, &rehashed, &seal).is_err());
        assert!(follows(&start, &entry("", 2, "", ""), &seal).is_err());
        assert!(follows(&start, &good, &Seal::new([8; 32])).is_err());
    }
}
