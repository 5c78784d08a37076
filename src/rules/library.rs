//! The rules in force: read once, read again when their directory changes, and never half.
//!
//! A directory is read as a whole. If any file of it is wrong, the rules in force stay as they
//! were, and the faults are logged and kept for whoever asks.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use notify::{RecursiveMode, Watcher};

use super::ruleset::{Faults, Ruleset, Switches};
use super::score::Scoring;

/// Editors write a file in several steps; this long after the last of them it is read.
const QUIET: Duration = Duration::from_millis(300);

/// The rules in force and where they come from.
#[derive(Debug)]
pub struct Library {
    /// `None` for the rules that come with the program.
    folder: Option<PathBuf>,
    scoring: Scoring,
    current: RwLock<Arc<Ruleset>>,
    faults: Mutex<Option<Faults>>,
    switches: Mutex<Switches>,
}

/// Watches a library's directory until it is dropped.
#[derive(Debug)]
pub struct Watch {
    _watcher: notify::RecommendedWatcher,
}

impl Library {
    /// The rules of a directory, or those that come with the program.
    pub fn open(folder: Option<PathBuf>, scoring: Scoring) -> Result<Self, Faults> {
        let rules = load(folder.as_ref(), scoring)?;
        Ok(Self {
            folder,
            scoring,
            current: RwLock::new(Arc::new(rules)),
            faults: Mutex::new(None),
            switches: Mutex::default(),
        })
    }

    /// One set of rules for good, such as a test's.
    pub fn fixed(rules: Ruleset) -> Self {
        Self {
            folder: None,
            scoring: *rules.scoring(),
            switches: Mutex::new(rules.switches().clone()),
            current: RwLock::new(Arc::new(rules)),
            faults: Mutex::new(None),
        }
    }

    /// The rules in force. Whoever judges keeps these to the end, whatever is read meanwhile.
    pub fn current(&self) -> Arc<Ruleset> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What is wrong with the directory since it was last read; the rules in force are older then.
    pub fn faults(&self) -> Option<Faults> {
        self.faults
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Which rules are switched, those too whose files say the same by now.
    pub fn switches(&self) -> Switches {
        self.switches
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Switches rules so from now on, whatever their files say: true if other rules are now in force.
    /// It compiles the rules once more, so it is not for a thread that serves requests.
    pub fn switch(&self, switches: Switches) -> Result<bool, Faults> {
        // Held meanwhile, so that no reading in between puts back what was switched before.
        let _faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let rules = self.current().switched(&switches)?;
        *self.switches.lock().unwrap_or_else(PoisonError::into_inner) = switches;
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let changed = current.digest() != rules.digest();
        if changed {
            tracing::info!(digest = rules.digest(), "rules switched");
            *current = Arc::new(rules);
        }
        Ok(changed)
    }

    /// The directory, where there is one.
    pub fn folder(&self) -> Option<&PathBuf> {
        self.folder.as_ref()
    }

    /// Reads the directory again, as after SIGHUP: true if other rules are now in force. On a
    /// fault those in force stay.
    pub fn reload(&self) -> Result<bool, Faults> {
        if self.folder.is_none() {
            return Ok(false);
        }
        // Held while reading, so that of two calls at once the later reading stands.
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        match load(self.folder.as_ref(), self.scoring) {
            Ok(rules) => {
                *faults = None;
                let rules = rules.with_switches(&self.switches());
                let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
                let changed = current.digest() != rules.digest();
                if changed {
                    tracing::info!(
                        rules = rules.rules().len(),
                        digest = rules.digest(),
                        "rules read"
                    );
                    *current = Arc::new(rules);
                }
                Ok(changed)
            }
            Err(found) => {
                for fault in &found.0 {
                    tracing::error!(%fault, "the rules in force stay as they were");
                }
                *faults = Some(found.clone());
                Err(found)
            }
        }
    }

    /// Reads the directory again whenever it changes, and then calls `after` with what came of it,
    /// as [`Library::reload`] would say it. `None` where there is no directory to watch.
    pub fn watch(
        self: &Arc<Self>,
        after: impl Fn(Result<bool, Faults>) + Send + 'static,
    ) -> notify::Result<Option<Watch>> {
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        let (tell, told) = mpsc::channel();
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                // Our own reading is an event too, and no change.
                if event.as_ref().map_or(true, |event| !event.kind.is_access()) {
                    let _ = tell.send(()); // nobody listens while shutting down
                }
            })?;
        watcher.watch(folder, RecursiveMode::NonRecursive)?;
        let library = Arc::downgrade(self);
        std::thread::Builder::new()
            .name("rules".into())
            .spawn(move || {
                while settled(&told, QUIET) {
                    let Some(library) = library.upgrade() else {
                        return;
                    };
                    after(library.reload());
                }
            })
            .map_err(notify::Error::io)?;
        Ok(Some(Watch { _watcher: watcher }))
    }
}

fn load(folder: Option<&PathBuf>, scoring: Scoring) -> Result<Ruleset, Faults> {
    let rules = match folder {
        Some(folder) => Ruleset::load_dir(folder)?,
        None => Ruleset::shipped()?,
    };
    Ok(rules.with_scoring(scoring))
}

/// Waits for a change and for the quiet after it; false when there will be none any more.
fn settled(told: &Receiver<()>, quiet: Duration) -> bool {
    if told.recv().is_err() {
        return false;
    }
    loop {
        match told.recv_timeout(quiet) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::rules::Status;
    use crate::rules::fixture::file;

    fn write(dir: &Path, id: &str, when: &str) {
        let (name, text) = file(id, 2.0, when, "");
        fs::write(dir.join(name), text).unwrap();
    }

    #[test]
    fn a_wrong_file_leaves_the_rules_in_force_as_they_were() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "a.one", "true");
        let library = Library::open(Some(dir.path().into()), Scoring::default()).unwrap();
        let before = library.current();
        assert_eq!(library.reload(), Ok(false), "nothing changed");
        write(dir.path(), "a.two", "no.such.name");
        assert!(library.reload().is_err());
        assert_eq!(library.current().digest(), before.digest());
        assert!(
            library
                .faults()
                .unwrap()
                .to_string()
                .contains("a.two.toml:6")
        );
        write(dir.path(), "a.two", "false");
        assert_eq!(library.reload(), Ok(true));
        assert_eq!(library.faults(), None);
        assert_eq!(library.current().rules().len(), 2);
        assert_eq!(
            before.rules().len(),
            1,
            "who judges keeps the rules it began with"
        );
    }

    #[test]
    fn a_switch_outlives_a_change_of_the_files() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "a.one", "true");
        let library = Library::open(Some(dir.path().into()), Scoring::default()).unwrap();
        let off = Switches::from([("a.one".into(), Status::Off)]);
        assert_eq!(library.switch(off.clone()), Ok(true));
        assert_eq!(library.switch(off), Ok(false), "it is so already");
        write(dir.path(), "a.one", "false");
        assert_eq!(library.reload(), Ok(true));
        assert_eq!(library.current().rules()[0].status, Status::Off);
        assert_eq!(library.switch(Switches::new()), Ok(true));
        assert_eq!(library.current().rules()[0].status, Status::Active);
    }

    #[test]
    fn a_changed_directory_is_read_again() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "a.one", "true");
        let library = Arc::new(Library::open(Some(dir.path().into()), Scoring::default()).unwrap());
        let (tell, told) = mpsc::channel();
        let watch = library
            .watch(move |outcome| tell.send(outcome).unwrap())
            .unwrap();
        // Editors write beside the file and then rename.
        let (_, text) = file("a.two", 2.0, "false", "");
        fs::write(dir.path().join("a.two.toml~"), text).unwrap();
        fs::rename(
            dir.path().join("a.two.toml~"),
            dir.path().join("a.two.toml"),
        )
        .unwrap();
        // A slow disk may show the two steps apart: then the first changes nothing.
        while told.recv_timeout(Duration::from_secs(20)).unwrap() != Ok(true) {}
        assert_eq!(library.current().rules().len(), 2);
        drop(watch);
        assert!(
            told.recv_timeout(Duration::from_secs(20)).is_err(),
            "the watch is over"
        );
    }

    #[test]
    fn a_burst_of_changes_is_one_change() {
        let (tell, told) = mpsc::channel();
        for _ in 0..100 {
            tell.send(()).unwrap();
        }
        assert!(settled(&told, Duration::ZERO));
        assert!(told.try_recv().is_err(), "all were taken");
        drop(tell);
        assert!(!settled(&told, Duration::ZERO));
    }

    #[test]
    fn the_shipped_rules_need_no_directory() {
        let library = Library::fixed(Ruleset::shipped().unwrap());
        assert_eq!(library.reload(), Ok(false));
        assert!(Arc::new(library).watch(|_| ()).unwrap().is_none());
    }
}
