//! Integration tests: one binary, a file per room or journey.
#![cfg(test)]

mod carried;
mod channels;
mod commands;
mod consent_edges;
mod consent_properties;
mod consent_scenarios;
mod demo;
mod detect;
mod entrance;
mod import;
mod ingest;
mod names;
mod oracle;
mod photos;
mod program;
mod released;
mod roles;
mod scrub;
mod site;
mod store;
mod tidy;
mod torture;
mod truth;
mod vision_decode;
mod vision_golden;
