//! What operators and functions do to values of which types.

use cel::common::ast::{Expr, IdedExpr, LiteralValue};
use regex::RegexBuilder;

use super::Wrong;
use super::guard::Guard;
use super::walk::{Typed, Walk};
use crate::rules::expr::{Number, Order, Place, Test, Text};

/// The largest compiled pattern, bytes.
const LARGEST_PATTERN: usize = 1 << 20;

impl<'a> Walk<'a> {
    pub fn compare(
        &mut self,
        at: &'a IdedExpr,
        a: &'a IdedExpr,
        order: Order,
        b: &'a IdedExpr,
        depth: usize,
    ) -> Result<Test, Wrong> {
        let equality = matches!(order, Order::Equal | Order::NotEqual);
        match (self.typed(a, depth)?, self.typed(b, depth)?) {
            (Typed::Number(a), Typed::Number(b)) => Ok(Test::Numbers(a, order, b)),
            (Typed::Text(a), Typed::Text(b)) => Ok(Test::Texts(a, order, b)),
            (Typed::Guarded(guard, a), Typed::Guarded(other, b)) if equality && guard == other => {
                Ok(Test::Texts(Text::At(a), order, Text::At(b)))
            }
            (Typed::Guarded(guard, place), Typed::Text(Text::Literal(literal)))
                if equality && guard.may_equal(&literal) =>
            {
                Ok(Test::Texts(Text::At(place), order, Text::Literal(literal)))
            }
            (Typed::Text(Text::Literal(literal)), Typed::Guarded(guard, place))
                if equality && guard.may_equal(&literal) =>
            {
                Ok(Test::Texts(Text::Literal(literal), order, Text::At(place)))
            }
            (Typed::Bool(a), Typed::Bool(b)) if equality => {
                Ok(Test::Same(Box::new([a, b]), order == Order::Equal))
            }
            (Typed::Guarded(guard, _), _) => Err(self.guarded(a, guard)),
            (_, Typed::Guarded(guard, _)) => Err(self.guarded(b, guard)),
            (a, b) => Err(self.wrong(
                at,
                format!("{} cannot be compared so with {}", a.word(), b.word()),
            )),
        }
    }

    /// The refusal to ask more of a guarded value than may be asked.
    fn guarded(&self, at: &IdedExpr, guard: Guard) -> Wrong {
        let name = self.path(at).unwrap_or_else(|_| "this".into());
        self.wrong(at, guard.refusal(&name))
    }

    pub fn two_texts(
        &mut self,
        a: &'a IdedExpr,
        b: &'a IdedExpr,
        depth: usize,
    ) -> Result<(Text, Text), Wrong> {
        match (self.typed(a, depth)?, self.typed(b, depth)?) {
            (Typed::Text(text), Typed::Text(part)) => Ok((text, part)),
            (Typed::Guarded(guard, text), Typed::Guarded(other, part))
                if guard == other && guard.has_parts() =>
            {
                Ok((Text::At(text), Text::At(part)))
            }
            (Typed::Guarded(guard, text), Typed::Text(Text::Literal(part)))
                if guard.may_hold(&part) =>
            {
                Ok((Text::At(text), Text::Literal(part)))
            }
            (Typed::Guarded(guard, _), _) => Err(self.guarded(a, guard)),
            (_, Typed::Guarded(guard, _)) => Err(self.guarded(b, guard)),
            (Typed::Text(_), other) => Err(self.wrong(
                b,
                format!("this is {}, where a text is needed", other.word()),
            )),
            (other, _) => Err(self.wrong(
                a,
                format!("this is {}, where a text is needed", other.word()),
            )),
        }
    }

    pub fn size(&mut self, of: &'a IdedExpr, depth: usize) -> Result<Typed, Wrong> {
        match self.typed(of, depth)? {
            Typed::Texts(place) => Ok(Typed::Number(Number::Size(place))),
            Typed::Rows(slot) => Ok(Typed::Number(Number::Size(Place::One(slot)))),
            Typed::Guarded(guard, _) => Err(self.guarded(of, guard)),
            other => Err(self.wrong(
                of,
                format!("size() counts texts or rows, and this is {}", other.word()),
            )),
        }
    }

    pub fn matches(
        &mut self,
        text: &'a IdedExpr,
        pattern: &'a IdedExpr,
        depth: usize,
    ) -> Result<Test, Wrong> {
        let written = match &pattern.expr {
            Expr::Literal(LiteralValue::String(literal)) => Some(literal.inner()),
            _ => None,
        };
        let place = match self.typed(text, depth)? {
            Typed::Text(Text::At(place)) => place,
            Typed::Guarded(guard, place) if written.is_some_and(|part| guard.may_hold(part)) => {
                place
            }
            Typed::Guarded(guard, _) => return Err(self.guarded(text, guard)),
            other => {
                return Err(self.wrong(
                    text,
                    format!(
                        "matches() looks at the text of a signal, and this is {}",
                        other.word()
                    ),
                ));
            }
        };
        let Some(written) = written else {
            return Err(self.wrong(pattern, "a pattern is written out, in quotes"));
        };
        let pattern = RegexBuilder::new(written)
            .size_limit(LARGEST_PATTERN)
            .build()
            .map_err(|error| self.wrong(pattern, format!("wrong pattern: {error}")))?;
        Ok(Test::Matches(place, Box::new(pattern)))
    }

    pub fn within(
        &mut self,
        a: &'a IdedExpr,
        b: &'a IdedExpr,
        depth: usize,
    ) -> Result<Test, Wrong> {
        let item = self.typed(a, depth)?;
        let Expr::List(list) = &b.expr else {
            return match (item, self.typed(b, depth)?) {
                (Typed::Text(text), Typed::Texts(place)) => Ok(Test::Listed(text, place)),
                (Typed::Guarded(guard, _), _) => Err(self.guarded(a, guard)),
                (_, Typed::Guarded(guard, _)) => Err(self.guarded(b, guard)),
                (_, other) => Err(self.wrong(
                    b,
                    format!(
                        "`in` needs a list such as ['a', 'b'], and this is {}",
                        other.word()
                    ),
                )),
            };
        };
        let mut numbers = Vec::new();
        let mut texts = Vec::new();
        for element in &list.elements {
            match self.typed(element, depth)? {
                Typed::Number(Number::Literal(number)) => numbers.push(number),
                Typed::Text(Text::Literal(text)) => texts.push(text),
                _ => return Err(self.wrong(element, "a list holds texts or numbers written out")),
            }
        }
        match item {
            Typed::Number(number) if texts.is_empty() => Ok(Test::NumberIn(number, numbers)),
            Typed::Text(text) if numbers.is_empty() => Ok(Test::TextIn(text, texts)),
            Typed::Guarded(guard, place) if numbers.is_empty() && guard.may_be_in(&texts) => {
                Ok(Test::TextIn(Text::At(place), texts))
            }
            Typed::Guarded(guard, _) => Err(self.guarded(a, guard)),
            other => Err(self.wrong(
                a,
                format!(
                    "this is {}, and the list holds something else",
                    other.word()
                ),
            )),
        }
    }
}
