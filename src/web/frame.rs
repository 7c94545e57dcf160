//! What surrounds every page.

use crate::config::School;
use crate::domain::id::ChannelId;

/// The navigation of a page.
pub(super) struct Frame {
    pub(super) channels: Vec<Tab>,
}

/// A channel in the navigation.
pub(super) struct Tab {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) current: bool,
}

impl Frame {
    /// The school's channels, one of them perhaps the page that is shown.
    pub(super) fn new(school: &School, current: Option<&ChannelId>) -> Self {
        let tab = |id: &ChannelId| Tab { id: id.to_string(), name: title(id), current: current == Some(id) };
        Self { channels: school.channels.iter().map(|channel| tab(&channel.id)).collect() }
    }

    /// A page without navigation.
    pub(super) fn empty() -> Self {
        Self { channels: Vec::new() }
    }
}

/// A channel's id as a heading: `social_media` is `Social media`.
pub(super) fn title(id: &ChannelId) -> String {
    let words = id.as_str().replace(['_', '-'], " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
