//! From the text of a condition to a typed tree over slots.
//!
//! The text is CEL, parsed by the `cel` crate; its syntax tree is walked once, when the rule is
//! loaded, so that a wrong name or type is refused with its place and a screening only looks up
//! slots. `cel` itself never evaluates: it would compile patterns on every use and answer `false`
//! where two types never match.

mod guard;
mod operators;
#[cfg(test)]
mod tests;
mod walk;

use super::expr::Condition;
use super::schema::Schema;
use walk::Walk;

/// The longest condition, bytes: the parser works down chains by recursion.
pub(super) const LONGEST: usize = 2_000;

/// The most operators of chains a condition may have, for the same reason: from about 1,000 on
/// the parser runs out of a thread's stack.
const MOST_LINKS: usize = 400;

/// The stack of the thread that parses, bytes; only what is touched of it takes memory.
const PARSER_STACK: usize = 64 << 20;

/// What is wrong with a condition, and where.
#[derive(Debug)]
pub(super) struct Wrong {
    /// The character, counted from 1.
    pub at: Option<usize>,
    pub reason: String,
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
    let mut walk = Walk::new(schema, rows, program.source_info());
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
