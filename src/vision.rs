//! Bytes in, values out: decoding, detecting, hiding, encoding.
