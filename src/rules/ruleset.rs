//! A set of rules, loaded as one: from the program itself or from a directory.

use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::file::{Fault, Rule};
use super::schema::{self, Schema};
use super::score::Scoring;

/// The largest rule file, bytes.
const LARGEST_FILE: u64 = 256 << 10;

#[derive(RustEmbed)]
#[folder = "rules/"]
struct Shipped;

/// Everything that is wrong with a set of rules; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_char('\n')?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

/// Rules that are judged together, and how their weights become a next step.
#[derive(Debug)]
pub struct Ruleset {
    pub(super) schema: Arc<Schema>,
    pub(super) rules: Vec<Rule>,
    pub(super) scoring: Scoring,
    texts: BTreeMap<String, String>,
    digest: Arc<str>,
}

impl Ruleset {
    /// The rules that come with the program.
    pub fn shipped() -> Result<Self, Faults> {
        let files = Shipped::iter().filter(|name| name.ends_with(".toml"));
        let texts = files.filter_map(|name| {
            let file = Shipped::get(&name)?;
            Some((
                name.into_owned(),
                String::from_utf8_lossy(&file.data).into_owned(),
            ))
        });
        Self::from_texts(texts.collect::<Vec<_>>(), &schema::SHIPPED)
    }

    /// The rules of a directory: its files that end in `.toml`. One wrong file refuses the set.
    pub fn load_dir(dir: &Path) -> Result<Self, Faults> {
        let fault = |path: &Path, reason: String| Fault {
            file: path.display().to_string(),
            line: None,
            reason,
        };
        let entries = std::fs::read_dir(dir)
            .map_err(|error| Faults(vec![fault(dir, format!("cannot be read: {error}"))]))?;
        let mut texts = Vec::new();
        let mut faults = Vec::new();
        for entry in entries {
            let path = match entry {
                Ok(entry) => entry.path(),
                Err(error) => {
                    faults.push(fault(dir, format!("cannot be read: {error}")));
                    continue;
                }
            };
            let name = path.file_name().and_then(|name| name.to_str());
            let Some(name) = name.filter(|name| name.ends_with(".toml") && !name.starts_with('.'))
            else {
                continue; // an editor's swap file, a README
            };
            match read(&path) {
                Ok(text) => texts.push((name.to_owned(), text)),
                Err(reason) => faults.push(fault(&path, reason)),
            }
        }
        if texts.is_empty() && faults.is_empty() {
            faults.push(fault(dir, "holds no rule: no file ends in .toml".into()));
        }
        let set = Self::from_texts(texts, &schema::SHIPPED);
        match set {
            Ok(set) if faults.is_empty() => Ok(set),
            Ok(_) => Err(Faults(faults)),
            Err(Faults(more)) => {
                faults.extend(more);
                Err(Faults(faults))
            }
        }
    }

    /// Rules from file names and contents, such as a store has kept for a digest.
    pub fn from_texts(
        texts: impl IntoIterator<Item = (String, String)>,
        schema: &Arc<Schema>,
    ) -> Result<Self, Faults> {
        let mut faults = Vec::new();
        let mut kept = BTreeMap::new();
        for (name, text) in texts {
            if let Some(before) = kept.insert(name.clone(), text) {
                faults.push(Fault {
                    file: name.clone(),
                    line: None,
                    reason: "there are two files of this name".into(),
                });
                kept.insert(name, before);
            }
        }
        let mut rules: Vec<Rule> = Vec::with_capacity(kept.len());
        for (name, text) in &kept {
            match Rule::read(name, text, schema) {
                Ok(rule) => match rules.iter().any(|other| other.id == rule.id) {
                    false => rules.push(rule),
                    true => faults.push(Fault {
                        file: name.clone(),
                        line: None,
                        reason: format!("there is already a rule `{}`", rule.id),
                    }),
                },
                Err(fault) => faults.push(fault),
            }
        }
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let scoring = Scoring::default();
        Ok(Self {
            schema: Arc::clone(schema),
            digest: digest(&kept, &scoring),
            rules,
            scoring,
            texts: kept,
        })
    }

    /// The same rules under another prior and other limits.
    #[must_use]
    pub fn with_scoring(mut self, scoring: Scoring) -> Self {
        self.digest = digest(&self.texts, &scoring);
        self.scoring = scoring;
        self
    }

    /// The rules, by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// One rule.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| *rule.id == *id)
    }

    /// The prior and the limits.
    pub fn scoring(&self) -> &Scoring {
        &self.scoring
    }

    /// What the rules may read.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// File names and contents, as they make the digest.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// `sha256:` and 64 hexadecimal digits over files and scoring: equal digests judge equally.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// A file's text, if it is of a sane size.
fn read(path: &Path) -> Result<String, String> {
    let size = std::fs::metadata(path).map_err(|error| format!("cannot be read: {error}"))?;
    if size.len() > LARGEST_FILE {
        return Err(format!("larger than a rule can be ({LARGEST_FILE} bytes)"));
    }
    std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))
}

fn digest(texts: &BTreeMap<String, String>, scoring: &Scoring) -> Arc<str> {
    let mut hash = Sha256::new();
    let mut part = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    for (name, text) in texts {
        part(name.as_bytes());
        part(text.as_bytes());
    }
    for db in [
        scoring.prior_db,
        scoring.ask_db,
        scoring.verify_db,
        scoring.escalate_db,
    ] {
        part(&db.to_be_bytes());
    }
    let mut text = String::from("sha256:");
    for byte in hash.finalize() {
        let _ = write!(text, "{byte:02x}"); // a String takes every write
    }
    text.into()
}
