//! Integration tests: one binary, a file per room or journey.
#![cfg(test)]

mod commands;
mod consent_edges;
mod consent_properties;
mod consent_scenarios;
mod detect;
mod import;
mod ingest;
mod names;
mod oracle;
mod program;
mod store;
mod tidy;
mod vision_decode;

mod vision_golden;
