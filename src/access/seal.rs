//! Texts that one role alone may read: encrypted with XChaCha20-Poly1305 under a key of the school's own.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use super::secret::{NoRandomness, random};

/// The key; printing it for debugging shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SealKey([u8; 32]);

const NONCE: usize = 24;

impl SealKey {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn new() -> Result<Self, NoRandomness> {
        random().map(Self)
    }

    /// As it was kept.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// To be kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A text sealed: a nonce of 24 bytes and what the cipher made of it, bound to what it is about.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn seal(&self, about: &str, text: &str) -> Result<Vec<u8>, NoRandomness> {
        let nonce = random::<NONCE>()?;
        let payload = Payload { msg: text.as_bytes(), aad: about.as_bytes() };
        let sealed = XChaCha20Poly1305::new(&self.0.into()).encrypt(&XNonce::from(nonce), payload);
        // the cipher refuses texts beyond 256 GiB only
        sealed.map(|sealed| [nonce.as_slice(), &sealed].concat()).map_err(|_| NoRandomness)
    }

    /// The text again; nothing when it was sealed under another key or about something else, or has been altered.
    #[must_use]
    pub fn open(&self, about: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: about.as_bytes() };
        let text = XChaCha20Poly1305::new(&self.0.into()).decrypt(&XNonce::from(*nonce), payload).ok()?;
        String::from_utf8(text).ok()
    }
}

impl std::fmt::Debug for SealKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_back_under_its_key_and_for_what_it_is_about_only() {
        let key = SealKey::new().unwrap();
        let sealed = key.seal("P001 7", "in care; no contact with the father").unwrap();
        assert_eq!(key.open("P001 7", &sealed).as_deref(), Some("in care; no contact with the father"));
        assert_eq!(key.open("P002 7", &sealed), None);
        assert_eq!(SealKey::new().unwrap().open("P001 7", &sealed), None);
        let mut altered = sealed.clone();
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(key.open("P001 7", &altered), None);
        assert_eq!(key.open("P001 7", b"short"), None);
        assert_ne!(key.seal("P001 7", "x").unwrap(), key.seal("P001 7", "x").unwrap());
        assert!(!sealed.windows(4).any(|part| part == b"care"));
    }
}
