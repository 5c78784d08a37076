//! From each source's format to [`Application`]s: it verifies, parses and maps; it decides nothing and mends nothing.

/// Why a record was refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Refused {
    /// The line it begins on, counted from 1, where the input has lines.
    pub line: Option<u64>,
    /// The field, as a path: `education[0].start_date`.
    pub field: Option<String>,
    /// What is wrong and what would be right.
    pub reason: String,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(field) = &self.field {
            write!(f, "{field}: ")?;
        }
        f.write_str(&self.reason)
    }
}
