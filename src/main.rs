//! The `eyelid` program.

fn main() {}
