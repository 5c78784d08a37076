//! The checks of single entries of a rule file.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;

use super::COUNTER;
use crate::application::Stage;
use crate::rules::Strength;
use crate::rules::schema::{Schema, hint};
use crate::signals::Shape;

/// The longest review date, title and so on: these are shown in tables.
const LONGEST_LINE: usize = 120;

pub(super) type Complaint = (Option<Range<usize>>, String);

pub(super) fn complain<T, R>(at: &Spanned<T>, reason: impl Into<String>) -> Result<R, Complaint> {
    Err((Some(at.span()), reason.into()))
}

pub(super) fn check_id(id: &Spanned<String>, stem: &str) -> Result<(), Complaint> {
    let name = id.get_ref();
    if name != stem {
        return complain(
            id,
            format!("id is `{name}`, and the file is named {stem}.toml"),
        );
    }
    if !is_id(name) {
        return complain(
            id,
            format!(
                "id `{name}`: a group, a dot and a name in small letters, digits and _, such as phone.plus1_format"
            ),
        );
    }
    Ok(())
}

/// Whether a word could be a rule's id.
fn is_id(name: &str) -> bool {
    let word = |word: &str| {
        !word.is_empty()
            && (word.bytes()).all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    name.contains('.') && name.split('.').all(word)
}

/// The rules that one of `id` replaces. That they are there is not asked: an operator's folder may
/// do without some of them.
pub(super) fn replaced(
    list: Option<&Spanned<Vec<Spanned<String>>>>,
    id: &str,
    group: &str,
) -> Result<Arc<[Arc<str>]>, Complaint> {
    let Some(list) = list else {
        return Ok([].into());
    };
    if list.get_ref().is_empty() {
        return complain(list, "replaces is empty: leave it out, or name rules");
    }
    if group == COUNTER {
        return complain(
            list,
            format!(
                "replaces: rules of the group `{COUNTER}` replace none, they weigh against them"
            ),
        );
    }
    let mut names: Vec<Arc<str>> = Vec::with_capacity(list.get_ref().len());
    for name in list.get_ref() {
        let rule = name.get_ref().as_str();
        if !is_id(rule) {
            return complain(
                name,
                format!("replaces: `{rule}` is no rule's id; one looks like phone.plus1_format"),
            );
        }
        if rule == id {
            return complain(name, "replaces: a rule cannot replace itself");
        }
        if rule.split('.').next() == Some(COUNTER) {
            return complain(
                name,
                format!("replaces: `{rule}` speaks for the candidate and cannot be replaced"),
            );
        }
        if names.iter().any(|known| **known == *rule) {
            return complain(name, format!("replaces names {rule} twice"));
        }
        names.push(rule.into());
    }
    Ok(names.into())
}

pub(super) fn check_line(name: &str, text: &Spanned<String>) -> Result<(), Complaint> {
    let line = text.get_ref().trim();
    if line.is_empty() || line.contains('\n') || line.chars().count() > LONGEST_LINE {
        return complain(
            text,
            format!("{name} is one line of at most {LONGEST_LINE} characters"),
        );
    }
    Ok(())
}

pub(super) fn check_list(
    name: &str,
    list: &Spanned<Vec<String>>,
    what: &str,
) -> Result<(), Complaint> {
    let items = list.get_ref();
    if items.is_empty() || items.iter().any(|item| item.trim().is_empty()) {
        return complain(
            list,
            format!("{name} must say {what}, and no item may be empty"),
        );
    }
    Ok(())
}

pub(super) fn check_weight(
    strength: &Spanned<Strength>,
    weight: &Spanned<f64>,
    group: &str,
) -> Result<(), Complaint> {
    let db = *weight.get_ref();
    if !db.is_finite() {
        return complain(weight, "weight_db must be a finite number of decibans");
    }
    if db < 0.0 && group != COUNTER {
        return complain(
            weight,
            format!("weight_db {db}: only rules of the group `{COUNTER}` weigh less than nothing"),
        );
    }
    if db > 0.0 && group == COUNTER {
        return complain(
            weight,
            format!(
                "weight_db {db}: rules of the group `{COUNTER}` speak for the candidate and weigh less than nothing"
            ),
        );
    }
    let size = db.abs();
    let (word, range, fits) = match strength.get_ref() {
        Strength::Weak => ("weak", "0 to 3", size <= 3.0),
        Strength::Moderate => ("moderate", "over 3 to 7", size > 3.0 && size <= 7.0),
        Strength::Strong => ("strong", "over 7 to 15", size > 7.0 && size <= 15.0),
    };
    if !fits {
        return complain(
            weight,
            format!("weight_db {db}: a {word} rule weighs {range} dB"),
        );
    }
    Ok(())
}

pub(super) fn check_stages(stages: &Spanned<Vec<Stage>>) -> Result<(), Complaint> {
    let list = stages.get_ref();
    if list.is_empty() {
        return complain(
            stages,
            "stages is empty: at which stages is the rule judged?",
        );
    }
    for (index, stage) in list.iter().enumerate() {
        if list[..index].contains(stage) {
            return complain(stages, format!("stages names {stage} twice"));
        }
    }
    Ok(())
}

/// The slot of the signal of `for_each`.
pub(super) fn rows(name: &Spanned<String>, schema: &Schema) -> Result<usize, Complaint> {
    let known = || {
        let signals = schema.signals().iter();
        signals
            .filter(|signal| matches!(signal.shape, Shape::Rows(_)))
            .map(|signal| signal.name)
    };
    match schema.slot(name.get_ref()) {
        Some(slot) if matches!(schema.shape(slot), Shape::Rows(_)) => Ok(slot),
        Some(_) => complain(
            name,
            format!(
                "for_each: `{}` is one value and has no rows",
                name.get_ref()
            ),
        ),
        None => complain(
            name,
            format!(
                "for_each: unknown name `{}`{}",
                name.get_ref(),
                hint(name.get_ref(), known())
            ),
        ),
    }
}
