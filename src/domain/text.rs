//! What a text may hold that is shown on one line.

/// Whether a character is not seen where it stands: a control character, a joiner, or a sign that turns the direction of
/// what follows.
#[must_use]
pub fn unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_a_text_round_is_unseen_and_letters_are_not() {
        assert!("\n\0\u{ad}\u{200b}\u{200f}\u{2028}\u{202e}\u{2066}\u{2069}\u{feff}".chars().all(unseen));
        assert!(!"Hill School / É. 李 “a” – ب".contains(unseen));
    }
}
