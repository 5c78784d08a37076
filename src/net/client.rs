//! The client: sends a request where it may go, and reads the answer up to a size.

use std::error::Error as _;
use std::net::SocketAddr;
use std::sync::{Arc, Once};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, LOCATION, RETRY_AFTER};
use reqwest::{Method, StatusCode, Url};

use super::guard::{NoWay, Reach, Way, is_public};

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a request may take from its start to the end of its answer.
const WHOLE: Duration = Duration::from_secs(20);

/// Redirects followed, all on one host.
const REDIRECTS: usize = 3;

/// Longest wait that a server can ask for.
const LONGEST_WAIT_S: i64 = 24 * 3600;

/// Who asks.
const USER_AGENT: &str = concat!("telltale/", env!("CARGO_PKG_VERSION"));

/// A request.
#[derive(Clone, Debug)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// Where.
    pub url: Url,
    /// With which headers.
    pub headers: HeaderMap,
    /// What it carries.
    pub body: Vec<u8>,
    /// Bytes of the answer that are read at most.
    pub limit: usize,
    /// Whether a longer answer is cut off there; else it is refused.
    pub cut: bool,
}

/// An answer with its status, of whichever kind.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// Why there is no answer of use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The request may not go there.
    #[error("{0}")]
    NoWay(#[from] NoWay),
    /// Nobody answered, or the answer broke off.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// The answer is larger than is read.
    #[error("the answer is larger than {} KiB", .0 / 1024)]
    TooLarge(usize),
    /// The server asks to come back later.
    #[error("the server answered {status}: come back later")]
    Busy {
        /// Its status.
        status: u16,
        /// How long it asks to wait.
        wait: Option<Duration>,
    },
    /// The credentials are not good (any more), or do not suffice.
    #[error("the server answered {0}: the credentials are refused")]
    Credentials(u16),
    /// What was asked for is not there.
    #[error("the server answered {0}: there is no such thing")]
    Missing(u16),
    /// Any other answer that is no success.
    #[error("the server answered {0}")]
    Status(u16),
    /// The answer is not what its documentation says.
    #[error("the answer cannot be read: {0}")]
    Unreadable(String),
    /// A setting is missing.
    #[error("the connection lacks a setting: {0}")]
    Setting(&'static str),
}

impl Trouble {
    /// Whether the same request may succeed later.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Busy { .. } | Self::Credentials(_) | Self::Setting(_) => {
                true
            }
            Self::Status(status) => *status >= 500,
            Self::NoWay(_) | Self::TooLarge(_) | Self::Missing(_) | Self::Unreadable(_) => false,
        }
    }

    /// Whether the connection as a whole is at fault, and not this one request.
    pub fn is_of_the_connection(&self) -> bool {
        matches!(
            self,
            Self::Credentials(_) | Self::Unreachable(_) | Self::Setting(_) | Self::NoWay(_)
        )
    }

    /// Whether the server may have done what was asked although its answer did not come.
    pub fn may_have_happened(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::TooLarge(_) | Self::Unreadable(_) => true,
            Self::Busy { status, .. } | Self::Status(status) => *status >= 500,
            _ => false,
        }
    }

    /// How long the server asks to wait.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::Busy { wait, .. } => *wait,
            _ => None,
        }
    }
}

impl Reply {
    /// The reply if it is a success (2xx).
    pub fn success(self, now: Timestamp) -> Result<Self, Trouble> {
        let status = self.status.as_u16();
        match status {
            200..300 => Ok(self),
            401 | 403 => Err(Trouble::Credentials(status)),
            404 | 410 => Err(Trouble::Missing(status)),
            408 | 425 | 429 | 502 | 503 | 504 => Err(Trouble::Busy {
                status,
                wait: self.retry_after(now),
            }),
            _ => Err(Trouble::Status(status)),
        }
    }

    /// The body as JSON; an empty one is `null`.
    pub fn json(&self) -> Result<serde_json::Value, Trouble> {
        if self.body.is_empty() {
            return Ok(serde_json::Value::Null);
        }
        serde_json::from_slice(&self.body).map_err(|error| Trouble::Unreadable(error.to_string()))
    }

    /// How long the server asks to wait: seconds, or a date (RFC 9110 §10.2.3).
    fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let text = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        let seconds = if let Ok(seconds) = text.parse::<i64>() {
            seconds
        } else {
            let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
            at.as_second() - now.as_second()
        };
        u64::try_from(seconds.clamp(0, LONGEST_WAIT_S))
            .ok()
            .map(Duration::from_secs)
    }
}

/// The client; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    /// For what the operator named.
    named: reqwest::Client,
    /// For everything else: names that lead to private addresses do not resolve.
    public: reqwest::Client,
}

/// Chooses who does the cryptography of TLS, once.
fn choose_provider() {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Another part of the process may have chosen one already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// A client that goes wherever it is sent, for measuring.
pub fn plain_client() -> reqwest::Client {
    choose_provider();
    build(|| reqwest::Client::builder().no_proxy())
}

/// Builds a client. On a system without certificates of authorities it still asks over plain HTTP.
fn build(builder: impl Fn() -> reqwest::ClientBuilder) -> reqwest::Client {
    builder().build().unwrap_or_else(|_| {
        tracing::warn!("there are no certificates of authorities here, so https:// is out of reach: install ca-certificates");
        let without = builder().tls_certs_only([]).build();
        without.expect("a TLS provider is there")
    })
}

impl Default for Client {
    fn default() -> Self {
        choose_provider();
        let builder = || {
            reqwest::Client::builder()
                .user_agent(USER_AGENT)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .connect_timeout(CONNECT)
                .timeout(WHOLE)
        };
        Self {
            named: build(builder),
            public: build(|| builder().dns_resolver(Arc::new(PublicOnly))),
        }
    }
}

impl Client {
    /// Sends a request and reads its answer, whatever its status. A redirect is followed on the same
    /// scheme, host and port alone, and only for what is fetched.
    pub async fn send(&self, reach: &Reach, call: Call) -> Result<Reply, Trouble> {
        let mut url = call.url.clone();
        for _ in 0..=REDIRECTS {
            let client = match reach.way(&url)? {
                Way::Named => &self.named,
                Way::Public => &self.public,
            };
            let request = client
                .request(call.method.clone(), url.clone())
                .headers(call.headers.clone())
                .body(call.body.clone());
            let reply = read(request, call.limit, call.cut).await?;
            if !reply.status.is_redirection() || call.method != Method::GET {
                return Ok(reply);
            }
            let target = reply.headers.get(LOCATION).and_then(|to| to.to_str().ok());
            let Some(Ok(target)) = target.map(|target| url.join(target)) else {
                return Ok(reply);
            };
            if target.origin() != url.origin() {
                let host = target.host_str().unwrap_or_default().to_owned();
                return Err(NoWay::Host(host).into());
            }
            url = target;
        }
        Err(Trouble::Unreadable("too many redirects".into()))
    }
}

async fn read(request: reqwest::RequestBuilder, limit: usize, cut: bool) -> Result<Reply, Trouble> {
    let mut response = request.send().await.map_err(unreachable)?;
    let too_large = |length: u64| usize::try_from(length).is_ok_and(|length| length > limit);
    // What is no success says so by its status, however much it has to say.
    let cut = cut || !response.status().is_success();
    if !cut && response.content_length().is_some_and(too_large) {
        return Err(Trouble::TooLarge(limit));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > limit {
            if cut {
                break;
            }
            return Err(Trouble::TooLarge(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply {
        status: response.status(),
        headers: std::mem::take(response.headers_mut()),
        body,
    })
}

/// What went wrong, without the URL: it can carry a token.
#[expect(clippy::needless_pass_by_value, reason = "it is handed over as it is")]
fn unreachable(error: reqwest::Error) -> Trouble {
    let mut cause = error.source();
    let mut last = None;
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<NoWay>() {
            return Trouble::NoWay(refused.clone());
        }
        last = Some(inner.to_string());
        cause = inner.source();
    }
    Trouble::Unreachable(match last {
        _ if error.is_timeout() => "it took too long".to_owned(),
        Some(last) => last,
        None => "the connection failed".to_owned(),
    })
}

/// Resolves names, and only to public addresses.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            // One private address among public ones is a trick as well.
            if found.iter().any(|one| !is_public(one.ip())) {
                return Err(NoWay::Private(name).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_says_when_to_come_back() {
        let now: Timestamp = "2026-06-01T12:00:00Z".parse().unwrap();
        let wait = |text: &str| {
            let reply = Reply {
                status: StatusCode::TOO_MANY_REQUESTS,
                headers: HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]),
                body: Vec::new(),
            };
            reply.success(now).unwrap_err().wait()
        };
        for (text, seconds) in [
            ("7", Some(7)),
            ("0", Some(0)),
            ("-5", Some(0)),
            ("99999999", Some(86_400)),
            ("Mon, 01 Jun 2026 12:01:30 GMT", Some(90)),
            ("Mon, 01 Jun 2026 11:00:00 GMT", Some(0)),
            ("soon", None),
        ] {
            assert_eq!(wait(text), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_home_is_no_way_out() {
        let reach = Reach {
            public: true,
            ..Reach::default()
        };
        let call = Call {
            method: Method::GET,
            url: "https://localhost:1/".parse().unwrap(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            limit: 10,
            cut: false,
        };
        let refused = Client::default().send(&reach, call).await.unwrap_err();
        assert_eq!(refused, Trouble::NoWay(NoWay::Private("localhost".into())));
    }
}
