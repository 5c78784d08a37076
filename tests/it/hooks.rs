//! Deliveries of vendors' systems, from the request to the candidate.

mod asking;
mod killed;
mod order;
mod privacy;
mod results;
mod taking;
pub mod vendor;
