//! A connection's access to its vendor's API.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use reqwest::{Method, Url};
use serde_json::Value;

use super::Access;
use super::event::File;
use crate::intake::Limits;
use crate::net::guard::is_below;
use crate::net::{Call, Client, Reach, Reply, Trouble};
use crate::rules::NextStep;

/// Bytes of an API's answer.
const ANSWER: usize = 5 << 20;

/// What else a connection was told, by the settings' names.
pub type Settings = BTreeMap<String, String>;

/// A connection's access to its vendor's API: it asks below one URL, and fetches files from the hosts
/// that the vendor serves them from.
#[derive(Clone, Debug)]
pub struct Api {
    /// The client.
    pub client: Client,
    /// What the vendor's API is like.
    pub access: &'static Access,
    /// Where it stands.
    pub base: Url,
    /// Whether the operator named that place.
    pub is_named: bool,
    /// The key.
    pub key: String,
    /// What else the connection was told.
    pub settings: Settings,
    /// Now, for servers that say until when to wait.
    pub now: Timestamp,
}

/// What is left at a vendor's after a screening. Neutral, and without what was found: whoever may see
/// that reads it here.
#[derive(Clone, Debug)]
pub struct Note {
    /// The person's id at the vendor.
    pub external_id: String,
    /// The application's id there.
    pub application_id: Option<String>,
    /// Other ids, as events gave them.
    pub handles: BTreeMap<String, String>,
    /// What it says, in plain lines.
    pub text: String,
    /// A short label: `Identity check: verify`.
    pub label: String,
    /// Where a person reads more.
    pub link: Option<String>,
    /// Text in it that no other note has.
    pub mark: String,
    /// The next step.
    pub next_step: NextStep,
    /// The id of the one left before, to be changed where the vendor allows it.
    pub before: Option<String>,
}

impl Api {
    /// A setting, or the trouble that it is missing.
    pub fn setting(&self, name: &'static str) -> Result<&str, Trouble> {
        self.optional(name).ok_or(Trouble::Setting(name))
    }

    /// A setting, if it was given.
    pub fn optional(&self, name: &str) -> Option<&str> {
        let value = self.settings.get(name)?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// A URL below the base: `/v1/candidates/7?expand=x`. What varies in it is made with [`part`].
    pub fn url(&self, path: &str) -> Result<Url, Trouble> {
        let base = self.base.as_str().trim_end_matches('/');
        format!("{base}{path}")
            .parse()
            .map_err(|_| Trouble::Unreadable("an id makes no address".into()))
    }

    /// Gets JSON.
    pub async fn get(&self, path: &str) -> Result<Value, Trouble> {
        self.send(Method::GET, self.url(path)?, None, &[]).await
    }

    /// Posts JSON and gets JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.send(Method::POST, self.url(path)?, Some(body), &[])
            .await
    }

    /// Puts JSON and gets JSON.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Value, Trouble> {
        self.send(Method::PUT, self.url(path)?, Some(body), &[])
            .await
    }

    /// Sends a request with further headers, which stand in place of those that carry the key where
    /// they have the same name.
    pub async fn send(
        &self,
        method: Method,
        url: Url,
        body: Option<&Value>,
        headers: &[(&'static str, String)],
    ) -> Result<Value, Trouble> {
        let mut all = HeaderMap::new();
        let own = (self.access.authorize)(self);
        for (name, value) in own.iter().chain(headers) {
            let value = HeaderValue::from_str(value)
                .map_err(|_| Trouble::Unreadable(format!("no value for the header {name}")))?;
            all.insert(HeaderName::from_static(name), value);
        }
        if body.is_some() && !all.contains_key("content-type") {
            all.insert("content-type", HeaderValue::from_static("application/json"));
        }
        let body = body.map(Value::to_string).unwrap_or_default();
        self.call(method, url, all, body).await
    }

    /// A token by OAuth 2.0 client credentials (RFC 6749 §4.4): the key is `id:secret`.
    pub async fn token(&self, url: Url) -> Result<String, Trouble> {
        let mut headers = HeaderMap::new();
        for (name, value) in basic(&self.key) {
            let value = HeaderValue::from_str(&value).map_err(|_| Trouble::Credentials(401))?;
            headers.insert(HeaderName::from_static(name), value);
        }
        let form = "application/x-www-form-urlencoded";
        headers.insert("content-type", HeaderValue::from_static(form));
        let body = "grant_type=client_credentials".to_owned();
        let answer = self.call(Method::POST, url, headers, body).await?;
        let token = answer["access_token"].as_str();
        token
            .map(str::to_owned)
            .ok_or_else(|| Trouble::Unreadable("no access_token".into()))
    }

    async fn call(
        &self,
        method: Method,
        url: Url,
        mut headers: HeaderMap,
        body: String,
    ) -> Result<Value, Trouble> {
        headers.insert("accept", HeaderValue::from_static("application/json"));
        let call = Call {
            method,
            url,
            headers,
            body: body.into_bytes(),
            limit: ANSWER,
            cut: false,
        };
        let reply = self.client.send(&self.reach(), call).await?;
        reply.success(self.now)?.json()
    }

    /// Fetches a file. The key goes along only to the API's own place.
    pub async fn file(&self, file: &File) -> Result<Reply, Trouble> {
        let url: Url = (file.url.parse())
            .map_err(|_| Trouble::Unreadable("the file's address is none".into()))?;
        let mut headers = HeaderMap::new();
        if !self.key.is_empty() && is_below(&url, &self.base) {
            for (name, value) in (self.access.authorize)(self) {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    headers.insert(HeaderName::from_static(name), value);
                }
            }
        }
        let call = Call {
            method: Method::GET,
            url,
            headers,
            body: Vec::new(),
            limit: Limits::RESUME_FILE,
            cut: false,
        };
        self.client
            .send(&self.reach(), call)
            .await?
            .success(self.now)
    }

    /// Where it may go.
    fn reach(&self) -> Reach {
        let hosts = self.access.hosts.iter().map(|host| (*host).to_owned());
        if !self.is_named {
            let own = self.base.host_str().map(str::to_owned);
            return Reach {
                hosts: hosts.chain(own).collect(),
                ..Reach::default()
            };
        }
        Reach {
            named: vec![self.base.clone()],
            hosts: hosts.collect(),
            public: false,
        }
    }
}

/// One part of a path or a query, encoded.
pub fn part(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        // A lone dot would climb.
        if byte.is_ascii_alphanumeric() || b"-_~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            use std::fmt::Write as _;
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// `Authorization: Bearer`.
pub fn bearer(key: &str) -> Vec<(&'static str, String)> {
    vec![("authorization", format!("Bearer {key}"))]
}

/// `Authorization: Basic` with the key as the user, and no password unless the key has one behind a
/// colon.
pub fn basic(key: &str) -> Vec<(&'static str, String)> {
    use base64::Engine as _;
    let pair = if key.contains(':') {
        key.to_owned()
    } else {
        format!("{key}:")
    };
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    vec![("authorization", format!("Basic {pair}"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_cannot_climb() {
        assert_eq!(
            part("a/../b?c=d&e#f g"),
            "a%2F%2E%2E%2Fb%3Fc%3Dd%26e%23f%20g"
        );
        assert_eq!(part(".."), "%2E%2E");
        assert_eq!(part("0199-ab_c~"), "0199-ab_c~");
    }

    #[test]
    fn a_key_is_a_user() {
        assert_eq!(basic("k")[0].1, "Basic azo=");
        assert_eq!(basic("k:x")[0].1, "Basic azp4");
    }
}
