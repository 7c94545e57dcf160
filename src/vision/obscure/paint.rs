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

/// Cells of noise, `side` pixels each, from the region's top left corner, row after row.
pub(super) struct Mosaic {
    region: Region,
    side: u32,
    columns: u32,
    rows: u32,
    cells: Vec<[u8; 3]>,
}

impl Paint {
    /// Mixes the paint of a region that lies in the picture and is not empty, from pixels that lie in none of `hidden`.
    pub(super) fn mix(pixels: &Pixels, region: Region, hidden: &[Region], style: Style, key: &[u8; 32]) -> Self {
        match style {
            Style::Smooth => Self::Flat(around(pixels, region, hidden)),
            Style::Fill(colour) => Self::Flat(colour),
            Style::Blur => Self::Mosaic(Mosaic::mix(around(pixels, region, hidden), region, key)),
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
    /// Six cells along the longer side, none below four pixels.
    fn mix(colour: [u8; 3], region: Region, key: &[u8; 32]) -> Self {
        let size = region.size();
        let side = size.long_side().div_ceil(6).max(4);
        let (columns, rows) = (size.width.div_ceil(side), size.height.div_ceil(side));
        let mut noise = noise(key, region);
        let cells = (0..rows * columns).map(|_| colour.map(|channel| noisy(channel, &mut noise))).collect();
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

/// The mean colour of a band round the region without what is hidden; of the whole picture without that where the band has
/// nothing, and grey where nothing is shown at all.
fn around(pixels: &Pixels, region: Region, hidden: &[Region]) -> [u8; 3] {
    let (size, frame) = (region.size(), pixels.size());
    let band = (size.width.min(size.height) / 8).clamp(2, 48);
    let near = mean(pixels, region.grown(band, frame), hidden);
    near.or_else(|| mean(pixels, frame.frame(), hidden)).unwrap_or([128; 3])
}

/// The mean colour of the pixels of a region that lie in none of `hidden`.
fn mean(pixels: &Pixels, region: Region, hidden: &[Region]) -> Option<[u8; 3]> {
    let (mut sums, mut count) = ([0_u64; 3], 0_u64);
    for (y, row) in (region.top..).zip(pixels.rows(region)) {
        let crossing: Vec<&Region> = hidden.iter().filter(|hidden| (hidden.top..hidden.bottom).contains(&y)).collect();
        for (x, pixel) in (region.left..).zip(row) {
            if crossing.iter().all(|hidden| !(hidden.left..hidden.right).contains(&x)) {
                sums.iter_mut().zip(pixel).for_each(|(sum, channel)| *sum += u64::from(*channel));
                count += 1;
            }
        }
    }
    (count > 0).then(|| sums.map(|sum| narrow((sum + count / 2) / count)))
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
