//! What a hidden region is painted with.

use super::index;
use crate::domain::channel::Style;
use crate::domain::geometry::Region;
use crate::vision::pixels::Pixels;

/// The paint of one region.
pub(super) enum Paint {
    /// One colour.
    Flat([u8; 3]),
    /// Blurred cells.
    Mosaic(Mosaic),
}

/// Cells of `side` pixels from the region's top left corner, row after row.
pub(super) struct Mosaic {
    region: Region,
    side: u32,
    columns: u32,
    rows: u32,
    cells: Vec<[u8; 3]>,
}

impl Paint {
    /// Mixes the paint from the region's original pixels; the region lies in the picture and is not empty.
    pub(super) fn mix(pixels: &Pixels, region: Region, style: Style, key: &[u8; 32]) -> Self {
        match style {
            Style::Smooth => Self::Flat(mean(pixels, region)),
            Style::Fill(colour) => Self::Flat(colour),
            Style::Blur => Self::Mosaic(Mosaic::mix(pixels, region, key)),
        }
    }

    /// The colour of a pixel of the region.
    pub(super) fn at(&self, x: u32, y: u32) -> [u8; 3] {
        match self {
            Self::Flat(colour) => *colour,
            Self::Mosaic(mosaic) => mosaic.at(x, y),
        }
    }
}

impl Mosaic {
    /// Six cells along the longer side tell least of a face (vision measurements); cells below four pixels would
    /// tell too much of a very small one.
    fn mix(pixels: &Pixels, region: Region, key: &[u8; 32]) -> Self {
        let size = region.size();
        let side = size.long_side().div_ceil(6).max(4);
        let (columns, rows) = (size.width.div_ceil(side), size.height.div_ceil(side));
        let mut noise = noise(key, region);
        let cells = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let cells = cells.map(|(column, row)| {
            let (left, top) = (region.left + column * side, region.top + row * side);
            let (right, bottom) = (region.right.min(left + side), region.bottom.min(top + side));
            mean(pixels, Region { left, top, right, bottom }).map(|channel| noisy(channel, &mut noise))
        });
        let cells = cells.collect();
        Self { region, side, columns, rows, cells }
    }

    /// Linear between the centres of the cells, which is the mosaic under a box blur reaching half a cell.
    fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let (column, next_column, across) = between(x - self.region.left, self.side, self.columns);
        let (row, next_row, down) = between(y - self.region.top, self.side, self.rows);
        let cell = |column, row| {
            let cell = self.cells.get(index(row * self.columns + column)).copied().unwrap_or_default();
            cell.map(u64::from)
        };
        let corners = [cell(column, row), cell(next_column, row), cell(column, next_row), cell(next_column, next_row)];
        let whole = 2 * u64::from(self.side);
        let shares =
            [(whole - across) * (whole - down), across * (whole - down), (whole - across) * down, across * down];
        let mut colour = [0_u64; 3];
        for (corner, share) in corners.iter().zip(shares) {
            colour.iter_mut().zip(corner).for_each(|(sum, channel)| *sum += share * channel);
        }
        colour.map(|sum| narrow((sum + whole * whole / 2) / (whole * whole)))
    }
}

/// The cells whose centres lie before and behind a pixel's centre, and the way between them in half pixels.
fn between(at: u32, side: u32, cells: u32) -> (u32, u32, u64) {
    let from_first_centre = (2 * at + 1).saturating_sub(side);
    let (cell, way) = (from_first_centre / (2 * side), from_first_centre % (2 * side));
    (cell.min(cells - 1), (cell + 1).min(cells - 1), way.into())
}

fn mean(pixels: &Pixels, region: Region) -> [u8; 3] {
    let (mut sums, mut count) = ([0_u64; 3], 0_u64);
    for pixel in pixels.rows(region).flatten() {
        sums.iter_mut().zip(pixel).for_each(|(sum, channel)| *sum += u64::from(*channel));
        count += 1;
    }
    sums.map(|sum| narrow((sum + count / 2) / count.max(1)))
}

/// Normally distributed numbers with a standard deviation of 60, decided by the key and the region.
///
/// Twelve bytes add up to a nearly normal number with a deviation of 256, in whole numbers and so the same on every machine.
fn noise(key: &[u8; 32], region: Region) -> impl FnMut() -> i32 {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(b"eyelid obscure 1");
    <[u32; 4]>::from(region).iter().for_each(|edge| _ = hasher.update(&edge.to_le_bytes()));
    let mut stream = hasher.finalize_xof();
    move || {
        let mut bytes = [0; 12];
        stream.fill(&mut bytes);
        let sum: i32 = bytes.iter().map(|byte| i32::from(*byte)).sum();
        (sum - 12 * 255 / 2) * 60 / 256
    }
}

fn noisy(channel: u8, noise: &mut impl FnMut() -> i32) -> u8 {
    let value = (i32::from(channel) + noise()).clamp(0, 255);
    u8::try_from(value).unwrap_or_default()
}

fn narrow(channel: u64) -> u8 {
    u8::try_from(channel).unwrap_or(u8::MAX)
}
