//! The walk over the syntax tree: names become slots, and every part gets a type.

use cel::common::ast::{
    CallExpr, ComprehensionExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators,
};

use super::Wrong;
use super::guard::Guard;
use crate::rules::expr::{Number, Order, Place, Read, Test, Text};
use crate::rules::fairness;
use crate::rules::schema::{Schema, hint};
use crate::signals::{Kind, Shape};

/// The deepest nesting; the walk works down by recursion too.
const DEEPEST: usize = 48;

/// What a part of a condition is.
pub(super) enum Typed {
    Bool(Test),
    Number(Number),
    Text(Text),
    /// What may be asked less than a text.
    Guarded(Guard, Place),
    Texts(Place),
    Rows(usize),
}

impl Typed {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Bool(_) => "true or false",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::Guarded(guard, _) => guard.word(),
            Self::Texts(_) => "several texts",
            Self::Rows(_) => "rows",
        }
    }
}

pub(super) struct Walk<'a> {
    schema: &'a Schema,
    rows: Option<usize>,
    /// The variable of the `exists` or `all` being walked, and its signal.
    each: Option<(&'a str, usize)>,
    info: &'a SourceInfo,
    pub reads: Vec<Read>,
}

impl<'a> Walk<'a> {
    pub fn new(schema: &'a Schema, rows: Option<usize>, info: &'a SourceInfo) -> Self {
        Self {
            schema,
            rows,
            each: None,
            info,
            reads: Vec::new(),
        }
    }

    pub fn wrong(&self, at: &IdedExpr, reason: impl Into<String>) -> Wrong {
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
    pub fn test(&mut self, at: &'a IdedExpr, depth: usize) -> Result<Test, Wrong> {
        match self.typed(at, depth)? {
            Typed::Bool(test) => Ok(test),
            other => Err(self.wrong(
                at,
                format!("this is {}, where true or false is needed", other.word()),
            )),
        }
    }

    pub fn typed(&mut self, at: &'a IdedExpr, depth: usize) -> Result<Typed, Wrong> {
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
    pub fn path(&self, at: &IdedExpr) -> Result<String, Wrong> {
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
            Shape::One(Kind::Quote) => Typed::Guarded(Guard::Quote, place),
            Shape::One(Kind::Country) => Typed::Guarded(Guard::Country, place),
            Shape::One(Kind::Domain) => Typed::Guarded(Guard::Domain, place),
            Shape::One(Kind::Phone) => Typed::Guarded(Guard::Phone, place),
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
