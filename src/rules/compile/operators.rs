//! What operators and functions do to values of which types.

use cel::common::ast::{Expr, IdedExpr, LiteralValue};
use regex::RegexBuilder;

use super::Wrong;
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
            (Typed::Quote(a), Typed::Quote(b)) if equality => {
                Ok(Test::Texts(Text::At(a), order, Text::At(b)))
            }
            (Typed::Bool(a), Typed::Bool(b)) if equality => {
                Ok(Test::Same(Box::new([a, b]), order == Order::Equal))
            }
            (Typed::Quote(_), _) => Err(self.quoted(a)),
            (_, Typed::Quote(_)) => Err(self.quoted(b)),
            (a, b) => Err(self.wrong(
                at,
                format!("{} cannot be compared so with {}", a.word(), b.word()),
            )),
        }
    }

    /// The refusal to judge a quote.
    fn quoted(&self, at: &IdedExpr) -> Wrong {
        let name = self.path(at).unwrap_or_else(|_| "this".into());
        self.wrong(
            at,
            format!(
                "`{name}` may be quoted, not judged: it is free text about a person, and can be \
                 asked for with has(), shown in the message, and compared with == or != with \
                 another quote, so that no rule goes by somebody's name, school or words"
            ),
        )
    }

    pub fn two_texts(
        &mut self,
        a: &'a IdedExpr,
        b: &'a IdedExpr,
        depth: usize,
    ) -> Result<(Text, Text), Wrong> {
        match (self.typed(a, depth)?, self.typed(b, depth)?) {
            (Typed::Text(text), Typed::Text(part)) => Ok((text, part)),
            (Typed::Quote(text), Typed::Quote(part)) => Ok((Text::At(text), Text::At(part))),
            (Typed::Quote(_), _) => Err(self.quoted(a)),
            (_, Typed::Quote(_)) => Err(self.quoted(b)),
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
            Typed::Quote(_) => Err(self.quoted(of)),
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
        let place = match self.typed(text, depth)? {
            Typed::Text(Text::At(place)) => place,
            Typed::Quote(_) => return Err(self.quoted(text)),
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
        let Expr::Literal(LiteralValue::String(literal)) = &pattern.expr else {
            return Err(self.wrong(pattern, "a pattern is written out, in quotes"));
        };
        let pattern = RegexBuilder::new(literal.inner())
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
        if let Typed::Quote(_) = item {
            return Err(self.quoted(a));
        }
        let Expr::List(list) = &b.expr else {
            return match (item, self.typed(b, depth)?) {
                (Typed::Text(text), Typed::Texts(place)) => Ok(Test::Listed(text, place)),
                (_, Typed::Quote(_)) => Err(self.quoted(b)),
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
