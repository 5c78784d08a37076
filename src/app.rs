//! What a request or a command can reach: database, rules, settings, clock.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::{ContextV7, Uuid};

use crate::access::options::Access;
use crate::audit::chain::Seal;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::hits::Hits;
use crate::hooks::connections;
use crate::imports;
use crate::keys::Hash;
use crate::lists::force::Lists;
use crate::net::Client;
use crate::normalise::Settings;
use crate::outlets::endpoints::Outlets;
use crate::population::Population;
use crate::queue::news::News;
use crate::reference::shelf::Shelf;
use crate::rules::library::Library;
use crate::secret::InstallationKey;
use crate::telemetry;
use crate::vault::Vault;

/// Tells the time. Tests give their own.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The application, cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Db,
    /// The rules in force.
    pub rules: Arc<Library>,
    /// 555-0100 to 555-0199 count as ordinary numbers.
    pub fictional_numbers: bool,
    /// What everybody here is like.
    pub population: Arc<Population>,
    /// What public records say.
    pub shelf: Arc<Shelf>,
    /// What the operator has listed.
    pub lists: Arc<Lists>,
    /// Hashes look-up keys.
    pub hash: Hash,
    /// Seals what must not lie open.
    pub vault: Vault,
    /// Seals the audit log.
    pub seal: Seal,
    /// How people and keys come in.
    pub access: Arc<Access>,
    /// Sends requests out.
    pub client: Client,
    /// Connections as they were last read.
    pub connections: Arc<connections::Cache>,
    /// Who is to be told of what.
    pub outlets: Arc<Outlets>,
    /// How rules do, as it was counted last.
    pub hits: Arc<Hits>,
    /// Rings when screenings were saved.
    pub news: Arc<News>,
    /// Where this service is reached from outside, without a slash at its end.
    pub public_url: Option<String>,
    /// Remote-control programs that are allowed on work devices.
    pub allowed_remote: Arc<[String]>,
    /// How long raw timings and what was seen of places are kept.
    pub timings_kept: SignedDuration,
    /// Bytes of a file of records that is handed in on a page, at the most.
    pub import_limit: u64,
    /// Ids made within one millisecond keep their order; a clock that is set back does not set them back.
    pub ids: Arc<Mutex<ContextV7>>,
    /// The time.
    pub clock: Clock,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("db", &self.db)
            .finish_non_exhaustive()
    }
}

impl App {
    /// The application on a database with its key, as nothing else is set.
    pub fn new(db: Db, key: &InstallationKey, rules: Library) -> Self {
        Self {
            db,
            rules: Arc::new(rules),
            fictional_numbers: false,
            population: Arc::default(),
            shelf: Arc::default(),
            lists: Arc::default(),
            hash: key.hash(),
            vault: key.vault(),
            seal: key.seal(),
            access: Arc::default(),
            client: Client::default(),
            connections: Arc::default(),
            outlets: Arc::default(),
            hits: Arc::default(),
            news: Arc::default(),
            public_url: None,
            allowed_remote: Arc::default(),
            timings_kept: telemetry::KEPT,
            import_limit: imports::LIMIT,
            ids: Arc::default(),
            clock: system_clock(),
        }
    }

    /// The time now, to the millisecond, as it is kept: what is answered is what will be read back.
    /// Nothing else asks the system's clock.
    pub fn now(&self) -> Timestamp {
        let now = (self.clock)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// What normal forms are made with now.
    pub fn settings(&self) -> Settings {
        Settings {
            fictional_numbers: self.fictional_numbers,
            reference: self.shelf.current(),
        }
    }

    /// The day, in UTC.
    pub fn today(&self) -> Date {
        self.now().to_zoned(TimeZone::UTC).date()
    }

    /// A new id, sortable by time: UUID version 7.
    pub fn new_id(&self) -> String {
        let now = (self.clock)();
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let nanos = u32::try_from(now.subsec_nanosecond()).unwrap_or_default();
        let counter = self.ids.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*counter, seconds, nanos)).to_string()
    }
}

/// The system's clock.
pub fn system_clock() -> Clock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that asks the system"
    )]
    Arc::new(Timestamp::now)
}

/// Runs work that keeps a core busy off the threads that serve requests, on as many as there are
/// cores. A panic in it is that work's failure, not the service's.
pub async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let (sender, done) = tokio::sync::oneshot::channel();
    rayon::spawn(move || {
        // Nobody may wait any more: the result is of no use then.
        let _ = sender.send(catch_unwind(AssertUnwindSafe(work)));
    });
    match done.await {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(_)) | Err(_) => Err(Error::Internal("a bug ended the work on a record".into())),
    }
}
