//! Any bytes as a roll, with any mapping: a roll or a refusal, never a panic; what was read compares to itself as unchanged.
#![no_main]

use eyelid::domain::time::Date;
use eyelid::import::{Extent, Limits, Mapping, RollDiff, Sheet, SheetKind, read_pupils};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // a zero byte, which no sound file holds, parts the mapping from the roll
    let mut parts = data.splitn(2, |byte| *byte == 0);
    let (Some(map), Some(bytes)) = (parts.next(), parts.next()) else { return };
    let today = Date::constant(2026, 9, 10);
    let mapping = std::str::from_utf8(map).ok().and_then(|map| Mapping::parse(map).ok()).unwrap_or_default();
    let Ok(sheet) = Sheet::read(bytes, SheetKind::Csv, &Limits::default(), &mapping) else { return };
    match read_pupils(&sheet, &mapping, today) {
        Ok(roll) => {
            let diff = RollDiff::new(&roll, &roll.people, Extent::Full, today).expect("the same ids");
            assert_eq!(diff.rows(true).count(), 0, "{diff}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
