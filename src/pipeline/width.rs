//! The widths in which pictures are given: a few, so that the cache stays small.

use crate::domain::geometry::Size;

/// A width that somebody asks for, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Width(u32);

impl Width {
    /// Every width that is made; whoever asks for another gets the next smaller one.
    pub const STEPS: [u32; 13] = [80, 160, 240, 320, 480, 640, 800, 960, 1080, 1200, 1600, 2048, 2560];

    /// The widest step that is not wider than this, or the narrowest of all.
    #[must_use]
    pub fn at_most(pixels: u32) -> Self {
        let [least, ..] = Self::STEPS;
        Self(Self::STEPS.into_iter().filter(|step| *step <= pixels).max().unwrap_or(least))
    }

    /// The widest step at which no side of a picture of this size is longer than this.
    #[must_use]
    pub fn within(picture: Size, long_side: u32) -> Self {
        Self::at_most(picture.fitted(long_side).width)
    }

    /// In pixels.
    #[must_use]
    pub fn pixels(self) -> u32 {
        self.0
    }

    /// The longest side of a photo of this size that is so wide, at most `most`.
    #[must_use]
    pub fn long_side(self, photo: Size, most: u32) -> u32 {
        let (width, long) = (u64::from(photo.width).max(1), u64::from(photo.long_side()));
        let wanted = u64::from(self.0) * long / width;
        u32::try_from(wanted).unwrap_or(u32::MAX).clamp(1, most.max(1))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_picture_is_wider_than_was_asked_for(width in 1_u32..9000, height in 1_u32..9000, asked in 80_u32..5000, most in 1_u32..4000) {
            let photo = Size { width, height };
            let long = Width::at_most(asked).long_side(photo, most);
            let made = photo.fitted(long);
            prop_assert!(made.width <= asked.max(1), "{made:?}");
            prop_assert!(made.long_side() <= most);
            let (within, least) = (Width::within(photo, asked), Width::STEPS[0]);
            let made = photo.fitted(within.long_side(photo, most));
            prop_assert!(made.long_side() <= asked || within.pixels() == least, "{made:?}");
        }
    }

    #[test]
    fn a_width_between_two_steps_is_the_smaller() {
        assert_eq!(Width::at_most(799), Width(640));
        assert_eq!(Width::at_most(0), Width(80));
        assert_eq!(Width::at_most(u32::MAX), Width(2560));
        assert_eq!(Width::at_most(400).long_side(Size { width: 3000, height: 4000 }, 1600), 426);
    }
}
