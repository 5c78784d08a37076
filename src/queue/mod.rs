//! The review queue: what it can be asked for, who takes which candidate, views that have a name, and what is new.
//!
//! Everything that is asked for stands in the address of the page, so that it can be sent and kept.

pub mod assign;
pub mod news;
pub mod search;
pub mod views;

/// Days that can be asked for.
const DAYS: std::ops::RangeInclusive<u16> = 1..=3650;

/// When people applied, in days before now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Age {
    /// Within so many days.
    Within(u16),
    /// Longer ago than so many days.
    Older(u16),
}

impl Age {
    /// As it stands in addresses: `within-7`, `older-30`.
    pub fn word(self) -> String {
        match self {
            Self::Within(days) => format!("within-{days}"),
            Self::Older(days) => format!("older-{days}"),
        }
    }

    /// What a word says.
    pub fn of_word(word: &str) -> Option<Self> {
        let (kind, days) = word.split_once('-')?;
        if !days.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let days = days.parse().ok().filter(|days| DAYS.contains(days))?;
        match kind {
            "within" => Some(Self::Within(days)),
            "older" => Some(Self::Older(days)),
            _ => None,
        }
    }
}

/// Whom candidates are assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assigned {
    /// Whoever asks.
    Me,
    /// Nobody.
    Nobody,
    /// Anybody.
    Somebody,
    /// The user of this id.
    User(String),
}

impl Assigned {
    /// As it stands in addresses.
    pub fn word(&self) -> &str {
        match self {
            Self::Me => "me",
            Self::Nobody => "nobody",
            Self::Somebody => "somebody",
            Self::User(id) => id,
        }
    }

    /// What a word says; whether there is such a user is another question.
    pub fn of_word(word: &str) -> Self {
        match word {
            "me" => Self::Me,
            "nobody" => Self::Nobody,
            "somebody" => Self::Somebody,
            id => Self::User(id.to_owned()),
        }
    }
}

/// Whether the latest screening was decided on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decided {
    /// Not yet, or something else was found since.
    Open,
    /// It was.
    Decided,
}

impl Decided {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Open, Self::Decided];

    /// As it stands in addresses.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Age, Assigned};

    #[test]
    fn ages_are_whole_days_and_come_back_as_they_went() {
        for (word, age) in [
            ("within-1", Some(Age::Within(1))),
            ("older-3650", Some(Age::Older(3650))),
            ("within-0", None),
            ("within--1", None),
            ("within-+1", None),
            ("within-", None),
            ("older-3651", None),
            ("older-99999999999", None),
            ("newer-7", None),
            ("7", None),
        ] {
            assert_eq!(Age::of_word(word), age, "{word}");
            if let Some(age) = age {
                assert_eq!(age.word(), word);
            }
        }
    }

    #[test]
    fn assignments_come_back_as_they_went() {
        for word in ["me", "nobody", "somebody", "019c-7"] {
            assert_eq!(Assigned::of_word(word).word(), word);
        }
    }
}
