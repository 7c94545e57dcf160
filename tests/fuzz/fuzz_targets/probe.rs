//! No bytes make the walks over headers and metadata panic.
#![no_main]

use eyelid::vision::{Limits, probe};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    _ = probe(bytes, None, &Limits::default());
});
