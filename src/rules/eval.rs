//! Evaluation: true, false, or not known, as in the definition of CEL where a missing value is an error.
//!
//! Not known gives way to whatever decides: `missing && false` is false, `missing || true` is true.

use std::borrow::Cow;

use super::expr::{Number, Place, Test, Text};
use crate::signals::{Facts, Row, Value};

/// What a condition looks at.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub facts: &'a Facts,
    /// The row that `for_each` is at.
    pub it: Option<&'a Row>,
    /// The row that `exists` or `all` is at.
    pub each: Option<&'a Row>,
}

impl<'a> Scope<'a> {
    /// The scope of a rule without `for_each`.
    pub fn whole(facts: &'a Facts) -> Self {
        Self {
            facts,
            it: None,
            each: None,
        }
    }

    /// The scope at a row of `for_each`.
    pub fn at(facts: &'a Facts, row: &'a Row) -> Self {
        Self {
            facts,
            it: Some(row),
            each: None,
        }
    }

    /// What stands at a place.
    pub fn value(&self, place: Place) -> Option<&'a Value> {
        match place {
            Place::One(slot) => self.facts.get(slot),
            Place::It(column) => self.it?.cells.get(column)?.as_ref(),
            Place::Each { column, .. } => self.each?.cells.get(column)?.as_ref(),
        }
    }

    /// The rows of a signal; `None` when they are not known.
    pub fn rows(&self, slot: usize) -> Option<&'a [Row]> {
        match self.facts.get(slot)? {
            Value::Rows(rows) => Some(rows),
            _ => None,
        }
    }

    fn flag(&self, place: Place) -> Option<bool> {
        match self.value(place)? {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    fn number(&self, number: Number) -> Option<f64> {
        match number {
            Number::Literal(number) => Some(number),
            Number::At(place) => match self.value(place)? {
                Value::Number(number) => Some(*number),
                _ => None,
            },
            #[expect(clippy::cast_precision_loss, reason = "nobody has 2^52 phones")]
            Number::Size(place) => match self.value(place)? {
                Value::Texts(texts) => Some(texts.len() as f64),
                Value::Rows(rows) => Some(rows.len() as f64),
                _ => None,
            },
        }
    }

    fn text_at(&self, place: Place) -> Option<&'a str> {
        match self.value(place)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    fn text<'t>(&self, text: &'t Text) -> Option<&'t str>
    where
        'a: 't,
    {
        match text {
            Text::Literal(text) => Some(text),
            Text::At(place) => self.text_at(*place),
        }
    }

    /// Whether the condition holds; `None` when what is known does not decide it.
    pub fn holds(&self, node: &Test) -> Option<bool> {
        match node {
            Test::Always(answer) => Some(*answer),
            Test::Flag(place) => self.flag(*place),
            Test::Has(place) => Some(self.value(*place).is_some()),
            Test::Not(node) => self.holds(node).map(|answer| !answer),
            Test::And(tests) => decide(tests.iter().map(|node| self.holds(node)), false),
            Test::Or(tests) => decide(tests.iter().map(|node| self.holds(node)), true),
            Test::If(parts) => {
                let chosen = if self.holds(&parts[0])? { 1 } else { 2 };
                self.holds(&parts[chosen])
            }
            Test::Same(pair, same) => {
                Some((self.holds(&pair[0])? == self.holds(&pair[1])?) == *same)
            }
            Test::Numbers(a, order, b) => Some(order.holds(&self.number(*a)?, &self.number(*b)?)),
            Test::Texts(a, order, b) => Some(order.holds(self.text(a)?, self.text(b)?)),
            Test::NumberIn(number, list) => Some(list.contains(&self.number(*number)?)),
            Test::TextIn(text, list) => {
                let text = self.text(text)?;
                Some(list.iter().any(|item| **item == *text))
            }
            Test::Listed(text, place) => match self.value(*place)? {
                Value::Texts(texts) => {
                    let text = self.text(text)?;
                    Some(texts.iter().any(|item| item == text))
                }
                _ => None,
            },
            Test::Matches(place, pattern) => Some(pattern.is_match(self.text_at(*place)?)),
            Test::Starts(text, part) => Some(self.text(text)?.starts_with(self.text(part)?)),
            Test::Ends(text, part) => Some(self.text(text)?.ends_with(self.text(part)?)),
            Test::Contains(text, part) => Some(self.text(text)?.contains(self.text(part)?)),
            Test::Rows {
                slot,
                any,
                test: node,
            } => {
                let rows = self.rows(*slot)?.iter();
                decide(
                    rows.map(|row| {
                        Self {
                            each: Some(row),
                            ..*self
                        }
                        .holds(node)
                    }),
                    *any,
                )
            }
        }
    }

    /// Calls with every place whose absence keeps the answer unknown.
    pub fn blame(&self, node: &Test, missing: &mut impl FnMut(Place)) {
        let unknown = |place: Place, missing: &mut dyn FnMut(Place)| {
            if self.value(place).is_none() {
                missing(place);
            }
        };
        match node {
            Test::Always(_) | Test::Has(_) => {}
            Test::Flag(place) | Test::Matches(place, _) => unknown(*place, missing),
            Test::Not(node) => self.blame(node, missing),
            Test::And(tests) | Test::Or(tests) => {
                for node in tests.iter().filter(|node| self.holds(node).is_none()) {
                    self.blame(node, missing);
                }
            }
            Test::If(parts) => match self.holds(&parts[0]) {
                None => self.blame(&parts[0], missing),
                Some(true) => self.blame(&parts[1], missing),
                Some(false) => self.blame(&parts[2], missing),
            },
            Test::Same(pair, _) => pair.iter().for_each(|node| self.blame(node, missing)),
            Test::Numbers(a, _, b) => {
                for number in [a, b] {
                    if let Number::At(place) | Number::Size(place) = number {
                        unknown(*place, missing);
                    }
                }
            }
            Test::NumberIn(number, _) => {
                if let Number::At(place) | Number::Size(place) = number {
                    unknown(*place, missing);
                }
            }
            Test::TextIn(text, _) => {
                if let Text::At(place) = text {
                    unknown(*place, missing);
                }
            }
            Test::Listed(text, place) => {
                if let Text::At(place) = text {
                    unknown(*place, missing);
                }
                unknown(*place, missing);
            }
            Test::Texts(a, _, b) | Test::Starts(a, b) | Test::Ends(a, b) | Test::Contains(a, b) => {
                for text in [a, b] {
                    if let Text::At(place) = text {
                        unknown(*place, missing);
                    }
                }
            }
            Test::Rows {
                slot, test: node, ..
            } => match self.rows(*slot) {
                None => missing(Place::One(*slot)),
                Some(rows) => {
                    for row in rows {
                        let scope = Self {
                            each: Some(row),
                            ..*self
                        };
                        if scope.holds(node).is_none() {
                            scope.blame(node, missing);
                        }
                    }
                }
            },
        }
    }

    /// Calls with every row that makes an `exists` of the condition true.
    pub fn witnesses(&self, node: &Test, found: &mut impl FnMut(&'a Row)) {
        match node {
            Test::And(tests) | Test::Or(tests) => {
                for node in tests {
                    self.witnesses(node, found);
                }
            }
            Test::If(parts) => {
                let chosen = usize::from(self.holds(&parts[0]) != Some(true)) + 1;
                self.witnesses(&parts[chosen], found);
            }
            Test::Rows {
                slot,
                any: true,
                test: node,
            } => {
                for row in self.rows(*slot).unwrap_or_default() {
                    if (Self {
                        each: Some(row),
                        ..*self
                    })
                    .holds(node)
                        == Some(true)
                    {
                        found(row);
                    }
                }
            }
            _ => {}
        }
    }
}

/// The answer of a chain in which one `decisive` answer settles it.
fn decide(answers: impl Iterator<Item = Option<bool>>, decisive: bool) -> Option<bool> {
    let mut known = true;
    for answer in answers {
        match answer {
            Some(answer) if answer == decisive => return Some(decisive),
            Some(_) => {}
            None => known = false,
        }
    }
    known.then_some(!decisive)
}

/// A value in words, for messages and evidence; rows say how many they are.
pub(super) fn words(value: &Value) -> Cow<'_, str> {
    match value {
        Value::Flag(true) => "yes".into(),
        Value::Flag(false) => "no".into(),
        Value::Number(number) => figures(*number).into(),
        Value::Text(text) => Cow::Borrowed(text),
        Value::Texts(texts) => texts.join(", ").into(),
        Value::Rows(rows) => rows.len().to_string().into(),
    }
}

/// Small numbers are told down to this many places.
const PLACES: usize = 6;

/// A number as a reader wants it: whole numbers whole, others to two places. Of what two places would make nothing,
/// such as a small probability, it says below which power of ten it lies.
fn figures(number: f64) -> String {
    if number > 0.0 && number < 0.005 {
        let bounds = (2..=PLACES).map(|places| format!("0.{:0>places$}", 1));
        let above = |bound: &String| bound.parse().is_ok_and(|bound: f64| number < bound);
        return format!(
            "less than {}",
            bounds.take_while(above).last().unwrap_or_default()
        );
    }
    let text = format!("{number:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".into()
    } else {
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::figures;

    #[test]
    fn a_small_number_is_not_made_nothing_of() {
        for (number, told) in [
            (0.0, "0"),
            (-0.0, "0"),
            (2400.0, "2400"),
            (0.126, "0.13"),
            (0.006, "0.01"),
            (0.004, "less than 0.01"),
            (0.000_9, "less than 0.001"),
            (0.000_000_47, "less than 0.000001"),
            (f64::MIN_POSITIVE, "less than 0.000001"),
        ] {
            assert_eq!(figures(number), told);
        }
    }
}
