//! What the command line and the environment say, read once.

use std::path::PathBuf;

use clap::Args;

use crate::app::App;
use crate::db::{Address, Db};
use crate::lists::force::Lists;
use crate::reference::shelf::Shelf;
use crate::rule_changes;
use crate::rules::library::Library;
use crate::rules::score::Scoring;
use crate::rules::{Faults, Ruleset};
use crate::secret::{self, InstallationKey};

/// Where data is kept.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Where data is kept")]
pub struct Database {
    /// `sqlite://FILE` or `postgres://USER@HOST/NAME`
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// File with the installation's key; made at the first start beside the database
    #[arg(long, env = "TELLTALE_KEY_FILE", global = true)]
    pub key_file: Option<PathBuf>,
}

impl Database {
    /// The file that a server holds while it works off deliveries on SQLite.
    pub fn lock_file(&self, default: &str) -> Option<PathBuf> {
        let url = self.database_url.as_deref().unwrap_or(default);
        match Address::parse(url).ok()? {
            Address::Sqlite(options) => Some(options.get_filename().with_added_extension("lock")),
            Address::Postgres(_) => None,
        }
    }
}

/// How records are judged.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "How records are judged")]
pub struct Judging {
    /// Folder with rule files instead of the shipped ones; `rules/` here is taken by itself
    #[arg(long, env = "TELLTALE_RULES", global = true)]
    pub rules: Option<PathBuf>,
    /// Weight of evidence before any finding, in decibans
    #[arg(long, env = "TELLTALE_PRIOR_DB", default_value_t = Scoring::default().prior_db, allow_negative_numbers = true, global = true)]
    pub prior_db: f64,
    /// Scores from here on say "ask", "verify", and above the last one "escalate", in decibans
    #[arg(long, env = "TELLTALE_BANDS_DB", value_name = "ASK,VERIFY,ESCALATE", default_value = "-10,0,10", value_parser = bands, allow_hyphen_values = true, global = true)]
    pub bands_db: Bands,
    /// Let 555-0100 to 555-0199 count as ordinary phone numbers, for demonstrations and tests
    #[arg(long, env = "TELLTALE_FICTIONAL_NUMBERS", global = true)]
    pub fictional_numbers: bool,
    /// Remote-control program that is allowed on work devices, such as `TeamViewer`; several with a comma
    /// between them
    #[arg(
        long,
        env = "TELLTALE_ALLOWED_REMOTE",
        value_delimiter = ',',
        global = true
    )]
    pub allowed_remote: Vec<String>,
}

/// As nothing was said: the shipped rules or those in `rules/` here, at the usual scoring.
impl Default for Judging {
    fn default() -> Self {
        let usual = Scoring::default();
        Self {
            rules: None,
            prior_db: usual.prior_db,
            bands_db: Bands(usual.ask_db, usual.verify_db, usual.escalate_db),
            fictional_numbers: false,
            allowed_remote: Vec::new(),
        }
    }
}

/// Lower bounds of `ask` and `verify`, upper bound of `verify`, decibans.
#[derive(Clone, Copy, Debug)]
pub struct Bands(f64, f64, f64);

fn bands(text: &str) -> Result<Bands, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(|part| part.trim().parse()).collect();
    match numbers.as_deref() {
        Ok([ask, verify, escalate]) => Ok(Bands(*ask, *verify, *escalate)),
        _ => Err("three numbers are expected, such as -10,0,10".into()),
    }
}

/// Why the program cannot start: arguments or environment.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// A rule file is wrong.
    #[error("{0}")]
    Rules(String),
    /// The scoring is wrong.
    #[error("the scoring is unusable: {0}")]
    Scoring(String),
    /// The key is missing or wrong.
    #[error(transparent)]
    Key(#[from] secret::NoKey),
    /// The database cannot be opened.
    #[error("the database {url} cannot be opened: {cause}")]
    Database {
        /// Without its secrets.
        url: String,
        /// What the driver says.
        cause: sqlx::Error,
    },
    /// There is no such file.
    #[error("there is no database at {0}")]
    NoDatabase(String),
    /// A file or folder cannot be used.
    #[error("{0}: {1}")]
    Io(PathBuf, std::io::Error),
}

impl Judging {
    /// The rules in force, to be read again when their folder changes.
    pub fn library(&self) -> Result<Library, Unusable> {
        Library::open(self.folder(), self.scoring()?)
            .map_err(|faults| Unusable::Rules(faults.to_string()))
    }

    /// The rules as they are now, or all that is wrong with them.
    pub fn ruleset(&self) -> Result<Result<Ruleset, Faults>, Unusable> {
        let scoring = self.scoring()?;
        let loaded = match self.folder() {
            Some(folder) => Ruleset::load_dir(&folder),
            None => Ruleset::shipped(),
        };
        Ok(loaded.map(|rules| rules.with_scoring(scoring)))
    }

    /// The folder named, or `rules/` here if it holds rules; without one the shipped rules serve.
    fn folder(&self) -> Option<PathBuf> {
        let is_rule =
            |file: std::fs::DirEntry| file.path().extension().is_some_and(|e| e == "toml");
        let here = PathBuf::from("rules");
        let has_rules = || {
            here.read_dir()
                .is_ok_and(|files| files.flatten().any(is_rule))
        };
        self.rules
            .clone()
            .or_else(|| has_rules().then(|| here.clone()))
    }

    fn scoring(&self) -> Result<Scoring, Unusable> {
        let Bands(ask_db, verify_db, escalate_db) = self.bands_db;
        Scoring {
            prior_db: self.prior_db,
            ask_db,
            verify_db,
            escalate_db,
        }
        .checked()
        .map_err(Unusable::Scoring)
    }
}

/// The database's URL as it may be shown: without user, password and parameters.
pub fn without_secrets(url: &str) -> String {
    let plain = url.split('?').next().unwrap_or_default();
    match plain.split_once("://") {
        Some((scheme, rest)) => {
            let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
            format!("{scheme}://{rest}")
        }
        None => plain.to_owned(),
    }
}

/// Refuses a file that is not there, for a command that only reads: from an empty database it would tell that nothing
/// was found, or altered.
pub fn is_there(database: &Database, default: &str) -> Result<(), Unusable> {
    let url = database.database_url.as_deref().unwrap_or(default);
    match Address::parse(url) {
        Ok(Address::Sqlite(options)) if !options.get_filename().exists() => {
            Err(Unusable::NoDatabase(without_secrets(url)))
        }
        _ => Ok(()),
    }
}

/// Opens the database named, or `default`, for a command that judges nobody.
pub async fn open_unjudged(database: &Database, default: &str) -> Result<App, Unusable> {
    open(database, &Judging::default(), default).await
}

/// Opens the database named, or `default`, and everything around it.
pub async fn open(database: &Database, judging: &Judging, default: &str) -> Result<App, Unusable> {
    let url = database.database_url.as_deref().unwrap_or(default);
    let rules = judging.library()?;
    let failed = |cause| Unusable::Database {
        url: without_secrets(url),
        cause,
    };
    let address = Address::parse(url).map_err(failed)?;
    let db = Db::open(url).await.map_err(failed)?;
    let file = database
        .key_file
        .clone()
        .unwrap_or_else(|| secret::beside(&address));
    let key = InstallationKey::open(&db, &file).await?;
    let shelf = Shelf::default();
    if let Err(error) = shelf.refresh(&db).await {
        // What comes with the program serves; rules that need more say that they have no data.
        error.log();
        eprintln!(
            "telltale: imported reference data is not in force: {}",
            error.cause()
        );
    }
    let lists = Lists::default();
    if let Err(error) = lists.refresh(&db).await {
        error.log();
        let cause = error.cause();
        eprintln!("telltale: listed identifiers are not in force: {cause}");
    }
    let app = App {
        fictional_numbers: judging.fictional_numbers,
        allowed_remote: judging.allowed_remote.clone().into(),
        shelf: shelf.into(),
        lists: lists.into(),
        ..App::new(db, &key, rules)
    };
    if let Err(error) = rule_changes::take_up(&app).await {
        error.log();
        let cause = error.cause();
        eprintln!("telltale: rules are as their files say, not as they were switched: {cause}");
    }
    if let Err(error) = app.outlets.refresh(&app).await {
        error.log();
        let cause = error.cause();
        eprintln!("telltale: results are not sent anywhere: {cause}");
    }
    Ok(app)
}

#[cfg(test)]
mod tests {
    use super::{bands, without_secrets};

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            (
                "postgres://ann:s3cret@db.example/telltale",
                "postgres://db.example/telltale",
            ),
            (
                "postgres://ann:p@ss@db.example/t?password=x",
                "postgres://db.example/t",
            ),
            ("sqlite://telltale.db?mode=ro", "sqlite://telltale.db"),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
    }

    #[test]
    fn bands_are_three_numbers() {
        assert!(bands("-10, 0,10").is_ok());
        assert!(bands("1,2").is_err());
        assert!(bands("a,b,c").is_err());
    }
}
