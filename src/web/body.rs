//! Request bodies, whole and bounded in size and time.

use std::time::Duration;

use axum::body::{Body, Bytes};

use crate::error::{Error, Result};

/// A sender slower than this is let go.
const PATIENCE: Duration = Duration::from_secs(30);

/// The body, if it is no larger than `limit` bytes.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes> {
    read_within(body, limit, PATIENCE).await
}

/// The same with another patience.
pub(super) async fn read_within(body: Body, limit: usize, patience: Duration) -> Result<Bytes> {
    let reading = axum::body::to_bytes(body, limit);
    match tokio::time::timeout(patience, reading).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_large(&error) => Err(Error::TooLarge(format!(
            "the body is larger than {} KiB",
            limit / 1024
        ))),
        Ok(Err(error)) => Err(Error::Malformed(format!("the body broke off: {error}"))),
        Err(_) => Err(Error::TooSlow(patience.as_secs())),
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    use std::error::Error as _;
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let never = Body::from_stream(tokio_stream::pending::<Result<Bytes, std::io::Error>>());
        let slow = read_within(never, 10, Duration::from_millis(1)).await;
        assert!(matches!(slow, Err(Error::TooSlow(_))));
        let large = read_within(Body::from("12345678901"), 10, PATIENCE).await;
        assert!(matches!(large, Err(Error::TooLarge(_))));
    }
}
