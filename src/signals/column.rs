//! Columns that several signals have, each described once.

use super::{Column, Kind};

impl Column {
    /// A column by its name, its fact in words and its type.
    pub const fn new(name: &'static str, about: &'static str, kind: Kind) -> Self {
        Self { name, about, kind }
    }
}

/// Whether the form has it.
pub(super) const IN_FORM: Column =
    Column::new("in_form", "it stands in a field of the form", Kind::Flag);

/// Whether the résumé has it; a contact must be written the same way.
pub(super) const IN_RESUME_TEXT: Column = Column::new(
    "in_resume_text",
    "it stands in the résumé's text, contacts written the same way",
    Kind::Flag,
);

/// Whose contact it is.
pub(super) const OWN: Column = Column::new(
    "own",
    "it is the person's own, not a referee's or an employer's",
    Kind::Flag,
);

/// The shortest time that the dates can mean.
pub(super) const MONTHS_MIN: Column = Column::new(
    "months_min",
    "Months from start to end, the fewest the dates can mean",
    Kind::Number,
);

/// The longest.
pub(super) const MONTHS_MAX: Column = Column::new(
    "months_max",
    "Months from start to end, the most the dates can mean",
    Kind::Number,
);

/// Whether form and résumé date it otherwise.
pub(super) const RESUME_DIFFERS: Column = Column::new(
    "resume_differs",
    "The résumé's dates for it are more than three months off the form's",
    Kind::Flag,
);
