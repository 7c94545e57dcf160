//! The way of a photo: one file per stage.
