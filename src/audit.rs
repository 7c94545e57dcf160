//! The record of who changed what: events of ids only, bound into a chain so that no row can be altered unnoticed.
//!
//! Each row's hash covers the row before it ([`Row`] says how), so a changed, removed, added or moved row breaks the chain at that
//! place. Only the removal of the last rows leaves a chain that is whole in itself: therefore the store keeps the
//! [`Head`] (count and last hash) in another table, written in the same transaction, and `eyelid audit verify` prints it
//! as `COUNT:HASH` to be noted outside. A head noted once must be passed by every later verification.

mod chain;
mod desk;
mod event;
mod job;
mod pushing;

pub use chain::{Broken, Fault, Head, HeadError, Row, verify};
pub use desk::Desk;
pub use event::Event;
pub use job::JobEvent;
pub use pushing::Pushing;
