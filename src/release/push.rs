//! What leaves without being asked for: each connection of a channel is told, at least once, of all that it has to know.
//!
//! The outbox of the store holds what has to be told, and a [`Courier`] takes one thing at a time. The picture is decided at
//! that very moment by the code that a pull uses: if it may not be shown, it is taken back instead.
//!
//! | file | |
//! |---|---|
//! | [`guard`] | which addresses are never asked |
//! | [`client`] | one request, with limits |
//! | [`signature`] | Standard Webhooks |
//! | [`message`] | what a webhook is told |
//! | [`shelf`] | what a place for pictures can do |
//! | [`wordpress`], [`webdav`], [`folder`] | such places |
//! | [`courier`] | one delivery |
//! | [`schedule`] | when it is tried again |
//! | [`trouble`] | why it failed, with the remedy |

mod client;
mod courier;
mod folder;
mod guard;
mod message;
mod schedule;
mod shelf;
mod signature;
mod trouble;
mod webdav;
mod wordpress;

pub use courier::Courier;
pub use guard::is_public;
pub use trouble::Trouble;
