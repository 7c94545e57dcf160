//! What a picture looks like in 64 bits: frames of one moment differ in few of them.

/// A perceptual hash of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Likeness(pub u64);

impl Likeness {
    /// Two frames of a burst differ in at most so many bits; two scenes of one event hardly ever do.
    pub const SAME_MOMENT: u32 = 12;

    /// In how many bits two pictures differ, from 0 to 64.
    #[must_use]
    pub fn distance(self, other: Self) -> u32 {
        (self.0 ^ other.0).count_ones()
    }
}
