//! The second factor: codes by time (RFC 6238: SHA-1, six digits, 30 seconds), each good once.

use data_encoding::BASE32_NOPAD;
use totp_rs::{Algorithm, Builder};

use super::secret::{NoRandomness, random};
use crate::domain::time::Timestamp;

/// The secret that an authenticator app shares with us: 160 random bits.
#[derive(Clone, PartialEq, Eq)]
pub struct TotpSecret(Vec<u8>);

impl TotpSecret {
    /// A new one.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn new() -> Result<Self, NoRandomness> {
        Ok(Self(random::<20>()?.to_vec()))
    }

    /// As it was kept.
    #[must_use]
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// To be kept.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it into an app.
    #[must_use]
    pub fn base32(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// The secret that was typed or carried along as [`Self::base32`]; nothing when it is none of ours.
    #[must_use]
    pub fn from_base32(text: &str) -> Option<Self> {
        BASE32_NOPAD.decode(text.as_bytes()).ok().filter(|bytes| bytes.len() == 20).map(Self)
    }

    /// The address that a QR code carries into an app; nothing for a login that no address can hold.
    #[must_use]
    pub fn address(&self, school: &str, login: &str) -> Option<String> {
        // a colon would split the label
        let clean = |text: &str| text.replace(':', " ");
        let totp = self.builder().with_issuer(Some(clean(school))).with_account_name(clean(login)).build().ok()?;
        totp.to_url().ok()
    }

    /// The step at which a code is right: now or one step to either side, and later than the last one that was used.
    #[must_use]
    pub fn verify(&self, code: &str, last_used: Option<u64>, now: Timestamp) -> Option<u64> {
        let digits: String = code.chars().filter(|letter| !letter.is_whitespace()).collect();
        let totp = self.builder().build().ok()?;
        let step = totp.check(&digits, u64::try_from(now.as_second()).ok()?)?;
        last_used.is_none_or(|last| step > last).then_some(step)
    }

    fn builder(&self) -> Builder {
        Builder::new()
            .with_algorithm(Algorithm::SHA1)
            .with_digits(6)
            .with_skew(1)
            .with_step_duration(30)
            .with_secret(self.0.clone())
    }
}

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1, the last six digits
        let secret = TotpSecret::from_bytes(b"12345678901234567890".to_vec());
        for (second, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            let step = u64::try_from(second).unwrap() / 30;
            assert_eq!(secret.verify(code, None, at(second)), Some(step));
            assert_eq!(secret.verify(code, Some(step), at(second)), None, "a code is good once");
            assert_eq!(secret.verify(code, None, at(second + 30)), Some(step), "one step late");
            assert_eq!(secret.verify(code, None, at(second + 60)), None);
        }
        assert_eq!(secret.verify("28 70 82", None, at(59)), Some(1));
        assert_eq!(secret.verify("", None, at(59)), None);
    }

    #[test]
    fn a_secret_comes_back_from_its_text() {
        let secret = TotpSecret::new().unwrap();
        assert_eq!(TotpSecret::from_base32(&secret.base32()), Some(secret.clone()));
        assert_eq!(TotpSecret::from_base32("ABC"), None);
        let address = secret.address("Hill: School", "a@example.org").unwrap();
        assert!(address.starts_with("otpauth://totp/Hill%20%20School:a%40example.org?secret="), "{address}");
        assert!(!format!("{secret:?}").contains(&secret.base32()));
    }
}
