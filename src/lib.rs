//! Eyelid protects the pupil: it publishes a school's photos without ever showing a child whose family did not agree.
//!
//! # The way of a photo
//!
//! ```text
//! bytes --> Received --> Inspected --> Found --> Identified --> Decided --> Redacted --> Rendered --> Released
//!           intake       inspect       find      identify       decide      redact       render       release
//!                                                                  ^                                     |
//!                                                                  +---- withdraw: a new fact re-enters -+
//! ```
//!
//! Each stage is a file of [`pipeline`], takes the previous stage's value and gives its own. A picture cannot be released
//! with pixels that were not redacted for the verdict of that moment: there is no function that would.
//!
//! # The rooms, and who may use whom
//!
//! `main` → [`app`] → {[`web`], [`cli`]} → {[`pipeline`], [`release`]} → {[`store`], [`vision`], [`import`]} →
//! {[`consent`], [`names`], [`audit`], [`access`]} → [`domain`]; never the other way. [`config`] and [`telemetry`] belong to whoever
//! starts the program.
//!
//! # What always holds
//!
//! - No byte of a picture leaves unless the verdict computed from the ledger at that request says so.
//! - Taking away a grant, a tag, a sign-off or a head-count never shows more of a person.
//! - Adding a refusal, a withdrawal, a restriction or an objection never shows more, in any order of arrival.
//! - No face is compared and no template exists but of pupils whose biometric gate is open; what shuts a gate destroys them.
//! - No name, e-mail, caption or file name stands in a log, a metric, an error or an audit row.
//! - No rendition is made from another rendition.

pub mod access;
pub mod app;
pub mod audit;
pub mod cli;
pub mod config;
pub mod consent;
pub mod domain;
pub mod import;
pub mod names;
pub mod office;
pub mod pipeline;
pub mod release;
pub mod store;
pub mod telemetry;
pub mod vision;
pub mod web;
