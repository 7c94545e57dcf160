//! The text of a CSV file: UTF-8, or UTF-16 with its mark; anything else is refused by line.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

use crate::import::error::{Fault, ImportError};

/// The text without its byte order mark and with `\n` for a lone `\r`.
///
/// # Errors
/// Bytes that are not text, not UTF-8, or that were already damaged by another program.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, ImportError> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) if encoding == UTF_16LE || encoding == UTF_16BE => {
            let body = bytes.get(mark..).unwrap_or_default();
            encoding.decode_without_bom_handling_and_without_replacement(body).ok_or(Fault::NotText)?
        }
        mark => {
            let body = bytes.get(mark.map_or(0, |(_, length)| length)..).unwrap_or_default();
            if body.contains(&0) {
                return Err(Fault::NotText.into());
            }
            Cow::Borrowed(std::str::from_utf8(body).map_err(|bad| at_byte(body, bad.valid_up_to(), Fault::Encoding))?)
        }
    };
    if text.contains('\0') {
        return Err(Fault::NotText.into());
    }
    if let Some(at) = text.find('\u{fffd}') {
        return Err(at_byte(text.as_bytes(), at, Fault::LostLetters));
    }
    let lone = text.as_bytes().windows(2).any(|pair| pair.first() == Some(&b'\r') && pair.last() != Some(&b'\n'));
    Ok(if lone { Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")) } else { text })
}

/// A problem on the line of a byte.
fn at_byte(body: &[u8], at: usize, fault: Fault) -> ImportError {
    let before = body.iter().take(at).filter(|byte| **byte == b'\n').count();
    let mut error = ImportError::default();
    error.note(before as u64 + 1, fault);
    error
}
