//! What is known of a file: which records belong together, and how much of it was found.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use super::Found;

/// Ids named in a complaint.
const NAMED: usize = 3;

/// Who is who, by id.
#[derive(Debug)]
pub(super) enum Truth {
    /// Each id with its cluster.
    Clusters(Vec<(String, String)>),
    /// Pairs of ids.
    Pairs(Vec<(String, String)>),
}

/// Who is who, by place in the files.
#[derive(Debug)]
pub(super) struct Placed {
    /// Pairs that belong together, the first before the second.
    pairs: HashSet<(u32, u32)>,
    /// Pairs of which a record was refused: they cannot be found.
    lost: usize,
}

/// How much of the truth one question found.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    pub question: &'static str,
    /// Pairs that belong together.
    pub truth: usize,
    /// Pairs that were found.
    pub found: usize,
    /// Those of them that belong together.
    pub right: usize,
}

impl Figures {
    /// Found pairs that are right, 0 to 1; 1 where none was found.
    pub fn precision(&self) -> f64 {
        ratio(self.right, self.found)
    }

    /// Pairs that were found of those that belong together, 0 to 1; 1 where there is none.
    pub fn recall(&self) -> f64 {
        ratio(self.right, self.truth)
    }

    /// The harmonic mean of both.
    pub fn f1(&self) -> f64 {
        ratio(2 * self.right, self.found + self.truth)
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs")]
fn ratio(part: usize, of: usize) -> f64 {
    if of == 0 {
        1.0
    } else {
        part as f64 / of as f64
    }
}

impl Truth {
    /// Reads a CSV file with a header: `external_id`, `id` or `rec_id` with `cluster`, or `a` and `b`.
    pub fn read(path: &Path) -> Result<Self, String> {
        let named = path.display();
        let reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .from_path(path);
        let mut reader = reader.map_err(|error| format!("{named}: {error}"))?;
        let header = reader
            .headers()
            .map_err(|error| format!("{named}: {error}"))?;
        let header: Vec<String> = header
            .iter()
            .map(|cell| cell.trim_start_matches('\u{feff}').to_lowercase())
            .collect();
        let column = |names: &[&str]| {
            header
                .iter()
                .position(|cell| names.contains(&cell.as_str()))
        };
        let clusters = column(&["external_id", "id", "rec_id"]).zip(column(&["cluster"]));
        let pairs = column(&["a"]).zip(column(&["b"]));
        let Some((first, second)) = clusters.or(pairs) else {
            return Err(format!(
                "{named}: the header is \"{}\"; external_id,cluster or a,b is wanted",
                header.join(",")
            ));
        };
        let mut rows = Vec::new();
        for row in reader.records() {
            let row = row.map_err(|error| format!("{named}: {error}"))?;
            let cell = |at: usize| row.get(at).filter(|cell| !cell.is_empty());
            let line = row.position().map_or(0, csv::Position::line);
            let Some((one, other)) = cell(first).zip(cell(second)) else {
                return Err(format!("{named}: line {line}: a cell is empty"));
            };
            rows.push((one.to_owned(), other.to_owned()));
        }
        Ok(match clusters {
            Some(_) => Self::Clusters(rows),
            None => Self::Pairs(rows),
        })
    }

    /// Finds the ids in the files. Those of refused records are not there; any other that is not is
    /// a mistake.
    pub fn placed(&self, ids: &[String], refused: usize) -> Result<Placed, String> {
        let mut places = HashMap::with_capacity(ids.len());
        for (at, id) in (0_u32..).zip(ids) {
            if places.insert(id.as_str(), at).is_some() {
                return Err(format!(
                    "two records have the id {id:?}: the truth cannot say which is meant"
                ));
            }
        }
        let mut unknown: Vec<&str> = Vec::new();
        let place = |id: &str| places.get(id).copied();
        let mut found = Placed {
            pairs: HashSet::new(),
            lost: 0,
        };
        match self {
            Self::Clusters(rows) => {
                let mut members = HashMap::<&str, (Vec<u32>, usize)>::new();
                let mut seen = HashSet::new();
                for (id, cluster) in rows {
                    if !seen.insert(id) {
                        return Err(format!("the truth names {id:?} twice"));
                    }
                    let of = members.entry(cluster).or_default();
                    if let Some(at) = place(id) {
                        of.0.push(at);
                    } else {
                        of.1 += 1;
                        unknown.push(id);
                    }
                }
                for (here, gone) in members.values() {
                    found.lost += gone * here.len() + gone * gone.saturating_sub(1) / 2;
                    for (at, a) in here.iter().enumerate() {
                        let pairs = here[at + 1..].iter().map(|b| (*a.min(b), *a.max(b)));
                        found.pairs.extend(pairs);
                    }
                }
            }
            Self::Pairs(rows) => {
                for (a, b) in rows {
                    match (place(a), place(b)) {
                        (Some(x), Some(y)) if x == y => {
                            return Err(format!("the truth pairs {a:?} with itself"));
                        }
                        (Some(x), Some(y)) => {
                            found.pairs.insert((x.min(y), x.max(y)));
                        }
                        (one, other) => {
                            found.lost += 1;
                            unknown.extend(one.is_none().then_some(a.as_str()));
                            unknown.extend(other.is_none().then_some(b.as_str()));
                        }
                    }
                }
            }
        }
        unknown.sort_unstable();
        unknown.dedup();
        if unknown.len() > refused {
            let named: Vec<_> = unknown
                .iter()
                .take(NAMED)
                .map(|id| format!("{id:?}"))
                .collect();
            let more = unknown.len().saturating_sub(NAMED);
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            return Err(format!(
                "the truth names records that the files do not have: {}{more}",
                named.join(", ")
            ));
        }
        Ok(found)
    }
}

impl Placed {
    /// How much each question found, and both together.
    pub fn measure(&self, found: &Found) -> Vec<Figures> {
        let person: Vec<_> = found
            .same_person
            .pairs
            .iter()
            .map(|pair| (pair.a, pair.b))
            .collect();
        let operator: Vec<_> = found
            .same_operator
            .ties
            .iter()
            .map(|tie| (tie.a, tie.b))
            .collect();
        let either = [&person[..], &operator].concat();
        let figures = |question, pairs: &[(u32, u32)]| Figures {
            question,
            truth: self.pairs.len() + self.lost,
            found: pairs.len(),
            right: pairs
                .iter()
                .filter(|pair| self.pairs.contains(pair))
                .count(),
        };
        vec![
            figures("same_person", &person),
            figures("same_operator", &operator),
            figures("either", &either),
        ]
    }
}
