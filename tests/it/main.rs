//! Integration tests: one binary, a file per room or journey.

mod detect;
