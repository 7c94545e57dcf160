//! Hides regions so that nothing of what was there can be won back.

mod paint;

use paint::Paint;

use super::pixels::{Pixels, index};
use crate::domain::channel::Style;
use crate::domain::geometry::{Region, Size};

/// Replaces every pixel inside a `hidden` region. What is painted depends on the original by nothing but mean colours:
/// one for the region ([`Style::Smooth`]), none ([`Style::Fill`]), or those of a coarse mosaic under noise that `key` and the
/// region's place decide ([`Style::Blur`]), so that every rendition has the same noise and averaging gains nothing.
///
/// A soft edge lies outside the regions, never on a pixel of a `shown` region. Regions are cut at the picture's edges.
pub fn obscure(pixels: &mut Pixels, hidden: &[Region], shown: &[Region], style: Style, key: &[u8; 32]) {
    let frame = pixels.size();
    let hidden = within(hidden, frame);
    let shown = within(shown, frame);
    // every paint is mixed from the original before the first pixel changes
    let paints: Vec<Paint> = hidden.iter().map(|&region| Paint::mix(pixels, region, style, key)).collect();
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
    regions
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
