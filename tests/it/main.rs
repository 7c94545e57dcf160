//! Integration tests: one binary, a file per room or journey.

#[cfg(test)]
mod vision_decode;
#[cfg(test)]
mod vision_golden;
