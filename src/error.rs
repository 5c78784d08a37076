//! What a request or a command can end in instead of an answer.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use problem_details::ProblemDetails;
use serde::Serialize;

use crate::intake::Refused;
use crate::vendors::signature::Forged;

/// What goes through when nothing goes wrong.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What a caller can tell apart.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// 400: the request cannot be read.
    #[error("{0}")]
    Malformed(String),
    /// 401: no key, or one that is not known.
    #[error(
        "this needs an API key: send `Authorization: Bearer <key>`; `telltale key create` makes one"
    )]
    Unauthorized,
    /// 403: the key is for something else.
    #[error("this key's scope is `{have}`; the request needs `{need}`")]
    Forbidden {
        /// What the key is for.
        have: String,
        /// What the request needs.
        need: &'static str,
    },
    /// 401: nobody is signed in.
    #[error("sign in first; nothing was changed")]
    NotSignedIn,
    /// 403: the role has not this permission.
    #[error("this needs the permission `{need}`, which the role {role} does not have")]
    NotAllowed {
        /// Who asks.
        role: &'static str,
        /// The permission.
        need: &'static str,
    },
    /// 429: come back after so many seconds.
    #[error("{what}; try again in {seconds} seconds")]
    TooMany {
        /// What there was too much of.
        what: &'static str,
        /// How long to wait.
        seconds: u64,
    },
    /// 404
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// 405
    #[error("this address does not answer to that method; the Allow header lists those it does")]
    MethodNotAllowed,
    /// 408: the body did not come.
    #[error("the body took longer than {0} seconds")]
    TooSlow(u64),
    /// 401: a delivery that is not the vendor's, or not of now.
    #[error("{0}")]
    Forged(#[from] Forged),
    /// 409
    #[error("{0}")]
    Conflict(&'static str),
    /// 409: a hold stands on the candidate.
    #[error(
        "a legal hold stands on this candidate, and nothing of it is erased until the hold is lifted"
    )]
    Held,
    /// 413
    #[error("{0}")]
    TooLarge(String),
    /// 422, with the field and what to change.
    #[error("{0}")]
    Refused(#[from] Refused),
    /// 503: come back later.
    #[error("{0}")]
    Unavailable(&'static str),
    /// 500; the cause is logged, never sent.
    #[error("something went wrong on our side")]
    Database(#[from] sqlx::Error),
    /// 500; likewise.
    #[error("something went wrong on our side")]
    Internal(String),
}

/// 422: one field is wrong, and why.
pub fn refused(field: &str, reason: impl Into<String>) -> Error {
    Error::Refused(Refused {
        line: None,
        field: Some(field.to_owned()),
        reason: reason.into(),
    })
}

/// What a problem says beyond RFC 9457's own members.
#[derive(Debug, Default, Serialize)]
struct More {
    /// JSON Pointer to the field: `/education/0/start_date`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// The line of the body it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
}

impl Error {
    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized | Self::NotSignedIn | Self::Forged(_) => StatusCode::UNAUTHORIZED,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::Forbidden { .. } | Self::NotAllowed { .. } => StatusCode::FORBIDDEN,
            Self::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Conflict(_) | Self::Held => StatusCode::CONFLICT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            // Without a field it is the whole body that cannot be read.
            Self::Refused(refused) if refused.field.is_none() => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Database(_) | Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What a terminal may be told: there the cause is for whoever runs the program.
    pub fn cause(&self) -> String {
        match self {
            Self::Database(cause) => format!("the database failed: {cause}"),
            Self::Internal(cause) => cause.clone(),
            other => other.to_string(),
        }
    }

    /// Logs what is ours to mend, with the cause that the answer leaves out.
    pub fn log(&self) {
        match self {
            Self::Database(cause) => tracing::error!(%cause, "database"),
            Self::Internal(cause) => tracing::error!(%cause, "internal"),
            _ => {}
        }
    }

    fn more(&self) -> More {
        match self {
            Self::Refused(refused) => More {
                pointer: refused.field.as_deref().map(pointer),
                line: refused.line,
            },
            _ => More::default(),
        }
    }
}

/// `education[0].start_date` as a JSON Pointer (RFC 6901).
fn pointer(field: &str) -> String {
    let mut pointer = String::with_capacity(field.len() + 1);
    for part in field.split(['.', '[']) {
        pointer.push('/');
        pointer.push_str(
            &part
                .trim_end_matches(']')
                .replace('~', "~0")
                .replace('/', "~1"),
        );
    }
    pointer
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.log();
        let problem = ProblemDetails::from_status_code(self.status())
            .with_detail(self.to_string())
            .with_extensions(self.more());
        let mut response = problem.into_response();
        if matches!(self, Self::Unauthorized) {
            let challenge = HeaderValue::from_static("Bearer");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        let wait = match self {
            Self::Unavailable(_) => Some(5),
            Self::TooMany { seconds, .. } => Some(seconds),
            _ => None,
        };
        if let Some(seconds) = wait {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::pointer;

    #[test]
    fn a_field_becomes_a_json_pointer() {
        assert_eq!(
            pointer("education[0].start_date"),
            "/education/0/start_date"
        );
        assert_eq!(pointer("name"), "/name");
        assert_eq!(pointer("emails[3]"), "/emails/3");
    }
}
