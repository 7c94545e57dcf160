//! How messages leave the school: by its mail server, or into a folder where they can be looked at.

use std::path::PathBuf;

use serde::Deserialize;

/// The settings `[mail]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// Whom messages are from, such as `Hill School <eyelid@hill.example>`.
    pub from: String,
    /// The mail server's name.
    pub server: Option<String>,
    /// Its port; the one usual for the security when missing.
    pub port: Option<u16>,
    /// With whom the server lets messages through.
    pub user: Option<String>,
    /// The file whose first line is the user's password.
    pub password_file: Option<PathBuf>,
    /// How the way to the server is protected.
    #[serde(default)]
    pub security: Security,
    /// Messages are written into this folder and none is sent.
    pub capture: Option<PathBuf>,
}

/// How the way to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte, port 465.
    #[default]
    Tls,
    /// TLS after a greeting, port 587; without it nothing is sent.
    Starttls,
    /// Nothing, for a server on the same machine; port 25.
    None,
}

impl Mail {
    /// What contradicts itself, with the remedy.
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        if self.server.is_none() && self.capture.is_none() {
            Some("[mail] has neither a server nor a folder to capture: name one")
        } else if self.user.is_some() != self.password_file.is_some() {
            Some("[mail] needs user and password_file together")
        } else if !self.from.contains('@') || self.from.contains(char::is_control) {
            Some("[mail] has no address in `from`: write it as `Hill School <eyelid@hill.example>`")
        } else {
            None
        }
    }
}
