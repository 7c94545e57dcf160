//! Identifiers: what logs, metrics, errors and audit rows may hold instead of names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text that is not the identifier it was given for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// A person's, event's or channel's id has the wrong shape.
    #[error(
        "{0} is empty, longer than 64 characters, dots alone, or holds a control character: use the id of the school's register"
    )]
    Text(&'static str),
    /// A digest or photo id is not lower-case hexadecimal of its length.
    #[error("{0} is not {1} hexadecimal digits: copy it as `eyelid ingest --json` printed it")]
    Hex(&'static str, usize),
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The id as the school wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;
            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                let text = text.trim();
                let fits = !text.is_empty() && text.chars().count() <= 64 && !text.chars().any(char::is_control);
                // a browser takes dots alone for a way up, whatever they are encoded as: no page could be named by them
                if fits && text.chars().any(|letter| letter != '.') { Ok(Self(text.to_owned())) } else { Err(IdError::Text($what)) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_id!(
    /// A pupil's, member of staff's or visitor's id in the school's own register.
    PersonId,
    "the person's id"
);
text_id!(
    /// A use category, such as `website`.
    CategoryId,
    "the category"
);
text_id!(
    /// A release queue, such as `newsletter`.
    ChannelId,
    "the channel"
);
text_id!(
    /// Whoever acts: an account's id, or `cli` for the operator's command line.
    ActorId,
    "the actor"
);

macro_rules! titled {
    ($($name:ident),+) => {$(
        impl $name {
            /// As people read it: `social_media` is `Social media`.
            #[must_use]
            pub fn title(&self) -> String {
                let words = self.0.replace(['_', '-'], " ");
                let mut letters = words.chars();
                letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
            }
        }
    )+};
}
titled!(CategoryId, ChannelId);

/// A BLAKE3 digest, written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// A digest from its 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        blake3::Hash::from_hex(text).map(|hash| Self(*hash.as_bytes())).map_err(|_| IdError::Hex("the digest", 64))
    }
}

impl TryFrom<String> for Digest {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

/// A photo: the first 20 hexadecimal digits of the digest of the bytes that came in, so the same bytes are the same photo.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhotoId(String);

impl PhotoId {
    const DIGITS: usize = 20;

    /// The id of the photo whose original bytes have this digest.
    #[must_use]
    pub fn of(original: &Digest) -> Self {
        Self(original.to_string().chars().take(Self::DIGITS).collect())
    }

    /// The hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PhotoId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        let hex = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if hex && text.len() == Self::DIGITS {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError::Hex("the photo's id", Self::DIGITS))
        }
    }
}

impl TryFrom<String> for PhotoId {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<PhotoId> for String {
    fn from(id: PhotoId) -> Self {
        id.0
    }
}

/// A face within its photo: 1 is the first that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FaceId(pub u32);

impl fmt::Display for FaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for FaceId {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A school event, such as a sports day, in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(pub i64);

/// An entry of the consent ledger: its place in the order of recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub i64);

/// An online-safety incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub i64);

/// A hold on a photo or on a whole event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HoldId(pub i64);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_refuse_what_they_are_not() {
        assert!("P001".parse::<PersonId>().is_ok());
        assert!("  ".parse::<PersonId>().is_err());
        assert!(["..", ".", " .. "].iter().all(|dots| dots.parse::<PersonId>().is_err()));
        assert!(".P1".parse::<PersonId>().is_ok());
        assert!("a\nb".parse::<PersonId>().is_err());
        assert!("x".repeat(65).parse::<PersonId>().is_err());
        assert!("../../../../etc/pass".parse::<PhotoId>().is_err());
        let photo = PhotoId::of(&Digest::of(b"photo"));
        assert_eq!(photo.to_string().parse::<PhotoId>().unwrap(), photo);
        let digest = Digest::of(b"photo");
        assert_eq!(digest.to_string().parse::<Digest>().unwrap(), digest);
    }
}
