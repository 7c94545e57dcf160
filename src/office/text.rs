//! Texts that people write at the desk.

use super::error::OfficeError;

/// As much as fits on two pages.
pub(super) const MOST: usize = 4000;

/// A text without the blanks around it and without control characters.
///
/// # Errors
/// [`OfficeError::NoText`] when nothing is left of it, or more than `most` characters.
pub(super) fn written(text: &str, most: usize) -> Result<String, OfficeError> {
    // looked at before anything is copied
    if text.len() > 4 * most + 4096 {
        return Err(OfficeError::NoText(most));
    }
    let kept: String = text.chars().filter(|letter| !letter.is_control() || matches!(letter, '\n' | '\t')).collect();
    let kept = kept.trim();
    let fits = !kept.is_empty() && kept.chars().count() <= most;
    if fits { Ok(kept.to_owned()) } else { Err(OfficeError::NoText(most)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_has_a_beginning_and_an_end() {
        assert_eq!(written(" a\r\nb\0 ", 10).unwrap(), "a\nb");
        for wrong in ["", " \n ", "\0", "12345678901"] {
            assert!(matches!(written(wrong, 10), Err(OfficeError::NoText(10))), "{wrong}");
        }
    }
}
