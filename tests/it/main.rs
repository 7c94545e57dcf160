//! Integration tests: one binary, a file per room or journey.

#[cfg(test)]
mod consent_edges;
#[cfg(test)]
mod consent_properties;
#[cfg(test)]
mod consent_scenarios;
#[cfg(test)]
mod oracle;
