//! From the text of a condition to a typed tree over slots.
//!
//! The text is CEL, parsed by the `cel` crate; its syntax tree is walked once, when the rule is
//! loaded, so that a wrong name or type is refused with its place and a screening only looks up
//! slots. `cel` itself never evaluates: it would compile patterns on every use and answer `false`
//! where two types never match.

use cel::common::ast::{
    CallExpr, ComprehensionExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators,
};
use regex::RegexBuilder;

use super::expr::{Condition, Number, Order, Place, Read, Test, Text};
use super::fairness;
use super::schema::{Schema, hint};
use crate::signals::{Kind, Shape};

/// The longest condition, bytes: the parser works down chains by recursion.
pub(super) const LONGEST: usize = 2_000;

/// The most operators of chains a condition may have, for the same reason: from about 1,000 on
/// the parser runs out of a thread's stack.
const MOST_LINKS: usize = 400;

/// The stack of the thread that parses, bytes; only what is touched of it takes memory.
const PARSER_STACK: usize = 64 << 20;

/// The deepest nesting; the walk works down by recursion too.
const DEEPEST: usize = 48;

/// The largest compiled pattern, bytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// What is wrong with a condition, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    /// The character, counted from 1.
    pub at: Option<usize>,
    pub reason: String,
}

/// What a part of a condition is.
enum Typed {
    Bool(Test),
    Number(Number),
    Text(Text),
    Quote(Place),
    Texts(Place),
    Rows(usize),
}

impl Typed {
    fn word(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Quote(_) => "a quote",
            Self::Texts(_) => "several texts",
            Self::Rows(_) => "rows",
        }
    }
}

/// Compiles a condition; `rows` is the signal of `for_each`.
pub(super) fn condition(
    source: &str,
    schema: &Schema,
    rows: Option<usize>,
) -> Result<Condition, Wrong> {
    let links = (source.bytes())
        .filter(|byte| b".+-*/%?[({!".contains(byte))
        .count();
    if source.len() > LONGEST || links > MOST_LINKS {
        return Err(Wrong {
            at: None,
            reason: format!(
                "too long: at most {LONGEST} bytes and {MOST_LINKS} dots, brackets and signs"
            ),
        });
    }
    // The parser recurses deeper than the two megabytes of an ordinary thread bear.
    std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(PARSER_STACK);
        let parsed = parser.spawn_scoped(scope, || compile(source, schema, rows));
        match parsed.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(compiled)) => compiled,
            Ok(Err(_)) => Err(Wrong {
                at: None,
                reason: "the parser failed on it".into(),
            }),
            Err(error) => Err(Wrong {
                at: None,
                reason: format!("no room to parse it: {error}"),
            }),
        }
    })
}

/// Compiles a condition of bearable length.
fn compile(source: &str, schema: &Schema, rows: Option<usize>) -> Result<Condition, Wrong> {
    let program = cel::Program::compile(source).map_err(|errors| {
        let first = errors.errors.first();
        Wrong {
            at: first.map(|error| place_of(source, error.pos)),
            reason: first.map_or_else(
                || "not an expression".into(),
                |error| {
                    let escape = error.msg.contains("token recognition") && source.contains('\\');
                    let hint = if escape {
                        "; in a text of CEL a backslash is written twice, or not at all: r'…'"
                    } else {
                        ""
                    };
                    format!("{}{hint}", error.msg)
                },
            ),
        }
    })?;
    let mut walk = Walk {
        schema,
        rows,
        each: None,
        info: program.source_info(),
        reads: Vec::new(),
    };
    let test = walk.test(program.expression(), 0)?;
    Ok(Condition {
        test,
        reads: walk.reads,
    })
}

/// The character that a line and column of the parser mean, counted from 1.
fn place_of(source: &str, (line, column): (isize, isize)) -> usize {
    let before: usize = (source.split_inclusive('\n'))
        .take(usize::try_from(line - 1).unwrap_or(0))
        .map(|line| line.chars().count())
        .sum();
    before + usize::try_from(column).unwrap_or(0).max(1)
}

struct Walk<'a> {
    schema: &'a Schema,
    rows: Option<usize>,
    /// The variable of the `exists` or `all` being walked, and its signal.
    each: Option<(&'a str, usize)>,
    info: &'a SourceInfo,
    reads: Vec<Read>,
}

impl<'a> Walk<'a> {
    fn wrong(&self, at: &IdedExpr, reason: impl Into<String>) -> Wrong {
        let mut root = at;
        while let Expr::Select(select) = &root.expr {
            root = &select.operand;
        }
        let offset = (self.info.offset_for(root.id)).or_else(|| self.info.offset_for(at.id));
        Wrong {
            at: offset.map(|(start, _)| start as usize + 1),
            reason: reason.into(),
        }
    }

    /// Something that is true or false.
    fn test(&mut self, at: &'a IdedExpr, depth: usize) -> Result<Test, Wrong> {
        match self.typed(at, depth)? {
            Typed::Bool(test) => Ok(test),
            other => Err(self.wrong(
                at,
                format!("this is {}, where true or false is needed", other.word()),
            )),
        }
    }

    fn typed(&mut self, at: &'a IdedExpr, depth: usize) -> Result<Typed, Wrong> {
        if depth > DEEPEST {
            return Err(self.wrong(at, format!("nested more than {DEEPEST} deep")));
        }
        match &at.expr {
            Expr::Literal(literal) => self.literal(at, literal),
            Expr::Select(select) if select.test => {
                let name = format!("{}.{}", self.path(&select.operand)?, select.field);
                let (place, _) = self.resolve(at, &name)?;
                Ok(Typed::Bool(Test::Has(place)))
            }
            Expr::Ident(_) | Expr::Select(_) => self.name(at),
            Expr::Call(call) => self.call(at, call, depth),
            Expr::Comprehension(comprehension) => self.quantifier(at, comprehension, depth),
            Expr::List(_) => Err(self.wrong(at, "a list may only stand to the right of `in`")),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                Err(self.wrong(at, "conditions have no maps and no objects"))
            }
        }
    }

    fn literal(&self, at: &IdedExpr, literal: &LiteralValue) -> Result<Typed, Wrong> {
        Ok(match literal {
            LiteralValue::Boolean(value) => Typed::Bool(Test::Always(*value.inner())),
            LiteralValue::Double(value) => Typed::Number(Number::Literal(*value.inner())),
            #[expect(clippy::cast_precision_loss, reason = "thresholds are small")]
            LiteralValue::Int(value) => Typed::Number(Number::Literal(*value.inner() as f64)),
            #[expect(clippy::cast_precision_loss, reason = "thresholds are small")]
            LiteralValue::UInt(value) => Typed::Number(Number::Literal(*value.inner() as f64)),
            LiteralValue::String(value) => Typed::Text(Text::Literal(value.inner().into())),
            LiteralValue::Null => {
                return Err(self.wrong(
                    at,
                    "there is no null: ask with has(…) whether a value is known",
                ));
            }
            LiteralValue::Bytes(_) => return Err(self.wrong(at, "conditions have no bytes")),
        })
    }

    /// The dotted name that an expression spells.
    fn path(&self, at: &IdedExpr) -> Result<String, Wrong> {
        match &at.expr {
            Expr::Ident(name) => Ok(name.clone()),
            Expr::Select(select) if !select.test => {
                Ok(format!("{}.{}", self.path(&select.operand)?, select.field))
            }
            _ => Err(self.wrong(at, "a name is needed here")),
        }
    }

    fn name(&mut self, at: &'a IdedExpr) -> Result<Typed, Wrong> {
        let name = self.path(at)?;
        let (place, shape) = self.resolve(at, &name)?;
        Ok(match shape {
            Shape::One(Kind::Flag) => Typed::Bool(Test::Flag(place)),
            Shape::One(Kind::Number) => Typed::Number(Number::At(place)),
            Shape::One(Kind::Text) => Typed::Text(Text::At(place)),
            Shape::One(Kind::Texts) => Typed::Texts(place),
            Shape::One(Kind::Quote) => Typed::Quote(place),
            Shape::Rows(_) => match place {
                Place::One(slot) => Typed::Rows(slot),
                Place::It(_) | Place::Each { .. } => return Err(self.wrong(at, "rows in rows")),
            },
        })
    }

    /// The place and the shape of a name, which is noted as read.
    fn resolve(&mut self, at: &IdedExpr, name: &str) -> Result<(Place, Shape), Wrong> {
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let (place, shape, full_name) = match (self.each, self.rows) {
            (Some((variable, slot)), _) if first == variable => {
                let (column, kind) = self.column(at, slot, name, rest)?;
                let full_name = format!("{}.{rest}", self.schema.name(slot));
                (Place::Each { slot, column }, Shape::One(kind), full_name)
            }
            (_, Some(slot)) if first == "it" => {
                let (column, kind) = self.column(at, slot, name, rest)?;
                let full_name = format!("{}.{rest}", self.schema.name(slot));
                (Place::It(column), Shape::One(kind), full_name)
            }
            _ => {
                if let Some(refusal) = fairness::refusal(name, None) {
                    return Err(self.wrong(at, refusal));
                }
                if first == "it" {
                    return Err(
                        self.wrong(at, format!("`{name}`: without for_each there is no `it`"))
                    );
                }
                let Some(slot) = self.schema.slot(name) else {
                    let known = self.schema.signals().iter().map(|signal| signal.name);
                    return Err(
                        self.wrong(at, format!("unknown name `{name}`{}", hint(name, known)))
                    );
                };
                (Place::One(slot), self.schema.shape(slot), name.to_owned())
            }
        };
        if !self.reads.iter().any(|read| read.place == place) {
            let name = match place {
                Place::Each { .. } => full_name.as_str().into(),
                Place::One(_) | Place::It(_) => name.into(),
            };
            self.reads.push(Read {
                place,
                name,
                full_name: full_name.into(),
            });
        }
        Ok((place, shape))
    }

    fn column(
        &self,
        at: &IdedExpr,
        slot: usize,
        name: &str,
        column: &str,
    ) -> Result<(usize, Kind), Wrong> {
        let rows = self.schema.name(slot);
        if let Some(refusal) = fairness::refusal(name, Some(rows)) {
            return Err(self.wrong(at, refusal));
        }
        self.schema.column(slot, column).ok_or_else(|| {
            let known = self.schema.columns(slot).iter().map(|column| column.name);
            self.wrong(
                at,
                format!(
                    "`{name}`: {rows} has no column `{column}`{}",
                    hint(column, known)
                ),
            )
        })
    }

    fn call(&mut self, at: &'a IdedExpr, call: &'a CallExpr, depth: usize) -> Result<Typed, Wrong> {
        let depth = depth + 1;
        let args = call.args.as_slice();
        let test = match (call.func_name.as_str(), call.target.as_deref(), args) {
            (operators::LOGICAL_NOT, None, [a]) => Test::Not(Box::new(self.test(a, depth)?)),
            (operators::LOGICAL_AND, None, parts) => {
                let mut tests = Vec::new();
                for part in parts {
                    match self.test(part, depth)? {
                        Test::And(inner) => tests.extend(inner),
                        other => tests.push(other),
                    }
                }
                Test::And(tests)
            }
            (operators::LOGICAL_OR, None, parts) => {
                let mut tests = Vec::new();
                for part in parts {
                    match self.test(part, depth)? {
                        Test::Or(inner) => tests.extend(inner),
                        other => tests.push(other),
                    }
                }
                Test::Or(tests)
            }
            (operators::CONDITIONAL, None, [a, b, c]) => Test::If(Box::new([
                self.test(a, depth)?,
                self.test(b, depth)?,
                self.test(c, depth)?,
            ])),
            (operators::EQUALS, None, [a, b]) => self.compare(at, a, Order::Equal, b, depth)?,
            (operators::NOT_EQUALS, None, [a, b]) => {
                self.compare(at, a, Order::NotEqual, b, depth)?
            }
            (operators::LESS, None, [a, b]) => self.compare(at, a, Order::Less, b, depth)?,
            (operators::LESS_EQUALS, None, [a, b]) => {
                self.compare(at, a, Order::AtMost, b, depth)?
            }
            (operators::GREATER, None, [a, b]) => self.compare(at, a, Order::More, b, depth)?,
            (operators::GREATER_EQUALS, None, [a, b]) => {
                self.compare(at, a, Order::AtLeast, b, depth)?
            }
            (operators::IN, None, [a, b]) => self.within(a, b, depth)?,
            (operators::NEGATE, None, [a]) => {
                return match self.typed(a, depth)? {
                    Typed::Number(Number::Literal(number)) => {
                        Ok(Typed::Number(Number::Literal(-number)))
                    }
                    _ => Err(self.wrong(at, "only a number written out can be negative")),
                };
            }
            ("size", None, [a]) | ("size", Some(a), []) => return self.size(a, depth),
            ("matches", Some(text), [pattern]) | ("matches", None, [text, pattern]) => {
                self.matches(text, pattern, depth)?
            }
            (function @ ("startsWith" | "endsWith" | "contains"), Some(text), [part]) => {
                let (text, part) = self.two_texts(text, part, depth)?;
                match function {
                    "startsWith" => Test::Starts(text, part),
                    "endsWith" => Test::Ends(text, part),
                    _ => Test::Contains(text, part),
                }
            }
            (other, _, _) => {
                let name = other.trim_matches('_');
                return Err(self.wrong(
                    at,
                    format!(
                        "`{name}` cannot be used so; there are && || ! == != < <= > >= in ?: \
                         has(a.b), size(list), text.matches('…'), text.contains('…'), \
                         text.startsWith('…'), text.endsWith('…'), rows.exists(r, …), rows.all(r, …)"
                    ),
                ));
            }
        };
        Ok(Typed::Bool(test))
    }

    fn compare(
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

    fn two_texts(
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

    fn size(&mut self, of: &'a IdedExpr, depth: usize) -> Result<Typed, Wrong> {
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

    fn matches(
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

    fn within(&mut self, a: &'a IdedExpr, b: &'a IdedExpr, depth: usize) -> Result<Test, Wrong> {
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

    /// `rows.exists(r, …)` and `rows.all(r, …)`, which the parser writes out as loops.
    fn quantifier(
        &mut self,
        at: &'a IdedExpr,
        loop_: &'a ComprehensionExpr,
        depth: usize,
    ) -> Result<Typed, Wrong> {
        let refused = "only rows.exists(r, …) and rows.all(r, …) go through rows";
        let Typed::Rows(slot) = self.typed(&loop_.iter_range, depth + 1)? else {
            return Err(self.wrong(&loop_.iter_range, refused));
        };
        if self.each.is_some() {
            return Err(self.wrong(at, "exists() and all() do not nest"));
        }
        let any = match (&loop_.accu_init.expr, &loop_.loop_step.expr) {
            (Expr::Literal(LiteralValue::Boolean(start)), Expr::Call(step)) => {
                match (*start.inner(), step.func_name.as_str()) {
                    (false, operators::LOGICAL_OR) => true,
                    (true, operators::LOGICAL_AND) => false,
                    _ => return Err(self.wrong(at, refused)),
                }
            }
            _ => return Err(self.wrong(at, refused)),
        };
        let Expr::Call(step) = &loop_.loop_step.expr else {
            return Err(self.wrong(at, refused));
        };
        let body = (step.args.iter())
            .find(|arg| !matches!(&arg.expr, Expr::Ident(name) if *name == loop_.accu_var))
            .ok_or_else(|| self.wrong(at, refused))?;
        self.each = Some((&loop_.iter_var, slot));
        let test = self.test(body, depth + 1);
        self.each = None;
        Ok(Typed::Bool(Test::Rows {
            slot,
            any,
            test: Box::new(test?),
        }))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rules::eval::Scope;
    use crate::rules::fixture::{SCHEMA, facts};
    use crate::signals::{Facts, Value};

    fn over_phones() -> Option<usize> {
        SCHEMA.slot("phones")
    }

    #[test]
    fn conditions_that_mean_nothing_are_refused_with_their_place() {
        let cases = [
            ("", None, "ERROR"),
            ("a.flag &&", None, "ERROR"),
            (
                "a.count",
                Some(1),
                "this is a number, where true or false is needed",
            ),
            ("a.flag && a.code", Some(11), "this is a text"),
            (
                "a.count == '3'",
                Some(9),
                "a number cannot be compared so with a text",
            ),
            (
                "a.flag > true",
                Some(8),
                "true or false cannot be compared so",
            ),
            ("a.code == null", Some(11), "there is no null"),
            (
                "it.raw == 'x'",
                Some(1),
                "without for_each there is no `it`",
            ),
            (
                "a.code.matches('\\+')",
                Some(16),
                "a backslash is written twice",
            ),
            ("a.code.matches('(')", Some(16), "wrong pattern"),
            (
                "a.code.matches(a.other_code)",
                Some(16),
                "a pattern is written out",
            ),
            (
                "a.code.matches('(a{1000}){1000}')",
                Some(16),
                "wrong pattern",
            ),
            ("a.count + 1 > 3", Some(9), "`+` cannot be used so"),
            ("a.count in ['a']", Some(1), "the list holds something else"),
            ("a.code in a.other_code", Some(11), "`in` needs a list"),
            ("size(a.code) > 3", Some(6), "size() counts texts or rows"),
            ("a.code.lowerAscii() == 'x'", Some(18), "cannot be used so"),
            ("phones", Some(1), "this is rows"),
            ("phones.map(p, p.raw) == []", Some(11), "only rows.exists"),
            (
                "phones.exists_one(p, p.valid)",
                Some(18),
                "only rows.exists",
            ),
            (
                "phones.exists(p, phones.exists(q, q.valid))",
                Some(31),
                "do not nest",
            ),
            (
                "phones.exists(p, p.rwa == '')",
                Some(18),
                "phones has no column `rwa`; did you mean `raw`?",
            ),
            ("phone.raw == ''", Some(1), "unknown name `phone.raw`"),
        ];
        for (when, at, expected) in cases {
            let wrong = condition(when, &SCHEMA, None).expect_err(when);
            if expected != "ERROR" {
                assert_eq!(wrong.at, at, "{when}: {}", wrong.reason);
                assert!(wrong.reason.contains(expected), "{when}: {}", wrong.reason);
            }
        }
    }

    #[test]
    fn what_could_exhaust_the_stack_is_refused() {
        for when in [
            format!("a.flag{}", ".b".repeat(900)),
            format!("a.count > 1{}", "+1".repeat(900)),
            format!("{}a.flag", "a.flag ? a.flag : ".repeat(100)),
            format!("a.code == '{}'", "x".repeat(LONGEST)),
        ] {
            assert!(condition(&when, &SCHEMA, None).is_err(), "{}", &when[..20]);
        }
        // What stays under the limits must not end the process, whatever the answer.
        for part in [
            "(",
            "!",
            "[",
            "{",
            "-",
            "a.",
            "a+",
            "a?a:",
            "a.flag ? a.flag : ",
            "has(",
            "a(",
            "a[",
        ] {
            let most = (LONGEST / part.len()).min(MOST_LINKS / 2);
            let _ = condition(&part.repeat(most), &SCHEMA, None);
            let _ = condition(&format!("{}a", part.repeat(most)), &SCHEMA, None);
        }
        let chain = ["a.flag"; 150].join(" && ");
        assert!(
            condition(&chain, &SCHEMA, None).is_ok(),
            "a plain chain is no danger"
        );
    }

    #[test]
    fn free_text_about_a_person_may_be_quoted_not_judged() {
        for when in [
            "person.claim == 'Springfield'",
            "'Springfield' != person.claim",
            "person.claim in ['Springfield']",
            "'Springfield' in person.claim",
            "person.claim.matches('^S')",
            "person.claim.contains('field')",
            "'Springfield'.contains(person.claim)",
            "person.claim.startsWith(a.code)",
            "person.claim < person.other_claim",
            "person.claim == a.code",
            "size(person.claim) > 3",
        ] {
            let wrong = condition(when, &SCHEMA, None).expect_err(when);
            assert!(
                wrong.reason.contains("may be quoted, not judged"),
                "{when}: {}",
                wrong.reason
            );
        }
        for when in [
            "has(person.claim)",
            "person.claim == person.other_claim",
            "!has(it.owner) || it.owner != person.claim",
            "person.claim.contains(it.owner)",
        ] {
            assert!(condition(when, &SCHEMA, over_phones()).is_ok(), "{when}");
        }
    }

    #[test]
    fn protected_attributes_are_refused_even_as_columns_that_exist() {
        let education = SCHEMA.slot("education");
        for (when, rows) in [
            ("it.country != 'US'", education),
            ("education.exists(e, e.country != 'US')", None),
            ("has(it.country)", education),
            ("person.nationality == 'X'", None),
            ("a.flag || browser.language == 'en'", None),
        ] {
            let wrong = condition(when, &SCHEMA, rows).expect_err(when);
            assert!(
                wrong.reason.contains("must never be scored"),
                "{when}: {}",
                wrong.reason
            );
        }
        assert!(condition("it.country == 'US'", &SCHEMA, over_phones()).is_ok());
    }

    #[test]
    fn a_missing_value_is_a_third_answer() {
        let known = facts(&json!({
            "a.flag": true, "a.count": 3, "a.code": "abc", "a.codes": ["x", "y"],
            "phones": [{"is": {"valid": true, "raw": "+1"}}, {"is": {"raw": "2"}}],
        }));
        let cases = [
            ("a.flag", Some(true)),
            ("a.other_flag", None),
            ("!a.other_flag", None),
            ("a.other_flag && false", Some(false)),
            ("a.other_flag || a.flag", Some(true)),
            ("a.flag && a.other_flag", None),
            ("a.other_count > 3 || a.count >= 3.0", Some(true)),
            ("a.count == 3 && a.count != 4 && a.count > -1", Some(true)),
            ("a.count in [1, 3.0]", Some(true)),
            ("a.code in ['abc', 'd']", Some(true)),
            ("a.other_code in ['abc']", None),
            (
                "a.code.startsWith('a') && a.code.endsWith('c') && a.code.contains('b')",
                Some(true),
            ),
            ("a.code.matches('^a.c$')", Some(true)),
            ("a.code < 'b'", Some(true)),
            (
                "size(a.codes) == 2 && 'x' in a.codes && !('z' in a.codes)",
                Some(true),
            ),
            ("a.codes.size() == 2 && size(phones) == 2", Some(true)),
            ("has(a.code) && !has(a.other_code)", Some(true)),
            ("a.flag ? a.count > 2 : a.other_flag", Some(true)),
            ("a.other_flag ? true : true", None),
            ("a.flag == has(a.code)", Some(true)),
            ("phones.exists(p, p.valid)", Some(true)),
            ("phones.all(p, p.valid)", None),
            ("phones.all(p, has(p.raw))", Some(true)),
            ("phones.exists(p, p.raw == '3')", Some(false)),
            ("education.exists(e, has(e.title))", None),
        ];
        for (when, expected) in cases {
            let condition =
                condition(when, &SCHEMA, None).unwrap_or_else(|w| panic!("{when}: {}", w.reason));
            assert_eq!(
                Scope::whole(&known).holds(&condition.test),
                expected,
                "{when}"
            );
        }
    }

    #[test]
    fn a_value_of_the_wrong_type_is_not_known() {
        let condition = condition("a.flag", &SCHEMA, None)
            .map_err(|w| w.reason)
            .unwrap();
        let facts = Facts::new(vec![Some(Value::Number(1.0))]);
        assert_eq!(Scope::whole(&facts).holds(&condition.test), None);
    }
}
