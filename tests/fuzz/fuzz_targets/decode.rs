//! No bytes make the decoder panic or give a picture beyond its limits.
#![no_main]

use eyelid::vision::{Limits, decode};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { max_bytes: 1 << 20, max_pixels: 1 << 20, max_side: 4096 };
    if let Ok(decoded) = decode(bytes, None, &limits) {
        assert!(decoded.pixels.size().pixels() <= limits.max_pixels);
    }
});
