//! The JSON API, `/api/v1`: one file to a resource, structs of its own, so that a renamed column breaks no client.

pub mod batch;
pub mod candidates;
pub mod checks;
pub mod cursor;
pub mod decisions;
pub mod exports;
pub mod health;
pub mod onboardings;
pub mod people;
pub mod ring_links;
pub mod rings;
pub mod rules;
pub mod screenings;
pub mod telemetry;
pub mod workers;

use crate::error::Error;

/// Whatever else is asked for below `/api`.
pub(super) async fn unknown() -> Error {
    Error::NotFound("resource; /api/openapi.json lists them")
}
