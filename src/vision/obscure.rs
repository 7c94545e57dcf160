//! Hides regions so that nothing of what was there can be won back.

mod paint;

use paint::Paint;

use super::pixels::{Pixels, index};
use crate::domain::channel::Style;
use crate::domain::geometry::{Region, Size};

/// Replaces every pixel inside a `hidden` region. What is painted depends on no pixel of any hidden region: it is the mean colour
/// of what lies round the region ([`Style::Smooth`]), a given one ([`Style::Fill`]), or the former under a coarse mosaic of
/// noise that `key` and the region's place decide ([`Style::Blur`]), the same in every rendition. Two photos that differ
/// only in hidden pixels come out the same: there is nothing to win back (`benches/hiding` tries).
///
/// A soft edge lies outside the regions, never on a pixel of a `shown` region. Regions are cut at the picture's edges.
pub fn obscure(pixels: &mut Pixels, hidden: &[Region], shown: &[Region], style: Style, key: &[u8; 32]) {
    let frame = pixels.size();
    let hidden = within(hidden, frame);
    let shown = within(shown, frame);
    // every paint is mixed from the original before the first pixel changes
    let paints: Vec<Paint> = hidden.iter().map(|&region| Paint::mix(pixels, region, &hidden, style, key)).collect();
    let spared: Vec<Region> = hidden.iter().chain(&shown).copied().collect();
    for (&region, paint) in hidden.iter().zip(&paints) {
        feather(pixels, region, paint, &spared);
    }
    for (&region, paint) in hidden.iter().zip(&paints) {
        for (y, row) in pixels.rows_mut(region) {
            for (x, pixel) in (region.left..).zip(row) {
                *pixel = paint.at(x, y);
            }
        }
    }
}

/// The regions as far as they lie in the frame, in an order that does not depend on the caller's.
fn within(regions: &[Region], frame: Size) -> Vec<Region> {
    let mut regions: Vec<Region> = regions.iter().map(|region| region.grown(0, frame)).collect();
    regions.retain(|region| !region.is_empty());
    regions.sort_unstable();
    regions.dedup();
    // one that lies inside another adds nothing but a patch of another colour
    let inner = |region: &Region| regions.iter().any(|outer| outer != region && outer.covers(*region));
    regions.iter().filter(|region| !inner(region)).copied().collect()
}

/// Lets the paint fade out over a band around its region, except on the spared regions.
fn feather(pixels: &mut Pixels, region: Region, paint: &Paint, spared: &[Region]) {
    let size = region.size();
    let band = (size.width.min(size.height) / 16).clamp(2, 24);
    let around = region.grown(band, pixels.size());
    for (y, row) in pixels.rows_mut(around) {
        let near_y = y.clamp(region.top, region.bottom - 1);
        let crossing: Vec<&Region> = spared.iter().filter(|spared| (spared.top..spared.bottom).contains(&y)).collect();
        for (x, pixel) in (around.left..).zip(row) {
            if crossing.iter().any(|spared| (spared.left..spared.right).contains(&x)) {
                continue;
            }
            let near_x = x.clamp(region.left, region.right - 1);
            let strength = strength(x.abs_diff(near_x), y.abs_diff(near_y), band);
            *pixel = blend(paint.at(near_x, near_y), *pixel, strength);
        }
    }
}

/// From 255 at the region down to 0 where the band ends, by the distance from the region.
fn strength(across: u32, down: u32, band: u32) -> u32 {
    let distance = f64::from(across).hypot(f64::from(down)) / f64::from(band + 1);
    let left = (1.0 - distance).clamp(0.0, 1.0);
    let smooth = left * left * (3.0 - 2.0 * left);
    rounded(smooth * 255.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value lies between 0 and 255")]
fn rounded(value: f64) -> u32 {
    value.round() as u32
}

fn blend(paint: [u8; 3], original: [u8; 3], strength: u32) -> [u8; 3] {
    let mut mixed = original;
    for (channel, paint) in mixed.iter_mut().zip(paint) {
        let sum = u32::from(paint) * strength + u32::from(*channel) * (255 - strength);
        *channel = u8::try_from((sum + 127) / 255).unwrap_or(paint);
    }
    mixed
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: Size = Size { width: 48, height: 36 };
    const KEY: [u8; 32] = [7; 32];

    fn picture() -> impl Strategy<Value = Pixels> {
        prop::collection::vec(any::<u8>(), 48 * 36 * 3).prop_map(|rgb| Pixels::new(FRAME, rgb).unwrap())
    }

    /// Regions anywhere, some of them reaching out of the frame or lying outside it, some empty.
    fn regions() -> impl Strategy<Value = Vec<Region>> {
        let region = (0_u32..56, 0_u32..44, 0_u32..40, 0_u32..40).prop_map(|(left, top, width, height)| Region {
            left,
            top,
            right: left + width,
            bottom: top + height,
        });
        prop::collection::vec(region, 0..4)
    }

    fn style() -> impl Strategy<Value = Style> {
        prop_oneof![Just(Style::Smooth), Just(Style::Fill([10, 200, 30])), Just(Style::Blur)]
    }

    fn places() -> impl Iterator<Item = (u32, u32)> {
        (0..FRAME.height).flat_map(|y| (0..FRAME.width).map(move |x| (x, y)))
    }

    fn at(pixels: &Pixels, x: u32, y: u32) -> [u8; 3] {
        let start = index(y * FRAME.width + x) * 3;
        [pixels.rgb()[start], pixels.rgb()[start + 1], pixels.rgb()[start + 2]]
    }

    fn inside(regions: &[Region], x: u32, y: u32) -> bool {
        regions.iter().any(|region| region.contains(x, y))
    }

    fn obscured(pixels: &Pixels, hidden: &[Region], shown: &[Region], style: Style) -> Pixels {
        let mut pixels = pixels.clone();
        obscure(&mut pixels, hidden, shown, style, &KEY);
        pixels
    }

    /// Other pixels where something is hidden.
    fn exchanged(pixels: &Pixels, other: &Pixels, hidden: &[Region]) -> Pixels {
        let mut exchanged = pixels.clone();
        for (x, y) in places().filter(|&(x, y)| inside(hidden, x, y)) {
            let start = index(y * FRAME.width + x) * 3;
            exchanged.rgb_mut()[start..start + 3].copy_from_slice(&other.rgb()[start..start + 3]);
        }
        exchanged
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn nothing_that_is_hidden_survives(
            pixels in picture(), other in picture(), hidden in regions(), shown in regions(), style in style(),
        ) {
            let other = exchanged(&pixels, &other, &hidden);
            prop_assert_eq!(obscured(&pixels, &hidden, &shown, style), obscured(&other, &hidden, &shown, style));
        }

        #[test]
        fn a_fill_covers_every_hidden_pixel(pixels in picture(), hidden in regions(), shown in regions()) {
            let colour = [10, 200, 30];
            let filled = obscured(&pixels, &hidden, &shown, Style::Fill(colour));
            for (x, y) in places().filter(|&(x, y)| inside(&hidden, x, y)) {
                prop_assert_eq!(at(&filled, x, y), colour);
            }
        }

        #[test]
        fn the_shown_and_the_distant_stay(
            pixels in picture(), hidden in regions(), shown in regions(), style in style(),
        ) {
            let obscured = obscured(&pixels, &hidden, &shown, style);
            // no side of these regions is longer than 40, so no band is wider than 2
            let near: Vec<Region> = hidden.iter().filter(|r| !r.grown(0, FRAME).is_empty()).map(|r| r.grown(2, FRAME)).collect();
            for (x, y) in places().filter(|&(x, y)| !inside(&hidden, x, y)) {
                if inside(&shown, x, y) || !inside(&near, x, y) {
                    prop_assert_eq!(at(&obscured, x, y), at(&pixels, x, y));
                }
            }
        }

        #[test]
        fn the_order_of_the_regions_does_not_matter(pixels in picture(), hidden in regions(), style in style()) {
            let backwards: Vec<Region> = hidden.iter().rev().copied().collect();
            prop_assert_eq!(obscured(&pixels, &hidden, &[], style), obscured(&pixels, &backwards, &[], style));
        }
    }

    fn flat(size: Size, grey: u8) -> Pixels {
        Pixels::new(size, vec![grey; index(size.width * size.height) * 3]).unwrap()
    }

    #[test]
    fn a_smooth_region_has_the_mean_colour_of_what_is_around_it() {
        let region = Region { left: 8, top: 8, right: 24, bottom: 24 };
        let mut pixels = flat(FRAME, 0);
        for (_, row) in pixels.rows_mut(Region { left: 0, top: 0, right: 16, bottom: 36 }) {
            row.fill([200, 100, 40]);
        }
        // the face's own colour plays no part, nor does that of another hidden face beside it
        let beside = Region { left: 0, top: 24, right: 48, bottom: 36 };
        for hidden in [region, beside] {
            pixels.rows_mut(hidden).for_each(|(_, row)| row.fill([255; 3]));
        }
        let smooth = obscured(&pixels, &[region, beside], &[], Style::Smooth);
        assert!(smooth.rows(region).flatten().all(|pixel| *pixel == [100, 50, 20]), "{:?}", at(&smooth, 10, 10));
    }

    #[test]
    fn where_nothing_is_shown_the_paint_is_grey() {
        let frame = Region { left: 0, top: 0, right: 48, bottom: 36 };
        let smooth = obscured(&flat(FRAME, 200), &[frame], &[], Style::Smooth);
        assert!(smooth.rows(frame).flatten().all(|pixel| *pixel == [128; 3]));
    }

    #[test]
    fn the_soft_edge_fades_outward_without_a_step() {
        let size = Size { width: 400, height: 400 };
        let mut pixels = flat(size, 255);
        let region = Region { left: 100, top: 100, right: 300, bottom: 300 };
        obscure(&mut pixels, &[region], &[], Style::Fill([0; 3]), &KEY);
        let line = Region { left: 300, top: 200, right: 314, bottom: 201 };
        let fading: Vec<u8> = pixels.rows(line).flatten().map(|pixel| pixel[0]).collect();
        assert!(fading.is_sorted(), "{fading:?}");
        assert!(fading[0] < 16 && fading[11] < 255 && fading[12] == 255, "{fading:?}");
    }

    #[test]
    fn noise_depends_on_key_and_place_alone_and_is_strong() {
        let size = Size { width: 600, height: 600 };
        let blurred = |left, key| {
            let mut pixels = flat(size, 128);
            let region = Region { left, top: 10, right: left + 300, bottom: 310 };
            obscure(&mut pixels, &[region], &[], Style::Blur, &key);
            pixels.rows(region).flatten().copied().collect::<Vec<_>>()
        };
        assert_eq!(blurred(10, KEY), blurred(10, KEY));
        assert_ne!(blurred(10, KEY), blurred(11, KEY));
        assert_ne!(blurred(10, KEY), blurred(10, [8; 32]));
        let values: Vec<f64> = blurred(10, KEY).iter().flatten().map(|channel| f64::from(*channel)).collect();
        let mean = values.iter().sum::<f64>() / f64::from(270_000);
        let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / f64::from(270_000)).sqrt();
        // the blur between the cells takes about half of the 60
        assert!((mean - 128.0).abs() < 25.0 && (20.0..60.0).contains(&deviation), "{mean} {deviation}");
    }
}
