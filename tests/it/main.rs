//! Integration tests: one binary, a file per room or journey.

mod consent_scenarios;
mod import;
mod names;
mod store;
mod vision_decode;
mod vision_golden;
mod tidy;
