//! Recovery codes: ten of them, each good once in place of a second factor.

use data_encoding::BASE32_NOPAD;

use super::secret::{NoRandomness, random};
use crate::domain::id::Digest;

/// Ten new codes, each 80 random bits written as `abcd-efgh-ijkl-mnop`.
///
/// # Errors
/// When the system gives no random bytes.
pub fn codes() -> Result<Vec<String>, NoRandomness> {
    (0..10).map(|_| code()).collect()
}

/// One such code: short enough to be typed from paper.
///
/// # Errors
/// When the system gives no random bytes.
pub fn code() -> Result<String, NoRandomness> {
    random::<10>().map(|bytes| grouped(&BASE32_NOPAD.encode(&bytes).to_lowercase()))
}

/// What is kept of a code, however its owner spaces and capitalises it.
#[must_use]
pub fn digest(code: &str) -> Digest {
    let letters: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    Digest::of(letters.to_ascii_lowercase().as_bytes())
}

fn grouped(letters: &str) -> String {
    let four = |(at, letter): (usize, char)| (at > 0 && at % 4 == 0).then_some('-').into_iter().chain([letter]);
    letters.chars().enumerate().flat_map(four).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_write_them() {
        let codes = codes().unwrap();
        assert_eq!(codes.len(), 10);
        let code = &codes[0];
        assert_eq!(code.len(), 19);
        assert_eq!(digest(code), digest(&code.to_uppercase().replace('-', " ")));
        assert_ne!(digest(code), digest(&codes[1]));
    }
}
