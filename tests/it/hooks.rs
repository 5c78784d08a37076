//! Deliveries of vendors' systems, from the request to the candidate.

mod order;
mod privacy;
mod taking;
pub mod vendor;
