//! Integration tests: one binary, a file per room or journey.
#![cfg(test)]

mod administration;
mod api;
mod browser;
mod carried;
mod commands;
mod consent_due;
mod consent_edges;
mod consent_properties;
mod consent_scenarios;
mod consent_worlds;
mod demo;
mod detect;
mod entrance;
mod families;
mod import;
mod ingest;
mod matching;
mod names;
mod oracle;
mod photos;
mod program;
mod pupil;
mod records;
mod released;
mod repeat;
mod roles;
mod safeguarding;
mod scrub;
mod site;
mod store;
mod tidy;
mod torture;
mod truth;
mod vision_decode;
mod vision_golden;
