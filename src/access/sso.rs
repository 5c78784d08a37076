//! Single sign-on by `OpenID` Connect: the authorization code flow with PKCE, a nonce, and a state.
//!
//! ```text
//! begin ─> the provider's page ─> back with a code ─> identify ─> Identity ─> admit ─> User
//! ```
//!
//! What must be the same before and after the provider's page, a [`Trip`], goes through the browser sealed. Who comes
//! back is found by the provider's own name for them (issuer and subject); by their mailbox only if the provider has
//! verified it and nobody is bound to that account yet. Their groups say which role they have, at every sign-in.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::PoisonError;
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreClientAuthMethod,
    CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, AsyncHttpClient, AuthType, AuthorizationCode,
    ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IdTokenFields,
    IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    Scope, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

use super::{Role, User, changes, sealed};
use crate::app::App;
use crate::audit::{self, Action, Actor};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::net::{self, Call, Reach, Trouble};
use crate::store::{sign_ins, users};

/// Where the provider sends people back to, below the public URL.
pub const BACK: &str = "/sign-in/sso/back";

/// Minutes somebody may spend on the provider's page.
pub const MINUTES: i64 = 10;

/// How long what a provider says of itself is believed; a key that is not known is looked up at once.
const BELIEVED: SignedDuration = SignedDuration::from_hours(1);

/// How far the provider's clock may be behind.
const SKEW: SignedDuration = SignedDuration::from_secs(60);

/// Bytes read of an answer: some providers have many keys.
const ANSWER: usize = 512 << 10;

/// What the operator says of the provider.
#[derive(Clone)]
pub struct Settings {
    /// Its URL.
    pub issuer: String,
    /// What it calls this service.
    pub client_id: String,
    /// Known to it and this service.
    pub client_secret: Option<String>,
    /// The claim that lists groups.
    pub groups_claim: String,
    /// Asked for besides `openid`, `email`, `profile`.
    pub scopes: Vec<String>,
    /// Which role a group gives.
    pub roles: Vec<(String, Role)>,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// A provider.
#[derive(Debug)]
pub struct Provider {
    settings: Settings,
    issuer: IssuerUrl,
    back: RedirectUrl,
    reach: Reach,
    known: std::sync::Mutex<Option<(CoreProviderMetadata, Timestamp)>>,
}

/// Claims besides the usual ones, among which are groups.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Others {
    #[serde(flatten)]
    all: HashMap<String, Value>,
}

impl AdditionalClaims for Others {}

type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

type Party = Client<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What must be the same before and after the provider's page.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Trip {
    state: String,
    nonce: String,
    verifier: String,
    started_ms: i64,
    /// Where to go afterwards.
    pub next: String,
    /// The sign-in whose owner proves again who they are; none: somebody signs in.
    pub proves: Option<String>,
}

/// What came back from the provider's page.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    code: String,
    state: String,
    iss: Option<String>,
    error: Option<String>,
}

/// Who a provider says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Issuer and subject.
    pub subject: String,
    /// The mailbox, if the provider has verified it.
    pub email: Option<String>,
    /// What they are called.
    pub name: String,
    /// The role that their groups give.
    pub role: Option<Role>,
}

const PURPOSE: &str = "trip to a provider";

impl Trip {
    /// As a browser keeps it meanwhile.
    pub fn seal(&self, app: &App) -> String {
        sealed::close(app, PURPOSE, MINUTES, self)
    }

    /// As a browser brought it back.
    pub fn open(app: &App, text: &str) -> Option<Self> {
        sealed::open(app, PURPOSE, text)
    }
}

/// Why somebody does not come in this way.
fn wrong(why: &str) -> Error {
    Error::Malformed(format!("single sign-on did not work: {why}"))
}

/// What went wrong is logged; whoever signs in is told as much as helps.
fn failed(what: &'static str, error: &dyn std::fmt::Display) -> Error {
    tracing::warn!(%error, what, "single sign-on");
    wrong(what)
}

impl Provider {
    /// The provider, which is not asked yet.
    pub fn new(settings: Settings, public_url: &str) -> Result<Self, String> {
        let issuer = IssuerUrl::new(settings.issuer.clone())
            .map_err(|error| format!("--oidc-issuer: {error}"))?;
        let back = RedirectUrl::new(format!("{public_url}{BACK}"))
            .map_err(|error| format!("--public-url: {error}"))?;
        // The issuer's host is the operator's word, and may be in their own network; endpoints elsewhere are its.
        let mut host = issuer.url().clone();
        host.set_path("/");
        host.set_query(None);
        let reach = Reach {
            public: true,
            ..Reach::named(host)
        };
        Ok(Self {
            settings,
            issuer,
            back,
            reach,
            known: std::sync::Mutex::default(),
        })
    }

    /// Where to send somebody, and what to keep meanwhile. To prove again who they are they have to sign in there anew.
    pub async fn begin(
        &self,
        app: &App,
        next: &str,
        proves: Option<String>,
    ) -> Result<(String, Trip)> {
        let party = self.party(&self.metadata(app, false).await?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = party
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scope(Scope::new("email".into()))
            .add_scope(Scope::new("profile".into()))
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge);
        if proves.is_some() {
            request = request
                .add_prompt(CoreAuthPrompt::Login)
                .set_max_age(std::time::Duration::ZERO);
        }
        let (url, state, nonce) = request.url();
        let trip = Trip {
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            started_ms: app.now().as_millisecond(),
            next: next.to_owned(),
            proves,
        };
        Ok((url.into(), trip))
    }

    /// Who has come back.
    pub async fn identify(&self, app: &App, trip: &Trip, back: Back) -> Result<Identity> {
        let same: bool = back.state.as_bytes().ct_eq(trip.state.as_bytes()).into();
        if !same {
            return Err(wrong("the answer is to another question; begin again"));
        }
        // Another provider's answer (RFC 9207).
        if back.iss.is_some_and(|iss| iss != self.settings.issuer) {
            return Err(wrong("another provider has answered"));
        }
        if back.error.is_some() || back.code.is_empty() {
            return Err(wrong("the provider says no; ask there"));
        }
        let metadata = self.metadata(app, false).await?;
        let party = self.party(&metadata);
        let http = self.http(app);
        let tokens = party
            .exchange_code(AuthorizationCode::new(back.code))
            .map_err(|error| failed("the provider has no token endpoint", &error))?
            .set_pkce_verifier(PkceCodeVerifier::new(trip.verifier.clone()))
            .request_async(&http)
            .await
            .map_err(|error| failed("the provider does not take its own code", &error))?;
        let token = tokens
            .id_token()
            .ok_or_else(|| wrong("the provider sent no ID token"))?;
        let now = app.now();
        let nonce = Nonce::new(trip.nonce.clone());
        let invalid = "the provider's ID token is not valid";
        let mut party = party;
        if matches!(
            token.claims(&verifier(&party, now), &nonce),
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
            ))
        ) {
            // The provider has changed its keys since it was asked.
            party = self.party(&self.metadata(app, true).await?);
        }
        let verifier = verifier(&party, now);
        let claims = token
            .claims(&verifier, &nonce)
            .map_err(|error| failed(invalid, &error))?;
        if let Some(expected) = claims.access_token_hash() {
            let algorithm = token
                .signing_alg()
                .map_err(|error| failed(invalid, &error))?;
            let key = token
                .signing_key(&verifier)
                .map_err(|error| failed(invalid, &error))?;
            let hash = AccessTokenHash::from_token(tokens.access_token(), algorithm, key)
                .map_err(|error| failed(invalid, &error))?;
            if hash != *expected {
                return Err(wrong(invalid));
            }
        }
        if trip.proves.is_some() {
            let since = trip.started_ms - i64::try_from(SKEW.as_millis()).unwrap_or(0);
            let at = claims.auth_time().map(|at| at.timestamp_millis());
            if at.is_none_or(|at| at < since) {
                return Err(wrong("the provider did not ask again who you are"));
            }
        }
        let email = claims
            .email()
            .filter(|_| claims.email_verified() == Some(true));
        let name = claims.name().and_then(|name| name.get(None));
        Ok(Identity {
            subject: format!("{} {}", claims.issuer().as_str(), claims.subject().as_str()),
            email: email.and_then(|email| super::email(email.as_str()).ok()),
            name: name.map_or_else(String::new, |name| plain(name.as_str())),
            role: self.role(
                claims
                    .additional_claims()
                    .all
                    .get(&self.settings.groups_claim),
            ),
        })
    }

    /// The highest role that groups give.
    fn role(&self, groups: Option<&Value>) -> Option<Role> {
        let is_in = |group: &str| match groups {
            Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(group)),
            Some(Value::String(one)) => one == group,
            _ => false,
        };
        let given: Vec<Role> = (self.settings.roles.iter())
            .filter(|(group, _)| is_in(group))
            .map(|(_, role)| *role)
            .collect();
        Role::ALL
            .into_iter()
            .rev()
            .find(|role| given.contains(role))
    }

    fn party(&self, metadata: &CoreProviderMetadata) -> Party {
        let secret = self.settings.client_secret.clone().map(ClientSecret::new);
        let id = ClientId::new(self.settings.client_id.clone());
        let methods = metadata.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|methods| {
            !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && methods.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        let party = Party::from_provider_metadata(metadata.clone(), id, secret)
            .set_redirect_uri(self.back.clone());
        if in_body {
            party.set_auth_type(AuthType::RequestBody)
        } else {
            party
        }
    }

    /// What the provider says of itself, and its keys.
    async fn metadata(&self, app: &App, anew: bool) -> Result<CoreProviderMetadata> {
        let now = app.now();
        if !anew && let Some(metadata) = self.believed(now) {
            return Ok(metadata);
        }
        let http = self.http(app);
        let found = CoreProviderMetadata::discover_async(self.issuer.clone(), &http).await;
        let metadata = found.map_err(|error| {
            tracing::error!(%error, "the single sign-on provider does not say what it is");
            Error::Unavailable("the single sign-on provider does not answer; try again in a moment")
        })?;
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some((metadata.clone(), now));
        Ok(metadata)
    }

    fn believed(&self, now: Timestamp) -> Option<CoreProviderMetadata> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (metadata, at) = known.as_ref()?;
        (now.duration_since(*at) < BELIEVED).then(|| metadata.clone())
    }

    fn http(&self, app: &App) -> Http {
        Http {
            client: app.client.clone(),
            reach: self.reach.clone(),
        }
    }
}

type Verifier<'a> = openidconnect::IdTokenVerifier<'a, CoreJsonWebKey>;

fn verifier(party: &Party, now: Timestamp) -> Verifier<'_> {
    (party.id_token_verifier()).set_time_fn(move || SystemTime::from(now).into())
}

/// A name as it is kept: cut rather than refused, since nobody here can mend it.
fn plain(name: &str) -> String {
    let plain = name.chars().filter(|c| !c.is_control());
    let plain: String = plain.take(super::NAME_MAX).collect();
    plain.trim().to_owned()
}

/// How the library asks a provider: with our client, under its rules.
struct Http {
    client: net::Client,
    reach: Reach,
}

impl<'c> AsyncHttpClient<'c> for Http {
    type Error = Trouble;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, Trouble>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

impl Http {
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Trouble> {
        let (parts, body) = request.into_parts();
        let url = parts.uri.to_string().parse();
        let call = Call {
            method: parts.method,
            url: url.map_err(|_| Trouble::Unreadable("the address".into()))?,
            headers: parts.headers,
            body,
            limit: ANSWER,
            cut: false,
        };
        let reply = self.client.send(&self.reach, call).await?;
        let mut response = HttpResponse::new(reply.body);
        *response.status_mut() = reply.status;
        *response.headers_mut() = reply.headers;
        Ok(response)
    }
}

const NO_ROLE: &str = "none of your groups has a role here; ask an administrator";

/// Turns away whom no group gives a role: their sign-ins end, and the audit log says so.
pub async fn with_role(app: &App, identity: &Identity) -> Result<()> {
    if identity.role.is_some() {
        return Ok(());
    }
    if let Some(row) = users::by_subject(&app.db, &identity.subject).await? {
        let mut tx = app.db.begin().await?;
        let ended = sign_ins::delete_others(&mut tx, &row.id, "").await?;
        let by = Actor::system("single sign-on");
        let detail = json!({ "role": Value::Null, "before": row.role, "ended": ended });
        changes::log(app, &mut tx, &by, &row.id, &detail).await?;
        tx.commit().await?;
    }
    Err(wrong(NO_ROLE))
}

/// Whom an identity is, within the transaction that signs them in. What it changes of them is in the audit log.
pub async fn admit(app: &App, tx: &mut Tx, identity: &Identity) -> Result<User> {
    let by = Actor::system("single sign-on");
    let row = match users::by_subject(&app.db, &identity.subject).await? {
        Some(row) => Some(row),
        None => match &identity.email {
            Some(email) => users::by_email(&app.db, email).await?,
            None => None,
        },
    };
    let Some(role) = identity.role else {
        return Err(wrong(NO_ROLE));
    };
    let Some(row) = row else {
        let email = (identity.email.clone())
            .ok_or_else(|| wrong("the provider has not verified your mailbox"))?;
        let user = User {
            id: app.new_id(),
            email,
            name: identity.name.clone(),
            role,
        };
        if !users::insert(tx, &user, app.now()).await? {
            return Err(wrong("your mailbox was just given an account; try again"));
        }
        users::bind_subject(tx, &user.id, &identity.subject).await?;
        let object = format!("user:{}", user.id);
        let detail = json!({ "email": user.email, "role": role.word() });
        audit::append(app, tx, &by, Action::UserAdded, &object, &detail).await?;
        return Ok(user);
    };
    if row.disabled_at.is_some() {
        return Err(wrong("your account is disabled; ask an administrator"));
    }
    let mut user = row.user();
    if row.subject.as_deref() != Some(&identity.subject) {
        if row.subject.is_some() || !users::bind_subject(tx, &row.id, &identity.subject).await? {
            return Err(wrong(
                "your mailbox is another account's; ask an administrator",
            ));
        }
        changes::log(app, tx, &by, &row.id, &json!({ "subject": "bound" })).await?;
    }
    if row.role != role.word() {
        changes::set_role(tx, &row, role).await?;
        let detail = json!({ "role": role.word(), "before": row.role });
        changes::log(app, tx, &by, &row.id, &detail).await?;
        user.role = role;
    }
    Ok(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider() -> Provider {
        let settings = Settings {
            issuer: "https://login.example.com".into(),
            client_id: "telltale".into(),
            client_secret: None,
            groups_claim: "groups".into(),
            scopes: Vec::new(),
            roles: vec![
                ("hr".into(), Role::Recruiter),
                ("it".into(), Role::Admin),
                ("audit".into(), Role::Auditor),
            ],
        };
        Provider::new(settings, "https://telltale.example.com").unwrap()
    }

    #[test]
    fn the_highest_role_of_all_groups_counts() {
        for (groups, role) in [
            (json!(["hr"]), Some(Role::Recruiter)),
            (json!(["hr", "it", "audit"]), Some(Role::Admin)),
            (json!(["audit", "hr"]), Some(Role::Auditor)),
            (json!("hr"), Some(Role::Recruiter)),
            (json!(["HR", "it "]), None),
            (json!([]), None),
            (json!({"hr": true}), None),
            (json!([1, null]), None),
        ] {
            assert_eq!(provider().role(Some(&groups)), role, "{groups}");
        }
        assert_eq!(provider().role(None), None);
    }

    #[test]
    fn a_name_is_cut_to_what_is_kept() {
        assert_eq!(plain(" Ada\u{0}\n Lovelace "), "Ada Lovelace");
        assert_eq!(plain(&"a".repeat(300)).len(), super::super::NAME_MAX);
    }
}
