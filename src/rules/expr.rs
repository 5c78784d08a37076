//! The typed tree that a condition is compiled to: every name is a slot, every pattern is ready.

use std::sync::Arc;

use regex::Regex;

/// Where a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A signal of one value, or all rows of one with rows.
    One(usize),
    /// A column of the row that `for_each` is at.
    It(usize),
    /// A column of the row that `exists` or `all` over the signal in `slot` is at.
    Each { slot: usize, column: usize },
}

/// A name that a condition reads.
#[derive(Debug)]
pub(super) struct Read {
    pub place: Place,
    /// As the author knows it: `it.raw`, `drift.contacts_changed`, `emails.disposable`.
    pub name: Arc<str>,
    /// As everybody else knows it: `phones.raw`.
    pub full_name: Arc<str>,
}

/// A condition and all that it reads.
#[derive(Debug)]
pub(super) struct Condition {
    pub test: Test,
    pub reads: Vec<Read>,
}

/// What is true, false or not known.
#[derive(Debug)]
pub(super) enum Test {
    Always(bool),
    Flag(Place),
    Has(Place),
    Not(Box<Test>),
    And(Vec<Test>),
    Or(Vec<Test>),
    If(Box<[Test; 3]>),
    /// Two truth values are equal, or are not.
    Same(Box<[Test; 2]>, bool),
    Numbers(Number, Order, Number),
    Texts(Text, Order, Text),
    NumberIn(Number, Vec<f64>),
    TextIn(Text, Vec<Box<str>>),
    /// A text is one of several that a signal lists.
    Listed(Text, Place),
    Matches(Place, Box<Regex>),
    Starts(Text, Text),
    Ends(Text, Text),
    Contains(Text, Text),
    /// Some row (or every row) passes.
    Rows {
        slot: usize,
        any: bool,
        test: Box<Test>,
    },
}

/// A number, or where one stands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Number {
    Literal(f64),
    At(Place),
    /// How many texts or rows there are.
    Size(Place),
}

/// A text, or where one stands.
#[derive(Clone, Debug)]
pub(super) enum Text {
    Literal(Box<str>),
    At(Place),
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Order {
    /// Whether two values stand in this order.
    pub fn holds<T: PartialOrd + ?Sized>(self, a: &T, b: &T) -> bool {
        match self {
            Self::Equal => a == b,
            Self::NotEqual => a != b,
            Self::Less => a < b,
            Self::AtMost => a <= b,
            Self::More => a > b,
            Self::AtLeast => a >= b,
        }
    }
}
