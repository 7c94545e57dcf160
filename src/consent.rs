//! The decision engine: pure, total, and explained.
//!
//! A photo may leave on a channel only through [`decide`], which folds each person's ledger into a [`standing`], gives every
//! face and then the photo a verdict with all its reasons, and hands out a [`Cleared`] token when, and only when, the
//! verdict is release. There is no clock and no I/O here: the moment and the facts are arguments.
//!
//! # What always holds
//!
//! - **Default deny** (I2). Without a grant in force, a confirmed tag, a sign-off or a head-count never more is shown. A
//!   grant that has lapsed is no grant but a limit (a newer, shorter yes replaces the older, longer one of the same
//!   giver), so taking *that* away is not covered. Removing a tag never shows more of that face; and where the tag itself
//!   neither blocked nor counted, never more of the photo: a blocked person's corrected tag is an ordinary correction.
//! - **Monotone** (I3). Adding a refusal, withdrawal, restriction or objection never shows a face or a pixel of a person
//!   that was hidden, and never lifts a block, in any order of arrival. (A photo held *because* a person was to be shown,
//!   as a lone large face or under a stale sign-off, may leave once that person is hidden.)
//! - **Order free** (I4). Standings depend on what the entries say of their moments, never on their order or doubles.
//! - **Replay** (I6). Any past verdict is computed from the ledger and the photo's history: [`replay`].

mod covered;
mod decide;
mod explain;
mod facts;
mod fingerprint;
pub mod gate;
pub mod impact;
pub mod ledger;
mod misuse;
pub mod policy;
mod queue;
pub mod reason;
pub mod replay;
pub mod sign_off;
mod standing;
mod turn;
mod verdict;

pub use decide::{People, decide};
pub use explain::{Due, DueWhy, Line, due, explain};
pub use facts::{PhotoFacts, TextKind};
pub use policy::Policy;
pub use queue::Queue;
pub use reason::{Code, Facts, Reader, Reason, Weight};
pub use sign_off::{Rejection, Seen, SignOff};
pub use standing::{Standing, StandingKind, Use, is_restricted, standing};
pub use turn::next_turn;
pub use verdict::{Clearance, Cleared, Decision, Draft, FaceAct, FaceVerdict, Plan, Verdict};
