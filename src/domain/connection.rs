//! Where a channel's pictures are sent without being asked for: a website, a program that is told, a folder.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

/// A connection of a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionId(pub i64);

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Something that a connection has to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub i64);

/// What is at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A WordPress site: pictures go into its media library.
    Wordpress,
    /// A program that is told of changes by Standard Webhooks, and fetches for itself.
    Webhook,
    /// A folder on a WebDAV server.
    Webdav,
    /// A folder of this machine.
    Folder,
}

impl Kind {
    /// Every kind, in the order of the form.
    pub const ALL: [Self; 4] = [Self::Wordpress, Self::Webhook, Self::Webdav, Self::Folder];

    /// As people call it.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Wordpress => "WordPress",
            Self::Webhook => "Webhook",
            Self::Webdav => "WebDAV folder",
            Self::Folder => "Folder on this machine",
        }
    }

    /// Its word in forms and in the store.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Wordpress => "wordpress",
            Self::Webhook => "webhook",
            Self::Webdav => "webdav",
            Self::Folder => "folder",
        }
    }

    /// Whether it signs in with a name and a password.
    #[must_use]
    pub fn signs_in(self) -> bool {
        matches!(self, Self::Wordpress | Self::Webdav)
    }
}

impl FromStr for Kind {
    type Err = ();
    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.word() == word).ok_or(())
    }
}

/// An address that is no usable one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the address has to be like `https://www.hill.example/photos`, without a name, a password or a `#` part: write it so"
)]
pub struct AddressError;

/// An address on the web: `http` or `https` with a host, and nothing secret in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// The whole address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host as it was normalised: `0x7f.1` is `127.0.0.1`.
    #[must_use]
    pub fn host(&self) -> String {
        match self.0.host() {
            Some(Host::Domain(name)) => name.trim_end_matches('.').to_owned(),
            Some(Host::Ipv4(ip)) => ip.to_string(),
            Some(Host::Ipv6(ip)) => ip.to_string(),
            None => String::new(),
        }
    }

    /// Whether nobody on the way can read along.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of a path below this one.
    #[must_use]
    pub fn below(&self, path: &str) -> String {
        let mut url = self.0.clone();
        if let Ok(mut parts) = url.path_segments_mut() {
            parts.pop_if_empty().extend(path.split('/'));
        }
        url.to_string()
    }
}

impl FromStr for Address {
    type Err = AddressError;
    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.len() > MOST_BYTES {
            return Err(AddressError);
        }
        let url = Url::parse(text.trim()).map_err(|_| AddressError)?;
        let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let web = matches!(url.scheme(), "http" | "https") && url.has_host();
        if plain && web { Ok(Self(url)) } else { Err(AddressError) }
    }
}

/// Longer ones are of no use to anybody.
const MOST_BYTES: usize = 500;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_of_the_web_and_holds_no_secret() {
        for good in ["https://www.hill.example", "http://wp.hill.internal:8080/site/", "https://[2001:db8::1]/x"] {
            assert!(good.parse::<Address>().is_ok(), "{good}");
        }
        let long = format!("https://hill.example/{}", "a".repeat(600));
        for bad in
            ["", "hill.example", "ftp://hill.example", "file:///etc", "https://u:p@hill.example", "https://", &long]
        {
            assert_eq!(bad.parse::<Address>(), Err(AddressError), "{bad}");
        }
        assert_eq!("http://0x7f.1/".parse::<Address>().unwrap().host(), "127.0.0.1");
        assert_eq!("http://2130706433/".parse::<Address>().unwrap().host(), "127.0.0.1");
        assert_eq!("https://Hill.Example./".parse::<Address>().unwrap().host(), "hill.example");
    }

    #[test]
    fn what_lies_below_keeps_the_path_and_escapes_names() {
        let below = |base: &str, path: &str| base.parse::<Address>().unwrap().below(path);
        assert_eq!(below("https://hill.example", "a/b.jpg"), "https://hill.example/a/b.jpg");
        assert_eq!(below("https://hill.example/site/", "a b?.jpg"), "https://hill.example/site/a%20b%3F.jpg");
    }
}
