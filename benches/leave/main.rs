//! What leaves and what is called back, measured through the real router: `cargo bench --profile dev --bench leave -- [PART]`.
//!
//! The parts: `feeds` of ten thousand pictures, a `withdrawal` of a pupil in five thousand placed photos, and `pictures` from the
//! cache beside nginx with the same files from the same disk (Debian: `apt-get install nginx-light apache2-utils`).
//! What the proof of a finished picture costs is in `stages`, beside what decoding and encoding it costs.
#![expect(clippy::print_stdout, reason = "what was measured is printed")]

mod feeds;
mod pictures;
mod school;
mod withdrawal;

use anyhow::{Result, ensure};

/// Measures, prints, and tells whether it is enough.
type Measure = fn() -> Result<bool>;

fn main() -> Result<()> {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let parts: [(&str, Measure); 3] =
        [("feeds", feeds::measure), ("withdrawal", withdrawal::measure), ("pictures", pictures::measure)];
    let mut short = Vec::new();
    for (name, measure) in parts {
        if (wanted.is_empty() || wanted.iter().any(|word| word == name)) && !measure()? {
            short.push(name);
        }
    }
    ensure!(short.is_empty(), "these fall short: {}", short.join(", "));
    Ok(())
}
