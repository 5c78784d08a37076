//! Tells an identity provider that less is known of who a worker is: CAEP's assurance level change, as
//! a signed security event token over the Shared Signals Framework.
//!
//! Tokens are RFC 8417, pushed by RFC 8935, <https://openid.net/specs/openid-caep-1_0-final.html>. Levels
//! are the words of next steps and no verdict; which session ends and who is asked for what is the
//! provider's own policy. There are no streams to negotiate: the operator names the receiver.

pub mod claims;
pub mod key;
pub mod push;
pub mod subject;

use reqwest::Url;
use reqwest::header::HeaderValue;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::key::Key;
use self::subject::Subject;
use super::message::Kind as Message;
use crate::app::App;
use crate::error::{Error, Result, refused};
use crate::intake::Limits;
use crate::store::endpoints::Row;

/// Where the public keys stand.
pub const KEYS: &str = "/ssf/jwks.json";

/// What can be told this way.
pub const TOLD: [Message; 2] = [Message::LatencyAlarm, Message::NextStepRaised];

/// Public keys that stand at once: what was signed before a rotation may still be on its way.
const LIVE_KEYS: usize = 2;

/// What an operator says of an identity provider.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Whom tokens are for: the provider's own name for itself.
    pub audience: Option<String>,
    /// Who says it; where this service is reached if nothing else is said.
    pub issuer: Option<String>,
    /// How a worker is named; an opaque id if nothing else is said.
    pub subject: Option<String>,
    /// Whose levels they are; the issuer's own if nothing else is said.
    pub namespace: Option<String>,
    /// What the provider knows us by: a bearer token.
    pub token: Option<String>,
    /// The key that signs, PEM; one is made where none is given.
    pub signing_key: Option<String>,
}

/// What is settled with an identity provider, without what is secret.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Settings {
    /// `iss` of tokens.
    pub issuer: String,
    /// `aud` of tokens.
    pub audience: String,
    /// How a worker is named.
    pub subject: Subject,
    /// Whose levels they are.
    pub namespace: String,
    /// Public keys, the one that signs first.
    pub keys: Vec<Value>,
}

/// What is secret, kept sealed.
#[derive(Serialize, Deserialize)]
pub struct Secrets {
    /// The key that signs, PKCS#8 as base64.
    key: String,
    /// The bearer token.
    token: Option<String>,
}

impl Settings {
    /// The settings of an endpoint; `None` for one of another kind.
    pub fn of(row: &Row) -> Option<Self> {
        serde_json::from_str(row.settings.as_deref()?).ok()
    }

    /// How they are stored.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("our own types serialize")
    }

    /// How the key that signs does it.
    pub fn algorithm(&self) -> &str {
        let key = self.keys.first();
        key.and_then(|key| key["alg"].as_str()).unwrap_or_default()
    }
}

impl Options {
    /// Whether anything was said.
    pub fn is_empty(&self) -> bool {
        let all = [
            &self.audience,
            &self.issuer,
            &self.subject,
            &self.namespace,
            &self.token,
            &self.signing_key,
        ];
        all.into_iter().all(Option::is_none)
    }

    /// What is settled by it, and what is secret. `http` allows an issuer without TLS.
    pub fn settle(self, app: &App, http: bool) -> Result<(Settings, Secrets)> {
        let audience = line("audience", self.audience)?
            .ok_or_else(|| refused("audience", "whom the tokens are for has to be said"))?;
        let issuer = line("issuer", self.issuer)?.or_else(|| app.public_url.clone());
        let issuer = issuer.ok_or_else(|| {
            refused("issuer", "where this service is reached from outside has to be said: give an issuer, or set TELLTALE_PUBLIC_URL")
        })?;
        // As the public URL is kept: receivers compare letter by letter.
        let issuer = issuer.trim_end_matches('/').to_owned();
        if !is_issuer(&issuer, http) {
            let why = "an address that begins with https:// is wanted, without ? and #";
            return Err(refused("issuer", why));
        }
        let subject = match line("subject", self.subject)? {
            Some(text) => text
                .parse()
                .map_err(|why: String| refused("subject", why))?,
            None => Subject::Opaque,
        };
        let namespace = line("namespace", self.namespace)?;
        let namespace = namespace.unwrap_or_else(|| format!("{issuer}/assurance"));
        let token = line("token", self.token)?;
        if token
            .as_deref()
            .is_some_and(|token| bearer(token).is_none())
        {
            return Err(refused(
                "token",
                "letters, digits and signs of ASCII are expected",
            ));
        }
        let (der, key) = signing(self.signing_key.as_deref())?;
        let secrets = Secrets::new(&der, token);
        let settings = Settings {
            issuer,
            audience,
            subject,
            namespace,
            keys: vec![key.public()],
        };
        Ok((settings, secrets))
    }
}

impl Secrets {
    fn new(der: &[u8], token: Option<String>) -> Self {
        let key = key::encode(der);
        Self { key, token }
    }

    fn key(&self) -> Result<Key> {
        let der = key::decode(&self.key);
        let key = der
            .ok_or_else(|| "no base64".to_owned())
            .and_then(|der| Key::of_der(&der));
        key.map_err(|why| Error::Internal(format!("the key of an endpoint cannot be read: {why}")))
    }
}

/// Puts another key in the place of the one that signs: the given one, or one that is made. A receiver
/// that asks for RS256 takes nothing else, and an RSA key is never made here.
pub fn rotated(
    mut settings: Settings,
    secrets: Secrets,
    next: Option<&str>,
) -> Result<(Settings, Secrets)> {
    if next.is_none() && settings.algorithm() == key::RS256 {
        let why = "the key is an RSA one that you gave: give the next one too";
        return Err(refused("signing_key", why));
    }
    let (der, key) = signing(next)?;
    let public = key.public();
    if settings.keys.first() == Some(&public) {
        return Err(refused("signing_key", "this is the key that signs already"));
    }
    settings.keys.retain(|one| *one != public);
    settings.keys.insert(0, public);
    settings.keys.truncate(LIVE_KEYS);
    Ok((settings, Secrets::new(&der, secrets.token)))
}

fn signing(pem: Option<&str>) -> Result<(Vec<u8>, Key)> {
    let wrong = |why| refused("signing_key", why);
    let der = match pem {
        Some(pem) => key::der_of_pem(pem).map_err(wrong)?,
        None => key::new(),
    };
    let key = Key::of_der(&der).map_err(wrong)?;
    Ok((der, key))
}

/// One line that was said, if any was.
fn line(field: &str, said: Option<String>) -> Result<Option<String>> {
    let said = said.map(|text| text.trim().to_owned());
    let said = said.filter(|text| !text.is_empty());
    if said
        .as_deref()
        .is_some_and(|text| text.chars().any(char::is_control) || text.len() > MOST)
    {
        let most = format!("is one line of {MOST} bytes at most");
        return Err(refused(field, most));
    }
    Ok(said)
}

/// Bytes of what an operator may say in one field.
const MOST: usize = Limits::STRING;

fn bearer(token: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    (token.is_ascii() && !token.contains(' ')).then_some(value)
}

/// Whether receivers take it for an issuer.
fn is_issuer(text: &str, http: bool) -> bool {
    let url: Option<Url> = text.parse().ok();
    url.is_some_and(|url| {
        let scheme = url.scheme() == "https" || http && url.scheme() == "http";
        scheme && url.has_host() && url.query().is_none() && url.fragment().is_none()
    })
}
