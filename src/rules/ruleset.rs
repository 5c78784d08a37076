//! A set of rules, loaded as one: from the program itself or from a directory.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::fault::Fault;
use super::file::{Rule, Status};
use super::schema::{self, Schema};
use super::score::Scoring;

/// The largest rule file, bytes.
const LARGEST_FILE: u64 = 256 << 10;

/// Where a ruleset's texts say which rules are switched otherwise than their files say. No rule's file
/// has this name, and no folder's file of this name is read.
pub const SWITCHES: &str = ".switches";

/// Rules that are switched otherwise than their files say, by id.
pub type Switches = BTreeMap<String, Status>;

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
    switches: Switches,
    texts: BTreeMap<String, String>,
    digest: Arc<str>,
}

impl Ruleset {
    /// The rules that come with the program.
    pub fn shipped() -> Result<Self, Faults> {
        let files = Shipped::iter().filter(|name| is_rule(name));
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
            let Some(name) = name.filter(|name| is_rule(name)) else {
                continue;
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
        let switches = match kept.remove(SWITCHES).map(|text| toml::from_str(&text)) {
            None => Switches::new(),
            Some(Ok(switches)) => switches,
            Some(Err(error)) => {
                faults.push(Fault {
                    file: SWITCHES.into(),
                    line: None,
                    reason: error.message().replace('\n', " "),
                });
                Switches::new()
            }
        };
        let mut rules: Vec<Rule> = Vec::with_capacity(kept.len());
        for (name, text) in &kept {
            match Rule::read(name, text, schema) {
                Ok(rule) if rules.iter().any(|other| other.id == rule.id) => faults.push(Fault {
                    file: name.clone(),
                    line: None,
                    reason: format!("there is already a rule `{}`", rule.id),
                }),
                Ok(rule) => rules.push(rule),
                Err(fault) => faults.push(fault),
            }
        }
        faults.extend(circles(&rules, &kept));
        if !faults.is_empty() {
            return Err(Faults(faults));
        }
        let scoring = Scoring::default();
        let set = Self {
            schema: Arc::clone(schema),
            digest: digest(&kept, &scoring),
            rules,
            scoring,
            switches: Switches::new(),
            texts: kept,
        };
        Ok(set.with_switches(&switches))
    }

    /// The same rules, switched so and not as they were switched before. What is switched to what its
    /// file says is not switched, and neither is a rule that is not there: the digest tells what differs.
    #[must_use]
    pub fn with_switches(mut self, switches: &Switches) -> Self {
        self.switches.clear();
        for rule in &mut self.rules {
            rule.status = rule.written;
            if let Some(status) = switches.get(&*rule.id)
                && *status != rule.written
            {
                rule.status = *status;
                self.switches.insert(rule.id.to_string(), *status);
            }
        }
        if self.switches.is_empty() {
            self.texts.remove(SWITCHES);
        } else {
            let lines = self.switches.iter();
            let lines = lines.map(|(id, status)| format!("\"{id}\" = \"{}\"\n", status.word()));
            self.texts.insert(SWITCHES.into(), lines.collect());
        }
        self.digest = digest(&self.texts, &self.scoring);
        self
    }

    /// The same rules once more, switched so.
    pub fn switched(&self, switches: &Switches) -> Result<Self, Faults> {
        let again = Self::from_texts(self.texts.clone(), &self.schema)?;
        Ok(again.with_scoring(self.scoring).with_switches(switches))
    }

    /// The same rules with one rule's file as it might be, and as its file says, not as it is switched.
    pub fn with_file(&self, id: &str, text: &str) -> Result<Self, Faults> {
        let mut texts = self.texts.clone();
        texts.insert(format!("{id}.toml"), text.to_owned());
        let mut switches = self.switches.clone();
        switches.remove(id);
        let changed = Self::from_texts(texts, &self.schema)?;
        Ok(changed.with_scoring(self.scoring).with_switches(&switches))
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

    /// Pairs of a rule and one that it replaces and that is not there.
    pub fn replaces_absent(&self) -> impl Iterator<Item = (&Rule, &str)> + '_ {
        self.rules.iter().flat_map(move |rule| {
            let names = rule.replaces.iter().map(|id| &**id);
            names
                .filter(|id| self.rule(id).is_none())
                .map(move |id| (rule, id))
        })
    }

    /// What the rules may read.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// Rules that are switched otherwise than their files say.
    pub fn switches(&self) -> &Switches {
        &self.switches
    }

    /// File names and contents, as they make the digest, and under [`SWITCHES`] what is switched.
    pub fn texts(&self) -> &BTreeMap<String, String> {
        &self.texts
    }

    /// `sha256:` and 64 hexadecimal digits over files and scoring: equal digests judge equally.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// Rules that replace each other, directly or by way of others: none of them would count.
fn circles(rules: &[Rule], texts: &BTreeMap<String, String>) -> Vec<Fault> {
    let by_id: HashMap<&str, &Rule> = rules.iter().map(|rule| (&*rule.id, rule)).collect();
    let in_circle = |rule: &&Rule| {
        let mut seen = HashSet::new();
        let mut ahead: Vec<&str> = rule.replaces.iter().map(|id| &**id).collect();
        while let Some(id) = ahead.pop() {
            if id == &*rule.id {
                return true;
            }
            if let Some(next) = by_id.get(id).filter(|_| seen.insert(id)) {
                ahead.extend(next.replaces.iter().map(|id| &**id));
            }
        }
        false
    };
    let fault = |rule: &Rule| {
        let file = format!("{}.toml", rule.id);
        let line = texts.get(&file).and_then(|text| {
            let key = |line: &str| line.trim_start().starts_with("replaces");
            text.lines().position(key).map(|at| at + 1)
        });
        Fault {
            file,
            line,
            reason: format!(
                "replaces: {} is replaced in turn, so that neither would count",
                rule.id
            ),
        }
    };
    rules.iter().filter(in_circle).map(fault).collect()
}

/// Whether a file is a rule, by its name: a README is none, nor is an editor's hidden file.
fn is_rule(name: &str) -> bool {
    name.strip_suffix(".toml")
        .is_some_and(|stem| !stem.starts_with('.'))
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::rules::fixture::{file, set};

    #[test]
    fn equal_files_under_equal_scoring_have_an_equal_digest() {
        let one = file("a.one", 2.0, "a.flag", "");
        let two = file("a.two", 2.0, "a.flag", "");
        let both = set([one.clone(), two.clone()]).unwrap();
        assert!(both.digest().starts_with("sha256:") && both.digest().len() == 71);
        assert_eq!(
            both.digest(),
            set([two.clone(), one.clone()]).unwrap().digest()
        );
        assert_ne!(both.digest(), set([one.clone()]).unwrap().digest());
        let louder = (one.0.clone(), one.1.replace("2.0", "2.5"));
        assert_ne!(both.digest(), set([louder, two.clone()]).unwrap().digest());
        let digest = both.digest().to_owned();
        let scoring = Scoring {
            prior_db: -25.0,
            ..Scoring::default()
        };
        assert_ne!(both.with_scoring(scoring).digest(), digest);
    }

    #[test]
    fn a_ruleset_comes_back_from_its_texts() {
        let first = set([file("a.one", 2.0, "a.flag", "")]).unwrap();
        let again = set(first.texts().clone()).unwrap();
        assert_eq!(again.digest(), first.digest());
    }

    #[test]
    fn a_switch_is_told_by_the_digest_and_kept_with_the_files() {
        let plain = set([
            file("a.one", 2.0, "a.flag", ""),
            file("a.two", 2.0, "a.flag", "status = \"shadow\""),
        ])
        .unwrap();
        let off = Switches::from([("a.one".into(), Status::Off)]);
        let switched = plain.switched(&off).unwrap();
        assert_eq!(switched.rule("a.one").unwrap().status, Status::Off);
        assert_eq!(switched.rule("a.one").unwrap().written, Status::Active);
        assert_ne!(switched.digest(), plain.digest());
        let again = set(switched.texts().clone()).unwrap();
        assert_eq!(again.digest(), switched.digest());
        assert_eq!(again.switches(), &off);
        let nothing = Switches::from([
            ("a.two".into(), Status::Shadow),
            ("a.gone".into(), Status::Off),
        ]);
        assert_eq!(
            switched.switched(&nothing).unwrap().digest(),
            plain.digest(),
            "what changes nothing is no switch"
        );
        let scoring = Scoring {
            prior_db: -25.0,
            ..Scoring::default()
        };
        let strict = switched.with_scoring(scoring);
        assert_eq!(strict.switched(&off).unwrap().digest(), strict.digest());
        let (_, text) = file("a.one", 3.0, "a.flag", "");
        let tried = strict.with_file("a.one", &text).unwrap();
        assert_eq!(tried.rule("a.one").unwrap().status, Status::Active);
        assert!(tried.switches().is_empty());
        let wrong = set([(SWITCHES.to_owned(), "x = \"loud\"".to_owned())]);
        assert!(wrong.unwrap_err().to_string().starts_with(".switches: "));
    }

    #[test]
    fn rules_that_replace_each_other_are_refused() {
        let one = file("a.one", 2.0, "a.flag", "replaces = [\"a.two\"]");
        let two = file("a.two", 2.0, "a.flag", "replaces = [\"a.three\"]");
        let three = file("a.three", 2.0, "a.flag", "replaces = [\"a.one\"]");
        let four = file("a.four", 2.0, "a.flag", "replaces = [\"a.one\"]");
        assert!(set([one.clone(), two.clone(), four.clone()]).is_ok());
        let faults = set([one, two, three, four]).unwrap_err().to_string();
        assert_eq!(faults.lines().count(), 3, "{faults}");
        assert!(
            faults.contains("a.one.toml:11: replaces: a.one is replaced in turn"),
            "{faults}"
        );
    }

    #[test]
    fn what_is_replaced_may_be_absent_and_is_named() {
        let rules = set([file(
            "a.one",
            2.0,
            "a.flag",
            "replaces = [\"a.two\", \"a.one_more\"]",
        )])
        .unwrap();
        let absent: Vec<_> = rules
            .replaces_absent()
            .map(|(rule, absent)| (&*rule.id, absent))
            .collect();
        assert_eq!(absent, [("a.one", "a.two"), ("a.one", "a.one_more")]);
    }

    #[test]
    fn two_files_of_one_name_are_refused() {
        let one = file("a.one", 2.0, "a.flag", "");
        let faults = set([one.clone(), one]).unwrap_err();
        assert_eq!(
            faults.to_string(),
            "a.one.toml: there are two files of this name"
        );
    }

    #[test]
    fn a_directory_is_read_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let missing = Ruleset::load_dir(&dir.path().join("none"))
            .unwrap_err()
            .to_string();
        assert!(missing.contains("none: cannot be read"), "{missing}");
        let empty = Ruleset::load_dir(dir.path()).unwrap_err().to_string();
        assert!(empty.contains("holds no rule"), "{empty}");
        let (name, text) = file("a.one", 2.0, "true", "");
        fs::write(dir.path().join(&name), &text).unwrap();
        fs::write(dir.path().join("README.md"), "not a rule").unwrap();
        fs::write(dir.path().join(".#a.one.toml"), "an editor's").unwrap();
        assert_eq!(Ruleset::load_dir(dir.path()).unwrap().rules().len(), 1);
        fs::write(dir.path().join("b.bytes.toml"), [0xff, 0xfe]).unwrap();
        fs::write(dir.path().join("c.wrong.toml"), "id = 3").unwrap();
        let faults = Ruleset::load_dir(dir.path()).unwrap_err();
        assert_eq!(faults.0.len(), 2, "{faults}");
    }
}
