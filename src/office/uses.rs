//! What each use of a picture means, in words for everybody.

use crate::domain::category::{Audience, Category, Medium};

/// What a category means, as a sentence or two.
#[must_use]
pub fn meaning(category: &Category) -> &'static str {
    match (category.id.as_str(), category.audience) {
        ("displays", _) => "On walls and screens inside the school. Pupils, staff and visitors see them.",
        ("newsletter", _) => "In the newsletter that goes to the families of the school.",
        ("paper_marketing", _) => {
            "In printed things such as the prospectus, a flyer or a poster. Anybody may see them."
        }
        ("website", _) => "On the school's website or online prospectus. Anybody in the world can see and copy them.",
        ("high_profile", _) => {
            "One special picture that many people would see, for example on a banner or in the press. The school asks about \
             the very picture first, every time."
        }
        ("social_media", _) => {
            "On the school's pages on social media. Anybody in the world can see, copy and share them, and the companies that \
             run these sites keep them."
        }
        (_, Audience::Internal) => "Seen by people of the school and their families.",
        (_, Audience::Public) => "Seen by anybody.",
    }
}

/// As pages call a medium.
#[must_use]
pub const fn medium_name(medium: Medium) -> &'static str {
    match medium {
        Medium::Photo => "Photos",
        Medium::Video => "Videos",
    }
}

/// As addresses and forms call a medium.
#[must_use]
pub const fn medium_key(medium: Medium) -> &'static str {
    match medium {
        Medium::Photo => "photo",
        Medium::Video => "video",
    }
}

/// Both media, in the order in which families are asked.
pub const MEDIA: [Medium; 2] = [Medium::Photo, Medium::Video];
