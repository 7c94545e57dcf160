//! Where the pictures of a feed are fetched.

use crate::access::link::Link;
use crate::access::{LinkKey, TokenId};
use crate::domain::id::{ChannelId, PhotoId};
use crate::domain::time::Timestamp;

/// The addresses of a channel's pictures: whole, or beginning with `/` to be joined to that of the feed.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// What every address begins with: where the school says it is, or nothing.
    pub base: String,
    /// The channel.
    pub channel: ChannelId,
    /// For readers without a key.
    pub signed: Option<Signed>,
}

/// What signs the addresses.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The school's key.
    pub key: LinkKey,
    /// The machine's key, without which they end.
    pub token: TokenId,
    /// When they end in any case.
    pub until: Timestamp,
}

impl Addresses {
    /// The largest picture of a photo.
    #[must_use]
    pub fn of(&self, photo: &PhotoId) -> String {
        let Self { base, channel, signed } = self;
        match signed {
            None => format!("{base}/api/v1/channels/{channel}/images/{photo}.jpg"),
            Some(Signed { key, token, until }) => {
                let signature = key.sign(&Link { token: *token, photo: photo.clone(), until: *until });
                let until = until.as_second();
                format!("{base}/api/v1/links/{}/{photo}.jpg?until={until}&signature={signature}", token.0)
            }
        }
    }

    /// One of these addresses for a picture at most so many pixels wide.
    #[must_use]
    pub fn at_most(&self, address: &str, width: u32) -> String {
        let joint = if self.signed.is_some() { '&' } else { '?' };
        format!("{address}{joint}w={width}")
    }
}
