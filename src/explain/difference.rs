//! What changed between two versions: fields that differ, and the résumé's text word by word.
//!
//! Both are bounded, in time and in length, whatever stands in them.

use std::time::Duration;

use serde_json::{Map, Value};
use similar::{Algorithm, DiffTag, TextDiff, capture_diff_slices};

use super::visible;

/// Time given to one text: what is not compared by then is shown as taken out and put in.
const TIME: Duration = Duration::from_millis(250);

/// Bytes of a text that are compared.
const COMPARED: usize = 256 << 10;

/// Characters of what stayed that are shown on either side of a change.
const AROUND: usize = 200;

/// Characters of a text's differences that are shown.
const SHOWN: usize = 40_000;

/// Fields that are shown.
const FIELDS: usize = 200;

/// Characters of a field that are shown.
const FIELD: usize = 2_000;

/// Entries of a list that are compared one with the other.
const ENTRIES: usize = 500;

/// A stretch of two texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// In both.
    Same(String),
    /// In the first alone.
    Removed(String),
    /// In the second alone.
    Added(String),
    /// So many characters in both, which are not shown.
    Gap(usize),
}

/// Two texts in one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// In order.
    pub stretches: Vec<Stretch>,
    /// Whether there is more than is shown.
    pub cut: bool,
}

impl Text {
    /// Whether the two are the same.
    pub fn is_same(&self) -> bool {
        let same = |one: &Stretch| matches!(one, Stretch::Same(_) | Stretch::Gap(_));
        self.stretches.iter().all(same)
    }
}

/// The first bytes of a text, up to whole characters.
fn begin(text: &str) -> &str {
    &text[..text.floor_char_boundary(COMPARED)]
}

/// Two texts word by word.
pub fn text(before: &str, after: &str) -> Text {
    let (old, new) = (begin(before), begin(after));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Myers)
        .timeout(TIME)
        .diff_words(old, new);
    let mut found = Found::default();
    for op in diff.ops() {
        let old: String = op.old_range().filter_map(|at| diff.old_slice(at)).collect();
        let new: String = op.new_range().filter_map(|at| diff.new_slice(at)).collect();
        match op.tag() {
            DiffTag::Equal => found.same(old),
            DiffTag::Delete | DiffTag::Insert | DiffTag::Replace => {
                found.removed.push_str(&old);
                found.added.push_str(&new);
            }
        }
    }
    found.change();
    let cut = old.len() < before.len() || new.len() < after.len();
    bounded(found.all, cut)
}

/// Collects stretches; words that changed one after the other are one change.
#[derive(Default)]
struct Found {
    all: Vec<Stretch>,
    removed: String,
    added: String,
}

impl Found {
    fn same(&mut self, text: String) {
        if !self.removed.is_empty()
            && !self.added.is_empty()
            && text.trim().is_empty()
            && !text.contains('\n')
        {
            self.removed.push_str(&text);
            self.added.push_str(&text);
            return;
        }
        self.change();
        self.all.push(Stretch::Same(text));
    }

    fn change(&mut self) {
        if !self.removed.is_empty() {
            self.all
                .push(Stretch::Removed(std::mem::take(&mut self.removed)));
        }
        if !self.added.is_empty() {
            self.all
                .push(Stretch::Added(std::mem::take(&mut self.added)));
        }
    }
}

/// Leaves out what stayed and is far from a change, and all after so much.
fn bounded(all: Vec<Stretch>, cut: bool) -> Text {
    let mut text = Text {
        stretches: Vec::new(),
        cut,
    };
    let last = all.len().saturating_sub(1);
    let mut left = SHOWN;
    for (at, stretch) in all.into_iter().enumerate() {
        if left == 0 {
            text.cut = true;
            break;
        }
        match stretch {
            Stretch::Same(same) => {
                let (head, tail) = (at > 0, at < last);
                for part in around(&same, head, tail) {
                    if let Stretch::Same(part) = &part {
                        left = left.saturating_sub(part.chars().count());
                    }
                    text.stretches.push(part);
                }
            }
            Stretch::Removed(part) => {
                text.stretches
                    .push(Stretch::Removed(take(&part, &mut left, &mut text.cut)));
            }
            Stretch::Added(part) => {
                text.stretches
                    .push(Stretch::Added(take(&part, &mut left, &mut text.cut)));
            }
            Stretch::Gap(_) => {}
        }
    }
    text
}

fn take(part: &str, left: &mut usize, cut: &mut bool) -> String {
    let count = part.chars().count();
    *cut |= count > *left;
    let taken = visible::short(part, *left).into_owned();
    *left = left.saturating_sub(count);
    taken
}

/// What stands beside the changes before (`head`) and after (`tail`) a stretch that stayed.
fn around(same: &str, head: bool, tail: bool) -> Vec<Stretch> {
    let count = same.chars().count();
    let (first, last) = (if head { AROUND } else { 0 }, if tail { AROUND } else { 0 });
    // A gap is longer than what says that there is one.
    if count <= first + last + AROUND {
        return vec![Stretch::Same(same.to_owned())];
    }
    let at = |chars: usize| {
        same.char_indices()
            .nth(chars)
            .map_or(same.len(), |(at, _)| at)
    };
    let (from, until) = (at(first), at(count - last));
    let parts = [
        Stretch::Same(same[..from].to_owned()),
        Stretch::Gap(count - first - last),
        Stretch::Same(same[until..].to_owned()),
    ];
    let parts = parts
        .into_iter()
        .filter(|part| *part != Stretch::Same(String::new()));
    parts.collect()
}

/// A field that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Which: `phones[0]`.
    pub field: String,
    /// What stood there; `None` where it was not there.
    pub before: Option<String>,
    /// What stands there now.
    pub after: Option<String>,
}

/// Fields that differ, besides those that are compared as texts, and how many more there are.
pub fn fields(before: &Value, after: &Value, texts: &[&str]) -> (Vec<Field>, usize) {
    let none = Map::new();
    let (old, new) = (
        before.as_object().unwrap_or(&none),
        after.as_object().unwrap_or(&none),
    );
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut found = Vec::new();
    for name in names {
        if !texts.contains(&name.as_str()) {
            compare(name, old.get(name), new.get(name), &mut found);
        }
    }
    let more = found.len().saturating_sub(FIELDS);
    found.truncate(FIELDS);
    (found, more)
}

fn compare(name: &str, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Field>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            let mut keys: Vec<&String> = old.keys().chain(new.keys()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                let (old, new) = (old.get(key).map(line), new.get(key).map(line));
                if old != new {
                    found.push(field(format!("{name}.{key}"), old, new));
                }
            }
        }
        (Some(Value::Array(_)) | None, Some(Value::Array(_)) | None)
        | (Some(Value::Array(_)), Some(Value::Null))
        | (Some(Value::Null), Some(Value::Array(_))) => {
            let lines = |list: Option<&Value>| -> Vec<String> {
                let list = list.and_then(Value::as_array).into_iter().flatten();
                list.take(ENTRIES).map(line).collect()
            };
            entries(name, &lines(before), &lines(after), found);
        }
        _ => found.push(field(name.to_owned(), before.map(line), after.map(line))),
    }
}

/// Entries of two lists: one that stayed and only moved along is no difference.
fn entries(name: &str, old: &[String], new: &[String], found: &mut Vec<Field>) {
    for op in capture_diff_slices(Algorithm::Myers, old, new) {
        if op.tag() == DiffTag::Equal {
            continue;
        }
        let (was, is) = (op.old_range(), op.new_range());
        for n in 0..was.len().max(is.len()) {
            let before = was.clone().nth(n);
            let after = is.clone().nth(n);
            let at = after.or(before).unwrap_or_default();
            found.push(field(
                format!("{name}[{at}]"),
                before.map(|at| old[at].clone()),
                after.map(|at| new[at].clone()),
            ));
        }
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "its callers make it for this"
)]
fn field(field: String, before: Option<String>, after: Option<String>) -> Field {
    let short = |text: Option<String>| text.map(|text| visible::short(&text, FIELD).into_owned());
    Field {
        field: visible::short(&field, 120).into_owned(),
        before: short(before),
        after: short(after),
    }
}

/// A value in a line.
fn line(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        Value::Object(map) => {
            let told = map.iter().filter(|(_, value)| !value.is_null());
            let told =
                told.map(|(key, value)| format!("{}: {}", key.replace('_', " "), line(value)));
            told.collect::<Vec<_>>().join(" · ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(text: &Text) -> String {
        let told = text.stretches.iter().map(|one| match one {
            Stretch::Same(text) => text.clone(),
            Stretch::Removed(text) => format!("[-{text}-]"),
            Stretch::Added(text) => format!("[+{text}+]"),
            Stretch::Gap(n) => format!("<{n}>"),
        });
        told.collect()
    }

    #[test]
    fn words_that_changed_together_are_one_change() {
        for (before, after, shown) in [
            ("same", "same", "same"),
            ("", "new", "[+new+]"),
            (
                "Built a small tool.",
                "Built a large engine.",
                "Built a [-small tool.-][+large engine.+]",
            ),
            ("one two", "one", "one[- two-]"),
        ] {
            assert_eq!(told(&text(before, after)), shown);
        }
        assert!(text("same", "same").is_same());
        assert!(!text("", "new").is_same());
    }

    #[test]
    fn what_stayed_far_from_a_change_is_left_out() {
        let long = "word ".repeat(1_000);
        let found = text(&format!("{long}old{long}"), &format!("{long}new{long}"));
        let told = told(&found);
        assert!(told.contains("[-") && told.contains("[+"), "{told}");
        assert!(told.len() < 1_500, "{}", told.len());
        assert!(!found.cut);
    }

    #[test]
    fn two_long_texts_that_have_nothing_in_common_are_bounded() {
        let words = |n: u64| -> String {
            let words = (0..40_000_u64).map(|i| (i.wrapping_mul(n) % 99_991).to_string());
            words.collect::<Vec<_>>().join(" ")
        };
        let (a, b) = (words(7_919), words(104_729));
        assert!(a.len() > 200_000);
        let found = text(&a, &b);
        let shown: usize = (found.stretches.iter())
            .map(|one| match one {
                Stretch::Same(text) | Stretch::Removed(text) | Stretch::Added(text) => text.len(),
                Stretch::Gap(_) => 0,
            })
            .sum();
        assert!(found.cut);
        assert!(shown < 2 * SHOWN, "{shown}");
    }

    #[test]
    fn fields_that_differ_stand_side_by_side() {
        let before = json!({"name": "Ada", "phones": ["1", "2"], "address": {"city": "Troy", "region": "NY"}, "resume_text": "x"});
        let after = json!({"name": "Ada", "phones": ["0", "1", "2"], "address": {"city": "Utica", "region": "NY"},
            "work": [{"name": "Acme", "position": null}], "resume_text": "y"});
        let (found, more) = fields(&before, &after, &["resume_text"]);
        let told: Vec<_> = (found.iter())
            .map(|one| {
                (
                    one.field.as_str(),
                    one.before.as_deref(),
                    one.after.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("address.city", Some("Troy"), Some("Utica")),
                ("phones[0]", None, Some("0")),
                ("work[0]", None, Some("name: Acme")),
            ]
        );
        assert_eq!(more, 0);
        let many: Vec<String> = (0..400).map(|n| n.to_string()).collect();
        let (found, more) = fields(&json!({}), &json!({"links": many}), &[]);
        assert_eq!((found.len(), more), (200, 200));
    }
}
