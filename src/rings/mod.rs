//! Rings: who is tied to whom by what, as pure functions over links.
//!
//! Two candidates that share something and look like different people are linked ([`tie`]); what is
//! connected by links is a ring, joined and split as links come and go ([`change`]), and a ring
//! explains itself ([`graph`]). Nothing here reads or writes; a ring is a reason to look, never a
//! verdict.

pub mod change;
pub mod graph;
pub mod tie;

use crate::candidate::CandidateId;
use crate::keys::Kind;

/// What ties two candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bond {
    /// A phone number.
    Phone,
    /// A mailbox.
    Email,
    /// A profile.
    Link,
    /// A referee.
    Referee,
    /// A device.
    Device,
    /// A picture's file.
    Image,
    /// A bank account.
    Bank,
    /// An identity document.
    Document,
    /// Texts that are nearly the same, or whole sentences in common.
    Text,
    /// A postal address, to the unit.
    Home,
    /// A network.
    Network,
    /// The author of a file.
    Author,
    /// A rare slip in the same layout.
    Slip,
    /// Texts that are partly the same.
    PartText,
    /// Numbers out of one block, given out together.
    Numbers,
    /// Two records of one person.
    SamePerson,
}

impl Bond {
    /// Every bond.
    pub const ALL: [Self; 16] = [
        Self::Phone,
        Self::Email,
        Self::Link,
        Self::Referee,
        Self::Device,
        Self::Image,
        Self::Bank,
        Self::Document,
        Self::Text,
        Self::Home,
        Self::Network,
        Self::Author,
        Self::Slip,
        Self::PartText,
        Self::Numbers,
        Self::SamePerson,
    ];

    /// The bond of a shared key; `None` for keys that tie nobody.
    pub const fn of(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Phone => Self::Phone,
            Kind::Email => Self::Email,
            Kind::Link => Self::Link,
            Kind::Referee => Self::Referee,
            Kind::Device => Self::Device,
            Kind::Image => Self::Image,
            Kind::Home => Self::Home,
            Kind::Network => Self::Network,
            Kind::Author => Self::Author,
            Kind::Slip => Self::Slip,
            Kind::Bank => Self::Bank,
            Kind::Document => Self::Document,
            Kind::Name | Kind::Text | Kind::ShipTo => return None,
        })
    }

    /// The word in tables and JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Link => "link",
            Self::Referee => "referee",
            Self::Device => "device",
            Self::Image => "image",
            Self::Bank => "bank",
            Self::Document => "document",
            Self::Text => "text",
            Self::Home => "home",
            Self::Network => "network",
            Self::Author => "author",
            Self::Slip => "slip",
            Self::PartText => "text_part",
            Self::Numbers => "numbers",
            Self::SamePerson => "same_person",
        }
    }

    /// The bond of a word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|bond| bond.word() == word)
    }

    /// What is shared, as a reader says it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Phone => "phone number",
            Self::Email => "mailbox",
            Self::Link => "profile",
            Self::Referee => "referee",
            Self::Device => "device",
            Self::Image => "picture",
            Self::Bank => "bank account",
            Self::Document => "identity document",
            Self::Text => "text nearly the same",
            Self::Home => "address",
            Self::Network => "network",
            Self::Author => "author of the file",
            Self::Slip => "same slip in the same layout",
            Self::PartText => "text partly the same",
            Self::Numbers => "neighbouring phone numbers",
            Self::SamePerson => "same person",
        }
    }

    /// Whether it links alone. What people who know nothing of each other share by living or working
    /// in one place, or by one template, does not.
    pub const fn is_hard(self) -> bool {
        !matches!(
            self,
            Self::Home | Self::Network | Self::Author | Self::Slip | Self::PartText | Self::Numbers
        )
    }

    /// The most it can say however rare it is, decibans (red-flags §1).
    pub const fn cap_db(self) -> f64 {
        match self {
            Self::Email | Self::Link | Self::Bank | Self::Document => 13.0,
            Self::Phone => 12.0,
            Self::Text => 11.0,
            Self::Referee => 10.0,
            Self::Device | Self::Image => 9.0,
            Self::Author | Self::Slip | Self::Numbers => 6.0,
            Self::Home | Self::Network | Self::PartText => 5.0,
            Self::SamePerson => 0.0,
        }
    }
}

/// Two candidates tied by something, `a` before `b`.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// One.
    pub a: CandidateId,
    /// The other.
    pub b: CandidateId,
    /// By what.
    pub bond: Bond,
    /// The key that is shared; 0 where it is none.
    pub hash: i64,
    /// How much it says, decibans.
    pub weight_db: f64,
}

/// Words for several bonds, in their order: `phone number, mailbox`.
pub fn labels(bonds: &[Bond]) -> String {
    let labels: Vec<_> = bonds.iter().map(|bond| bond.label()).collect();
    labels.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_to_their_bonds() {
        for bond in Bond::ALL {
            assert_eq!(Bond::of_word(bond.word()), Some(bond));
        }
        for kind in Kind::ALL {
            if let Some(bond) = Bond::of(kind) {
                assert_eq!(bond.word(), kind.word());
            }
        }
    }
}
