//! Signatures of messages as Standard Webhooks has them: HMAC-SHA256 over id, moment and body.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::domain::time::Timestamp;

/// The header `webhook-signature`: one signature for each secret that is valid, apart by spaces. A secret is `whsec_` and
/// base64; nothing when one is not.
pub(super) fn signatures(secrets: &[String], id: &str, at: Timestamp, body: &[u8]) -> Option<String> {
    let signed = secrets.iter().map(|secret| {
        let key = BASE64.decode(secret.strip_prefix("whsec_")?.as_bytes()).ok()?;
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
        mac.update(format!("{id}.{}.", at.as_second()).as_bytes());
        mac.update(body);
        Some(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
    });
    let all: Option<Vec<String>> = signed.collect();
    all.filter(|all| !all.is_empty()).map(|all| all.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn the_specifications_example_is_signed_alike() {
        let secrets = ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()];
        let at = Timestamp::from_second(1_614_265_330).unwrap();
        let signed = signatures(&secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, br#"{"test": 2432232314}"#);
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        assert_eq!(signatures(&["hello".to_owned()], "a", at, b""), None);
        assert_eq!(signatures(&[], "a", at, b""), None);
    }
}
