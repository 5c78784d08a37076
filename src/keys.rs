//! Keys: what two records must share to be neighbours, as keyed 64-bit hashes.

use serde::{Deserialize, Serialize};

/// What is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An E.164 number.
    Phone,
    /// A canonical mailbox.
    Email,
    /// A canonical profile URL.
    Link,
}
