//! Roles, and what each may do.

use serde::{Deserialize, Serialize};

use super::Permission;

/// What a person is here for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks through the queue and asks candidates.
    Recruiter,
    /// Looks into rings and timings, confirms, proposes changes of rules.
    Investigator,
    /// Reads everything and takes reports; changes nothing.
    Auditor,
    /// Does everything, and says who may do what.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [
        Self::Recruiter,
        Self::Investigator,
        Self::Auditor,
        Self::Admin,
    ];

    /// The word in tables and on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Recruiter => "recruiter",
            Self::Investigator => "investigator",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }

    /// What it is for, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Recruiter => "looks through the queue and asks candidates",
            Self::Investigator => "looks into rings and timings, proposes rules",
            Self::Auditor => "reads everything, takes reports, changes nothing",
            Self::Admin => "does everything, and says who may do what",
        }
    }

    /// The role of that word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether the role is allowed something.
    pub fn may(self, what: Permission) -> bool {
        what.roles().contains(&self)
    }
}
