//! What may be reached when pictures are sent out: whoever has the machine says so, not whoever has a browser.

use std::path::PathBuf;

use serde::Deserialize;

/// The settings `[push]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Push {
    /// Hosts of the school's own network, such as `wp.hill.internal`; others have to be on the public internet.
    pub intranet: Vec<String>,
    /// Folders of this machine into which pictures may be put.
    pub folders: Vec<PathBuf>,
    /// Within so many hours people have to take down what was placed by hand and may no longer be shown.
    pub take_down_hours: u16,
}

impl Default for Push {
    fn default() -> Self {
        Self { intranet: Vec::new(), folders: Vec::new(), take_down_hours: 24 }
    }
}

impl Push {
    /// Whether a host is one of the school's own network.
    #[must_use]
    pub fn is_intranet(&self, host: &str) -> bool {
        self.intranet.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    /// What contradicts itself, with the remedy.
    pub(super) fn contradiction(&self) -> Option<&'static str> {
        if self.intranet.iter().any(|host| {
            host.is_empty() || host.contains(['/', ':', '*', ' ']) && host.parse::<std::net::IpAddr>().is_err()
        }) {
            Some("[push] has no host in `intranet`: write names like `wp.hill.internal` or addresses like `10.1.2.3`")
        } else if self.folders.iter().any(|folder| !folder.is_absolute()) {
            Some("[push] has a folder that does not begin with `/`: write the whole path")
        } else {
            None
        }
    }
}
