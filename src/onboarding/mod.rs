//! Who a candidate becomes at work: a worker with devices, a bank account and an address to ship to.
//!
//! What HR says is kept beside the record, never in it, so that a later version of the application takes
//! nothing of it back. A device is with one worker at a time; what it says belongs to whoever it was with
//! at that time, also when the binding is made after the fact.

mod bind;
mod said;

pub use bind::{Outcome, bind, of_candidate, worker};
pub use said::{BankKind, DeliveryPoint, New, Onboarding, Request, Said};
