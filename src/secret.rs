//! The installation's key: made once, kept in a file of its own, never replaced in silence.
//!
//! Look-up keys are hashes under this key. Another key would find nobody any more,
//! so the database remembers a fingerprint and a wrong or missing file is a refusal to start.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::audit::chain::Seal;
use crate::db::{Address, Db};
use crate::keys;
use crate::store::settings;
use crate::vault::Vault;

/// 256 secret bits.
#[derive(Clone)]
pub struct InstallationKey([u8; 32]);

impl std::fmt::Debug for InstallationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstallationKey(..)")
    }
}

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    /// The database was made with a key, and the file is gone.
    #[error(
        "the installation's key is missing: {0} does not exist, but the database was made with one. \
         Put the file back, or name it with TELLTALE_KEY_FILE; a new key would find none of the stored identifiers"
    )]
    Missing(PathBuf),
    /// The file holds another key than the database was made with.
    #[error(
        "the key in {0} is not the one this database was made with: name the right file with TELLTALE_KEY_FILE"
    )]
    Wrong(PathBuf),
    /// The file holds no key.
    #[error("{0} does not hold a key: 64 hexadecimal digits are expected")]
    Unreadable(PathBuf),
    /// The file cannot be read or written.
    #[error("the installation's key in {0}: {1}")]
    Io(PathBuf, std::io::Error),
    /// The database failed.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// The system gave no randomness.
    #[error("the system gave no random bytes: {0}")]
    Random(String),
}

const FINGERPRINT: &str = "key_fingerprint";

impl InstallationKey {
    /// A key that nobody else has, for a database that nobody else will open.
    pub fn random() -> Result<Self, NoKey> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| NoKey::Random(error.to_string()))?;
        Ok(Self(bytes))
    }

    /// The key of this database in this file; at the first start it is made, with mode 0600.
    pub async fn open(db: &Db, file: &Path) -> Result<Self, NoKey> {
        let known = settings::get(db, FINGERPRINT).await?;
        let key = match std::fs::read_to_string(file) {
            Ok(text) => {
                warn_of_others(file);
                Self::parse(&text).ok_or_else(|| NoKey::Unreadable(file.into()))?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if known.is_some() {
                    return Err(NoKey::Missing(file.into()));
                }
                let key = Self::random()?;
                key.write(file)
                    .map_err(|error| NoKey::Io(file.into(), error))?;
                key
            }
            Err(error) => return Err(NoKey::Io(file.into(), error)),
        };
        key.belong_to(db, file).await?;
        Ok(key)
    }

    async fn belong_to(&self, db: &Db, file: &Path) -> Result<(), NoKey> {
        let ours = hex(&self.derive(b"fingerprint"));
        let mut tx = db.begin().await?;
        let stands = settings::claim(&mut tx, FINGERPRINT, &ours).await?;
        tx.commit().await?;
        if stands == ours {
            Ok(())
        } else {
            Err(NoKey::Wrong(file.into()))
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (n, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * n..2 * n + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }

    fn write(&self, file: &Path) -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(file)?;
        writeln!(file, "{}", hex(&self.0))?;
        file.sync_all()
    }

    /// A key for one purpose, which tells nothing of the others: HMAC-SHA256 of the purpose.
    fn derive(&self, purpose: &[u8]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(purpose);
        mac.finalize().into_bytes().into()
    }

    /// The hash for look-up keys.
    pub fn hash(&self) -> keys::Hash {
        let mut secret = [0; 16];
        secret.copy_from_slice(&self.derive(b"look-up keys")[..16]);
        keys::Hash::new(secret)
    }

    /// The vault for what must be read again and must not lie open.
    pub fn vault(&self) -> Vault {
        Vault::new(self.derive(b"vault"))
    }

    /// What seals the audit log.
    pub fn seal(&self) -> Seal {
        Seal::new(self.derive(b"audit"))
    }
}

/// Says so when others than the owner may read the key.
fn warn_of_others(file: &Path) {
    #[cfg(unix)]
    if let Ok(metadata) = std::fs::metadata(file)
        && std::os::unix::fs::MetadataExt::mode(&metadata) & 0o077 != 0
    {
        eprintln!(
            "telltale: {} may be read by others; chmod 600 would mend that",
            file.display()
        );
    }
}

/// Bytes in hexadecimal, lower case.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}

/// Where the key lies for a database: beside its file, or in the working directory for a server's.
pub fn beside(address: &Address) -> PathBuf {
    match address {
        Address::Postgres(_) => "telltale.key".into(),
        Address::Sqlite(options) => {
            let file = options.get_filename();
            let taken = file.extension().is_some_and(|extension| extension == "key");
            file.with_extension(if taken { "key.key" } else { "key" })
        }
    }
}
