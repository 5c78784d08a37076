//! How a worker is named to an identity provider: subject identifiers by RFC 9493.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Where the worker's id goes in a template.
const WORKER: &str = "{worker_id}";

/// How a worker is named. It holds nothing but the id under which the operator bound the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// By the id alone.
    Opaque,
    /// By a mail address at work that is made of the id.
    Email(String),
    /// By the id as this issuer's subject.
    IssSub(String),
}

impl Subject {
    /// The identifier of a worker; `None` where the template makes no mail address of the id.
    pub fn of(&self, worker: &str) -> Option<Value> {
        Some(match self {
            Self::Opaque => json!({"format": "opaque", "id": worker}),
            Self::Email(template) => {
                let email = template.replace(WORKER, worker);
                if !is_address(&email) {
                    return None;
                }
                json!({"format": "email", "email": email})
            }
            Self::IssSub(issuer) => json!({"format": "iss_sub", "iss": issuer, "sub": worker}),
        })
    }
}

fn is_address(text: &str) -> bool {
    let odd = |c: char| c.is_whitespace() || c.is_control() || "<>(),;:\\\"".contains(c);
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty() && !domain.is_empty() && !domain.contains('@') && !text.contains(odd)
        }
        None => false,
    }
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            None if text == "opaque" => Ok(Self::Opaque),
            Some(("email", template)) => {
                // An id may be a mail address already.
                let made = |id| is_address(&template.replace(WORKER, id));
                if template.contains(WORKER) && (made("w1") || made("w1@firm.example")) {
                    Ok(Self::Email(template.to_owned()))
                } else {
                    Err(format!(
                        "email: wants {WORKER} in a mail address, such as {WORKER}@firm.example"
                    ))
                }
            }
            Some(("iss_sub", issuer)) if issuer.parse::<Url>().is_ok_and(|url| url.has_host()) => {
                Ok(Self::IssSub(issuer.to_owned()))
            }
            Some(("iss_sub", _)) => {
                Err("iss_sub: wants the provider's issuer, https://…".to_owned())
            }
            _ => Err(format!(
                "opaque, email:{WORKER}@firm.example or iss_sub:https://… is expected"
            )),
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opaque => f.write_str("opaque"),
            Self::Email(template) => write!(f, "email:{template}"),
            Self::IssSub(issuer) => write!(f, "iss_sub:{issuer}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_is_named_as_the_operator_said() {
        for (said, worker, named) in [
            ("opaque", "w-7", json!({"format": "opaque", "id": "w-7"})),
            (
                "email:{worker_id}@firm.example",
                "w-7",
                json!({"format": "email", "email": "w-7@firm.example"}),
            ),
            (
                "email:{worker_id}",
                "ada@firm.example",
                json!({"format": "email", "email": "ada@firm.example"}),
            ),
            (
                "iss_sub:https://firm.okta.example",
                "00u1",
                json!({"format": "iss_sub", "iss": "https://firm.okta.example", "sub": "00u1"}),
            ),
        ] {
            let subject: Subject = said.parse().unwrap();
            assert_eq!(subject.to_string(), said);
            assert_eq!(subject.of(worker), Some(named));
        }
        let subject: Subject = "email:{worker_id}@firm.example".parse().unwrap();
        for odd in ["ada@elsewhere.example", "ada lovelace", "a\nb", ""] {
            assert_eq!(subject.of(odd), None, "{odd}");
        }
    }

    #[test]
    fn a_wrong_subject_says_what_is_expected() {
        for (said, expected) in [
            ("", "opaque, email:"),
            ("phone:{worker_id}", "opaque, email:"),
            ("email:ada@firm.example", "{worker_id} in a mail address"),
            ("email:{worker_id}@a@b", "{worker_id} in a mail address"),
            ("iss_sub:firm", "the provider's issuer"),
        ] {
            let why = said.parse::<Subject>().unwrap_err();
            assert!(why.contains(expected), "{said}: {why}");
        }
    }
}
