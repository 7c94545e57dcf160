//! Looks a workbook's archive over before anything is read from it for good.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::Limits;
use crate::import::error::Fault;

/// A workbook of a school has a few dozen parts.
const MAX_PARTS: usize = 1_000;

/// The old container of Office: a protected workbook, or one of the .xls kind.
const COMPOUND_FILE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// Unpacks every part into nothing, because the sizes an archive declares can lie, and refuses what is too much.
///
/// # Errors
/// Not an archive, protected, damaged, or larger than the limit when unpacked.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<(), Fault> {
    if bytes.starts_with(&COMPOUND_FILE) {
        return Err(if holds_utf16(bytes, "EncryptedPackage") { Fault::Password } else { Fault::OldWorkbook });
    }
    if !bytes.starts_with(b"PK\x03\x04") {
        return Err(Fault::NotWorkbook);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Fault::BrokenWorkbook)?;
    if archive.len() > MAX_PARTS {
        return Err(Fault::BrokenWorkbook);
    }
    let mut left = limits.unpacked;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|_| Fault::BrokenWorkbook)?;
        let mut unpacked = Vec::new();
        part.take(left + 1).read_to_end(&mut unpacked).map_err(|_| Fault::BrokenWorkbook)?;
        left = left.checked_sub(unpacked.len() as u64).ok_or(Fault::Inflates(limits.unpacked / 1_000_000))?;
        if promises_too_much(&unpacked) {
            return Err(Fault::BrokenWorkbook);
        }
    }
    Ok(())
}

/// Whether a part announces more shared strings than its bytes can hold: the reader would reserve memory for them.
fn promises_too_much(part: &[u8]) -> bool {
    const WORD: &[u8] = b"uniqueCount";
    part.windows(WORD.len()).enumerate().filter(|(_, word)| *word == WORD).any(|(at, _)| {
        // nothing but these may stand before the number: a part of many such words is not searched to its end for each
        let value = part.iter().skip(at + WORD.len()).skip_while(|byte| b"=\"'+ \t\r\n".contains(byte));
        let digits = value.take_while(|byte| byte.is_ascii_digit());
        let announced = digits
            .fold(0_usize, |sum, digit| sum.saturating_mul(10).saturating_add(usize::from(digit.saturating_sub(b'0'))));
        announced > part.len()
    })
}

fn holds_utf16(bytes: &[u8], word: &str) -> bool {
    let word: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.windows(word.len()).any(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_shared_strings_is_found_however_it_is_written() {
        for lie in [r#"uniqueCount="99999""#, "uniqueCount = \n '+99999'", r#"x uniqueCount uniqueCount="99999">"#] {
            assert!(promises_too_much(lie.as_bytes()), "{lie}");
        }
        for fine in [r#"uniqueCount="3"> 99999"#, "uniqueCount then 99999", "99999"] {
            assert!(!promises_too_much(fine.as_bytes()), "{fine}");
        }
    }

    #[test]
    fn a_part_of_nothing_but_the_word_is_read_through_once() {
        // searched to its end for each word, it would take hours
        assert!(!promises_too_much(&b"uniqueCount".repeat(100_000)));
    }
}
