//! Who may do what, and how they prove who they are: roles, passwords, one-time codes and secrets; no I/O but the system's randomness.

pub mod account;
pub mod link;
pub mod password;
pub mod recovery;
pub mod role;
mod seal;
mod secret;
pub mod totp;

pub use account::{
    Account, AccountId, CodeId, GuardianshipId, Session, SessionId, Standing, TicketPurpose, Token, TokenId, Whose,
};
pub use link::LinkKey;
pub use role::{Permission, Role};
pub use seal::SealKey;
pub use secret::{NoRandomness, Secret};
