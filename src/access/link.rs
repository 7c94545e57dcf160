//! Addresses under which a picture is given without a key, for sites whose readers' browsers fetch it: each names the key that
//! asked for it, one photo and its last moment, and is signed with BLAKE3's keyed hash.

use data_encoding::BASE64URL_NOPAD;

use super::account::TokenId;
use super::seal::SealKey;
use crate::domain::id::PhotoId;
use crate::domain::time::Timestamp;

/// What such an address says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The key that asked for it: the address ends with the key, if that is earlier.
    pub token: TokenId,
    /// The photo.
    pub photo: PhotoId,
    /// From then on it leads nowhere.
    pub until: Timestamp,
}

/// Signs addresses; printing it for debugging shows nothing.
#[derive(Clone)]
pub struct LinkKey([u8; 32]);

impl LinkKey {
    /// The key that belongs to a school's other one.
    #[must_use]
    pub fn of(seal: &SealKey) -> Self {
        Self(blake3::derive_key("eyelid 2026-11-22 signed addresses of pictures", seal.as_bytes()))
    }

    /// 43 letters that fit into an address.
    #[must_use]
    pub fn sign(&self, link: &Link) -> String {
        BASE64URL_NOPAD.encode(self.hash(link).as_bytes())
    }

    /// Whether these are the letters that [`Self::sign`] gave for this very link; compared in a time that does not depend on them.
    #[must_use]
    pub fn signed(&self, link: &Link, letters: &str) -> bool {
        let bytes = BASE64URL_NOPAD.decode(letters.as_bytes()).ok();
        let given = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok()).map(blake3::Hash::from_bytes);
        given.is_some_and(|given| given == self.hash(link))
    }

    fn hash(&self, link: &Link) -> blake3::Hash {
        let said = format!("{} {} {}", link.token.0, link.photo, link.until.as_microsecond());
        blake3::keyed_hash(&self.0, said.as_bytes())
    }
}

impl std::fmt::Debug for LinkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LinkKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        let photo = "00000000000000000001".parse().unwrap();
        Link { token: TokenId(7), photo, until: Timestamp::constant(1_781_517_600, 0) }
    }

    #[test]
    fn a_signature_fits_its_own_link_and_key_and_nothing_else() {
        let (key, other) = (SealKey::from_bytes([1; 32]), SealKey::from_bytes([2; 32]));
        let (key, other) = (LinkKey::of(&key), LinkKey::of(&other));
        let letters = key.sign(&link());
        assert_eq!(letters.len(), 43);
        assert!(key.signed(&link(), &letters));
        assert!(!other.signed(&link(), &letters));
        let later = Timestamp::constant(1_781_517_601, 0);
        for altered in [
            Link { token: TokenId(8), ..link() },
            Link { until: later, ..link() },
            Link { photo: "00000000000000000002".parse().unwrap(), ..link() },
        ] {
            assert!(!key.signed(&altered, &letters), "{altered:?}");
        }
        let shorter: String = letters.chars().skip(1).collect();
        for wrong in ["", "A", &shorter, &letters.to_lowercase(), &format!("{letters}A")] {
            assert!(!key.signed(&link(), wrong), "{wrong}");
        }
        assert!(!format!("{key:?}").contains('1'));
    }
}
