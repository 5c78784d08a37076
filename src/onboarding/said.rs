//! What HR says of somebody who starts.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::application;
use crate::keys::{Hash, Key, Kind};
use crate::normalise::address::{self, Address};
use crate::telemetry::DeviceId;

/// What comes in: account and document numbers as they are, which are never kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct New {
    /// The candidate's source.
    pub source: String,
    /// The source's id.
    pub external_id: String,
    /// The worker's id, as the employer's systems know it.
    pub worker_id: String,
    /// Routing and account number.
    pub bank_account: Option<String>,
    /// The number of the identity document.
    pub document_number: Option<String>,
    /// The rest, as it is kept.
    pub said: Said,
}

/// What is kept of an onboarding.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(default)]
pub struct Said {
    /// Devices that are handed out.
    pub devices: Vec<DeviceId>,
    /// Since when, if not since the first day.
    pub issued_at: Option<Timestamp>,
    /// Devices that came back.
    pub returned: Vec<DeviceId>,
    /// When they came back, if not now.
    pub returned_at: Option<Timestamp>,
    /// The first day at work.
    pub start_date: Option<Date>,
    /// Where devices are sent.
    pub ship_to: Option<application::Address>,
    /// Who is to receive them, if somebody else.
    pub recipient: Option<String>,
    /// What the postal service says of that place.
    pub delivery_point: Option<DeliveryPoint>,
    /// Keyed hash of the account.
    pub bank: Option<i64>,
    /// Whose account it is, as the bank verified.
    pub bank_holder: Option<String>,
    /// What kind of account it is.
    pub bank_kind: Option<BankKind>,
    /// Keyed hash of the identity document's number.
    pub document: Option<i64>,
    /// The address in the identity document.
    pub document_address: Option<application::Address>,
    /// What the person asked for.
    pub requests: Vec<Request>,
}

/// What a postal service says of an address (USPS: DPV and CMRA flags).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct DeliveryPoint {
    /// A commercial mail receiving agent, or a freight forwarder.
    pub cmra: Option<bool>,
    /// Mail can be delivered there.
    pub deliverable: Option<bool>,
    /// Nobody is there.
    pub vacant: Option<bool>,
    /// Only businesses are there.
    pub business: Option<bool>,
}

/// Kinds of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BankKind {
    /// At a bank.
    Bank,
    /// A prepaid card.
    Prepaid,
    /// A money-transfer platform.
    Platform,
}

impl BankKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Bank, Self::Prepaid, Self::Platform];

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Prepaid => "prepaid",
            Self::Platform => "platform",
        }
    }
}

/// What somebody asked for, as HR noted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// Pay in virtual currency.
    CryptoPay,
    /// To work on an own machine in place of the issued one.
    OwnDevice,
    /// Hardware sent abroad.
    ShipAbroad,
    /// Hardware sent to a third person.
    ShipToOther,
}

impl Request {
    /// Every request.
    pub const ALL: [Self; 4] = [
        Self::CryptoPay,
        Self::OwnDevice,
        Self::ShipAbroad,
        Self::ShipToOther,
    ];

    /// The word in JSON and rules.
    pub const fn word(self) -> &'static str {
        match self {
            Self::CryptoPay => "crypto_pay",
            Self::OwnDevice => "own_device",
            Self::ShipAbroad => "ship_abroad",
            Self::ShipToOther => "ship_to_other",
        }
    }
}

/// One onboarding as it is kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Onboarding {
    /// Its id.
    pub id: String,
    /// The worker's id.
    pub worker_id: String,
    /// When it was said.
    pub at: Timestamp,
    /// What was said.
    pub said: Said,
}

impl New {
    /// What is kept of it: numbers become keyed hashes.
    pub fn kept(&self, hash: &Hash) -> Said {
        let of = |kind, number: Option<&String>| {
            let normal: String = (number?.chars())
                .filter(|one| one.is_alphanumeric())
                .flat_map(char::to_uppercase)
                .collect();
            Some(hash.of(kind, &normal))
        };
        Said {
            bank: of(Kind::Bank, self.bank_account.as_ref()),
            document: of(Kind::Document, self.document_number.as_ref()),
            ..self.said.clone()
        }
    }
}

impl Said {
    /// Where devices are sent, in its normal form.
    pub fn ship_to(&self) -> Option<Address> {
        self.ship_to.as_ref().map(address::read)
    }

    /// What others could share, with its hashes.
    pub fn keys(&self, hash: &Hash) -> Vec<(Key, i64)> {
        let key = |kind, field: &str, value: String| Key {
            kind,
            field: format!("onboarding.{field}"),
            value,
            normal: String::new(),
        };
        let mut keys = Vec::new();
        if let Some(bank) = self.bank {
            keys.push((key(Kind::Bank, "bank_account", "the account".into()), bank));
        }
        if let Some(document) = self.document {
            let value = "the document's number".into();
            keys.push((key(Kind::Document, "document_number", value), document));
        }
        if let Some(address) = self.ship_to()
            && let Some(unit) = &address.unit_key
        {
            let hash = hash.of(Kind::ShipTo, unit);
            keys.push((key(Kind::ShipTo, "ship_to", address.written()), hash));
        }
        keys
    }
}
