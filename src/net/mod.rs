//! What goes out over HTTP: one client that follows no stranger's directions.
//!
//! Where to send or fetch is often somebody else's word: an address in a payload, a URL in a form. So
//! every request says where it may go ([`Reach`]), names are resolved by us and private addresses are
//! refused after that ([`guard`]), redirects lead nowhere else, and answers are read up to a size.

mod client;
pub mod guard;
pub mod standard_webhooks;

pub use client::{Call, Client, Reply, Trouble, plain_client};
pub use guard::Reach;
