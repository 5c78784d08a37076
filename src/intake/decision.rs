//! One JSON object to one [`NewDecision`].

use super::said::{BY, NOTE, choice, line, nothing_else, object, text};
use super::{Limits, Refused};
use crate::decision::{NewDecision, Outcome};

/// Reads one decision.
///
/// # Errors
/// What is malformed by line and column, what is wrong by the field's path.
pub fn decision(bytes: &[u8]) -> Result<NewDecision, Refused> {
    let mut map = object(bytes)?;
    let outcomes = Outcome::ALL.map(Outcome::word);
    let decision = NewDecision {
        outcome: Outcome::ALL[choice(&mut map, "outcome", &outcomes)?],
        reason: text(&mut map, "reason", NOTE)?
            .ok_or_else(|| Refused::of("reason", "is missing; why it was decided so"))?,
        by: line(&mut map, "by", BY, "who decided")?,
        screening_id: text(&mut map, "screening_id", Limits::ID)?,
        rule: text(&mut map, "rule", Limits::ID)?,
        after: None,
    };
    nothing_else(&map, "outcome, reason, by, screening_id and rule")?;
    Ok(decision)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_decision_is_read_whole_or_refused_by_its_field() {
        let full = json!({"outcome": "explained", "reason": " A shared office line. ", "by": "Dana Reed", "screening_id": "s", "rule": "x.phone"});
        let read = |value: &Value| decision(value.to_string().as_bytes());
        assert_eq!(read(&full).unwrap().reason, "A shared office line.");
        for (key, value) in [
            ("outcome", json!("guilty")),
            ("reason", json!(" ")),
            ("by", json!(null)),
            ("by", json!("a\nb")),
            ("reason", json!("x".repeat(2_001))),
            ("rule", json!(7)),
            ("because", json!("x")),
        ] {
            let mut one = full.clone();
            one[key] = value;
            assert_eq!(read(&one).unwrap_err().field.as_deref(), Some(key));
        }
    }
}
