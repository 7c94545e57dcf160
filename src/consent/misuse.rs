//! Limits of public channels against the misuse of pictures for fake imagery.

use super::reason::{Code, Reason, Weight};
use crate::domain::category::{Audience, Category, MisuseLimits};
use crate::domain::face::Face;
use crate::domain::geometry::Size;

/// The longest side of a rendition in which no shown face is taller than the category allows, and a note if that is less
/// than the channel's.
pub(super) fn long_side(shown: &[&Face], frame: Size, channel_px: u32, category: &Category) -> (u32, Option<Reason>) {
    let tallest = shown.iter().map(|face| height(face, frame)).fold(0.0, f64::max);
    let Some(most) = limits_of(category).max_face_px else { return (channel_px, None) };
    let original = f64::from(frame.long_side());
    let rendition = original.min(f64::from(channel_px));
    if tallest * rendition <= f64::from(most) * original {
        return (channel_px, None);
    }
    let fits = whole(f64::from(most) * original / tallest).clamp(1, channel_px.max(1));
    (fits, Some(Reason::new(Code::SmallerRendition, Weight::Note).numbers(fits, most)))
}

/// The reasons why a human has to look. Where nobody is shown any more, each of those who were `shown_before` counts as shown
/// alone: somebody's no must not send out a picture that was held on their account.
pub(super) fn limits(shown: &[&Face], shown_before: &[&Face], frame: Size, category: &Category) -> Vec<Reason> {
    let MisuseLimits { lone_face_share, min_people, .. } = limits_of(category);
    let alone = match shown {
        [] => shown_before,
        [_] => shown,
        _ => &[],
    };
    let tallest = alone.iter().map(|face| height(face, frame)).max_by(f64::total_cmp);
    let lone = tallest.zip(lone_face_share).and_then(|(height, share)| {
        let all = f64::from(frame.height);
        let within = height <= f64::from(share) * all;
        (!within).then(|| {
            Reason::new(Code::LoneLargeFace, Weight::Hold)
                .numbers(whole(100.0 * height / all), whole(100.0 * f64::from(share)))
        })
    });
    let people = u32::try_from(shown.len()).unwrap_or(u32::MAX);
    let few = min_people.filter(|least| people < *least);
    lone.into_iter().chain(few.map(|least| Reason::new(Code::MinPeople, Weight::Hold).numbers(people, least))).collect()
}

/// A count as a real number, exact below 2^53.
#[expect(clippy::cast_precision_loss, reason = "no picture has 2^53 pixels")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}

/// The whole part of a number that is not negative.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and no number becomes 0"
)]
pub(super) fn whole(number: f64) -> u32 {
    number as u32
}

fn limits_of(category: &Category) -> MisuseLimits {
    if category.audience == Audience::Public { category.limits } else { MisuseLimits::NONE }
}

/// A face's height; a box that cannot be measured is as tall as the picture.
fn height(face: &Face, frame: Size) -> f64 {
    let height = f64::from(face.rect.height());
    if height.is_finite() && height > 0.0 { height } else { f64::from(frame.height) }
}
