//! One SQL text for two engines.
//!
//! A statement is text with `?` placeholders plus the values bound to them,
//! and knows nothing of the engine. [`Sql::all`] and its siblings hand it to
//! SQLite or PostgreSQL, whichever [`Db`] or [`Tx`] holds. The text keeps to
//! the dialect that both understand; `migrations/README.md` lists its edges.
//! Times go in and out as `bigint` milliseconds, see [`Millis`].

use std::borrow::Cow;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Connection as _;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool,
    SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{Arguments, AssertSqlSafe, Database, Decode, Encode, FromRow, Postgres, Sqlite, Type};

/// What a statement returns.
pub type Result<T, E = sqlx::Error> = std::result::Result<T, E>;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!();

/// How long a connection waits for SQLite's one writer.
const BUSY: Duration = Duration::from_secs(30);

/// Pages of 4 KiB written before SQLite copies its log into the file. Each copy rewrites the pages
/// that random keys have touched, so a rare copy lets many rows share one rewrite.
const CHECKPOINT_PAGES: &str = "50000";

/// How long moving SQLite's log waits for those who read: nobody writes meanwhile.
const CHECKPOINT_WAIT: Duration = Duration::from_millis(100);

/// Memory for pages, of each connection; negative means KiB to SQLite.
const CACHE_KIB: &str = "-16000";

/// Memory for pages of the connection that writes.
const WRITER_CACHE_KIB: &str = "-160000";

/// Connections besides the one that writes.
const SQLITE_CONNECTIONS: u32 = 5;

/// Rows in one statement: more gains nothing, and a constant number keeps prepared texts few.
pub const ROWS_PER_STATEMENT: usize = 50;

/// A pool of connections to either engine.
#[derive(Clone, Debug)]
pub enum Db {
    /// The default: one file, no server.
    Sqlite {
        /// For single statements, which mostly read.
        pool: SqlitePool,
        /// One connection for transactions: waiting for it is fair and ends at once, while SQLite's
        /// own waiting for its one writer is a sleep. It has the most memory, since random keys
        /// touch pages all over the file.
        writer: SqlitePool,
    },
    /// For several instances, or more writes than one file takes.
    Postgres(PgPool),
}

/// A transaction; dropping it without [`Tx::commit`] undoes its work.
#[derive(Debug)]
pub enum Tx {
    /// See [`Db::Sqlite`].
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// See [`Db::Postgres`].
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// Where a database is.
#[derive(Debug)]
pub enum Address {
    /// A file.
    Sqlite(Box<SqliteConnectOptions>),
    /// A server.
    Postgres(Box<PgConnectOptions>),
}

impl Address {
    /// Reads `sqlite://FILE` and `postgres://USER@HOST/NAME`; nothing else is taken for a file's name.
    pub fn parse(url: &str) -> Result<Self> {
        let wrong = |why: &str| sqlx::Error::Configuration(why.into());
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(url.parse()?)));
        }
        if !url.starts_with("sqlite:") {
            return Err(wrong(
                "sqlite://FILE or postgres://USER@HOST/NAME is expected",
            ));
        }
        let options: SqliteConnectOptions = url.parse()?;
        let file = options.get_filename();
        if file.as_os_str().is_empty()
            || file.is_dir()
            || url.contains(":memory:")
            || url.contains("mode=memory")
        {
            return Err(wrong(
                "sqlite:// needs the name of a file, such as sqlite://telltale.db",
            ));
        }
        Ok(Self::Sqlite(Box::new(options)))
    }
}

/// Makes a database's file for its owner's eyes only, if it is not there; SQLite gives the files
/// beside it the same mode.
fn private(file: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

impl Db {
    /// Opens the database at `url` and brings its tables up to date.
    pub async fn open(url: &str) -> Result<Self> {
        let db = match Address::parse(url)? {
            Address::Postgres(options) => {
                // A pool would ask again and again; who cannot be reached says so at once.
                PgConnection::connect_with(&options).await?.close().await?;
                Self::Postgres(PgPoolOptions::new().connect_with(*options).await?)
            }
            Address::Sqlite(options) => {
                private(options.get_filename())?;
                let options = options
                    .foreign_keys(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
                    .busy_timeout(BUSY)
                    .pragma("trusted_schema", "off")
                    // What is erased is not to be read in the file's pages either.
                    .pragma("secure_delete", "on")
                    .pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
                    .pragma("cache_size", CACHE_KIB);
                let pool = SqlitePoolOptions::new().max_connections(SQLITE_CONNECTIONS);
                let writer = options.clone().pragma("cache_size", WRITER_CACHE_KIB);
                Self::Sqlite {
                    pool: pool.connect_with(options).await?,
                    writer: SqlitePoolOptions::new()
                        .max_connections(1)
                        .connect_lazy_with(writer),
                }
            }
        };
        match &db {
            Self::Sqlite { pool, .. } => MIGRATIONS.run(pool).await?,
            Self::Postgres(pool) => MIGRATIONS.run(pool).await?,
        }
        Ok(db)
    }

    /// Moves what SQLite's log holds into the file and empties the log, if nobody reads or writes just now: a copy of
    /// the file then has it all, and the log holds nothing of what was erased. PostgreSQL sees to its own.
    pub async fn checkpoint(&self) {
        let Self::Sqlite { pool, .. } = self else {
            return;
        };
        let options = (*pool.connect_options())
            .clone()
            .busy_timeout(CHECKPOINT_WAIT);
        let done = async {
            let mut connection = SqliteConnection::connect_with(&options).await?;
            sqlx::raw_sql("pragma wal_checkpoint(truncate)")
                .execute(&mut connection)
                .await?;
            connection.close().await
        };
        if let Err(error) = done.await {
            tracing::warn!(%error, "SQLite's log was not moved into the file");
        }
    }

    /// Closes every connection. SQLite then moves what its log still holds into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { pool, writer } => {
                writer.close().await;
                pool.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Starts a transaction.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(match self {
            // A plain `begin` takes the write lock at the first write, and fails
            // rather than waits if another writer came in between.
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Starts a transaction that only reads: what it sees is of one moment, and it keeps no writer waiting.
    pub async fn reads(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { pool, .. } => Tx::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(
                pool.begin_with("begin isolation level repeatable read read only")
                    .await?,
            ),
        })
    }
}

impl Tx {
    /// Makes the transaction's work permanent.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// Where a statement runs: on its own, or within a transaction.
#[derive(Debug)]
pub enum On<'a> {
    #[doc(hidden)]
    SqlitePool(&'a SqlitePool),
    #[doc(hidden)]
    PostgresPool(&'a PgPool),
    #[doc(hidden)]
    Sqlite(&'a mut SqliteConnection),
    #[doc(hidden)]
    Postgres(&'a mut PgConnection),
}

impl<'a> From<&'a Db> for On<'a> {
    fn from(db: &'a Db) -> Self {
        match db {
            Db::Sqlite { pool, .. } => Self::SqlitePool(pool),
            Db::Postgres(pool) => Self::PostgresPool(pool),
        }
    }
}

impl<'a> From<&'a mut Tx> for On<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        match tx {
            Tx::Sqlite(tx) => Self::Sqlite(tx),
            Tx::Postgres(tx) => Self::Postgres(tx),
        }
    }
}

/// A bound value. A null keeps its type, because PostgreSQL asks for it.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Value {
    Bool(Option<bool>),
    Int(Option<i64>),
    Real(Option<f64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! value_from {
    ($($variant:ident: $($ty:ty),+;)*) => {$($(
        impl From<$ty> for Value {
            fn from(value: $ty) -> Self {
                Self::$variant(Some(value.into()))
            }
        }
        impl From<Option<$ty>> for Value {
            fn from(value: Option<$ty>) -> Self {
                Self::$variant(value.map(Into::into))
            }
        }
    )+)*};
}

value_from! {
    Bool: bool;
    Int: i64;
    Real: f64;
    Text: String, &String, &str;
    Bytes: Vec<u8>, &[u8];
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Int(Some(at.as_millisecond()))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(at: Option<Timestamp>) -> Self {
        Self::Int(at.map(Timestamp::as_millisecond))
    }
}

/// A time read from its column: milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::Type)]
#[sqlx(transparent)]
pub struct Millis(pub i64);

impl From<Millis> for Timestamp {
    fn from(at: Millis) -> Self {
        Self::from_millisecond(at.0).unwrap_or_default()
    }
}

/// A value kept as JSON text.
#[derive(Clone, Debug, PartialEq)]
pub struct Json<T>(pub T);

impl<T: Serialize> From<&Json<T>> for Value {
    fn from(value: &Json<T>) -> Self {
        Self::Text(Some(
            serde_json::to_string(&value.0).expect("our own types serialize"),
        ))
    }
}

impl<T, DB: Database> Type<DB> for Json<T>
where
    String: Type<DB>,
{
    fn type_info() -> DB::TypeInfo {
        String::type_info()
    }
}

impl<'r, T: DeserializeOwned, DB: Database> Decode<'r, DB> for Json<T>
where
    &'r str: Decode<'r, DB>,
{
    fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
        Ok(Self(serde_json::from_str(<&str>::decode(value)?)?))
    }
}

/// A row that both engines can give; `#[derive(FromRow)]` is enough.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin
{}

/// A statement: text from literals only, and a value for every `?` in it.
#[derive(Debug)]
#[must_use = "a statement does nothing until it is run"]
pub struct Sql {
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// Starts a statement.
pub fn sql(text: &'static str) -> Sql {
    Sql {
        text: Cow::Borrowed(text),
        values: Vec::new(),
    }
}

/// Writes out one way of running a statement for each engine and place.
macro_rules! run {
    ($sql:ident, $on:ident, $query_with:path, |$query:ident, $place:ident| $run:expr) => {
        match $on.into() {
            On::SqlitePool($place) => {
                let (text, arguments) = $sql.for_sqlite()?;
                let $query = $query_with(text, arguments);
                $run
            }
            On::Sqlite($place) => {
                let (text, arguments) = $sql.for_sqlite()?;
                let $query = $query_with(text, arguments);
                $run
            }
            On::PostgresPool($place) => {
                let (text, arguments) = $sql.for_postgres()?;
                let $query = $query_with(text, arguments);
                $run
            }
            On::Postgres($place) => {
                let (text, arguments) = $sql.for_postgres()?;
                let $query = $query_with(text, arguments);
                $run
            }
        }
    };
}

impl Sql {
    /// Adds text.
    pub fn push(mut self, text: &'static str) -> Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Binds the next `?`.
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds a condition and its value, if there is one.
    pub fn filter<V: Into<Value>>(self, text: &'static str, value: Option<V>) -> Self {
        match value {
            Some(value) => self.push(text).bind(value),
            None => self,
        }
    }

    /// Adds a list of values for `in`: `(?, ?)`. An empty list matches nothing.
    pub fn list<V: Into<Value>>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        let before = self.values.len();
        self.values.extend(values.into_iter().map(Into::into));
        let marks = vec!["?"; self.values.len() - before].join(", ");
        let _ = write!(
            self.text.to_mut(),
            "({})",
            if marks.is_empty() { "null" } else { &marks }
        );
        self
    }

    /// Adds the rows of a batched insert: `(?, ?), (?, ?)`.
    pub fn rows<const N: usize>(mut self, rows: impl IntoIterator<Item = [Value; N]>) -> Self {
        let row = format!("({})", ["?"; N].join(", "));
        for (n, values) in rows.into_iter().enumerate() {
            let text = self.text.to_mut();
            text.push_str(if n == 0 { " " } else { ", " });
            text.push_str(&row);
            self.values.extend(values);
        }
        self
    }

    /// Runs the statement and says how many rows it touched.
    pub async fn execute<'a>(self, on: impl Into<On<'a>>) -> Result<u64> {
        run!(self, on, sqlx::query_with, |query, place| {
            Ok(query.execute(place).await?.rows_affected())
        })
    }

    /// Runs the statement for every row.
    pub async fn all<'a, T: Row>(self, on: impl Into<On<'a>>) -> Result<Vec<T>> {
        run!(self, on, sqlx::query_as_with, |query, place| query
            .fetch_all(place)
            .await)
    }

    /// Runs the statement for its one row.
    pub async fn one<'a, T: Row>(self, on: impl Into<On<'a>>) -> Result<T> {
        run!(self, on, sqlx::query_as_with, |query, place| query
            .fetch_one(place)
            .await)
    }

    /// Runs the statement for its row, if there is one.
    pub async fn optional<'a, T: Row>(self, on: impl Into<On<'a>>) -> Result<Option<T>> {
        run!(self, on, sqlx::query_as_with, |query, place| query
            .fetch_optional(place)
            .await)
    }

    fn for_sqlite(self) -> Result<(AssertSqlSafe<Cow<'static, str>>, SqliteArguments)> {
        // SQLite takes a missing value for null, without a word.
        assert_eq!(
            self.text.matches('?').count(),
            self.values.len(),
            "{}",
            self.text
        );
        Ok((AssertSqlSafe(self.text), arguments(self.values)?))
    }

    fn for_postgres(self) -> Result<(AssertSqlSafe<String>, PgArguments)> {
        Ok((AssertSqlSafe(numbered(&self.text)), arguments(self.values)?))
    }
}

fn arguments<A: Arguments>(values: Vec<Value>) -> Result<A>
where
    for<'q> Option<bool>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<i64>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<f64>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<String>: Encode<'q, A::Database> + Type<A::Database>,
    for<'q> Option<Vec<u8>>: Encode<'q, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        match value {
            Value::Bool(value) => arguments.add(value),
            Value::Int(value) => arguments.add(value),
            Value::Real(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// PostgreSQL counts its placeholders: `?, ?` becomes `$1, $2`.
fn numbered(text: &str) -> String {
    let mut numbered = String::with_capacity(text.len() + 16);
    for (n, part) in text.split('?').enumerate() {
        if n > 0 {
            let _ = write!(numbered, "${n}");
        }
        numbered.push_str(part);
    }
    numbered
}

#[cfg(test)]
mod tests {
    use super::numbered;

    #[test]
    fn placeholders_are_counted() {
        assert_eq!(
            numbered("a = ? and b in (?, ?)"),
            "a = $1 and b in ($2, $3)"
        );
        assert_eq!(numbered("select 1"), "select 1");
    }
}
