//! The vocabulary of the house: plain values with no I/O, no clock and no randomness.

pub mod camera;
pub mod category;
pub mod channel;
pub mod connection;
pub mod event;
pub mod face;
pub mod geometry;
pub mod head;
pub mod id;
pub mod incident;
pub mod likeness;
pub mod name;
pub mod person;
pub mod photo;
pub mod placement;
pub mod text;
pub mod time;
