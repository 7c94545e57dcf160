//! From a file's own colours to opaque sRGB.

use std::sync::Arc;

use moxcms::{ColorProfile, DataColorSpace, Layout, TransformExecutor, TransformOptions};

use super::decode::Raster;
use super::pixels::Pixels;

/// The picture in sRGB over white. A profile that cannot be parsed or does not fit the channels is dropped, and the colours
/// are taken for sRGB, as every viewer does. Nothing when the raster's data do not fit its size.
pub(super) fn srgb(raster: Raster) -> Option<Pixels> {
    let Raster { size, channels, mut data, icc } = raster;
    let transform = icc.and_then(|profile| transform(&profile, channels));
    match (channels, transform) {
        (3, None) => {}
        (3, Some(transform)) => {
            let mut original = [0; CHUNK * 3];
            for chunk in data.chunks_mut(CHUNK * 3) {
                let original = original.get_mut(..chunk.len())?;
                original.copy_from_slice(chunk);
                transform.transform(original, chunk).ok()?;
            }
        }
        (1 | 2 | 4, transform) => data = widened(&data, channels, transform.as_deref())?,
        _ => return None,
    }
    Pixels::new(size, data)
}

/// Pixels converted at a time.
const CHUNK: usize = 4096;

type Executor = dyn TransformExecutor<u8> + Send + Sync;

fn transform(profile: &[u8], channels: usize) -> Option<Arc<Executor>> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    let (space, from, to) = match channels {
        1 => (DataColorSpace::Gray, Layout::Gray, Layout::Rgb),
        2 => (DataColorSpace::Gray, Layout::GrayAlpha, Layout::Rgba),
        3 => (DataColorSpace::Rgb, Layout::Rgb, Layout::Rgb),
        _ => (DataColorSpace::Rgb, Layout::Rgba, Layout::Rgba),
    };
    if profile.color_space != space {
        return None;
    }
    let options = TransformOptions::default();
    profile.create_transform_8bit(from, &ColorProfile::new_srgb(), to, options).ok()
}

/// Brings grey or transparent pixels to RGB: first to sRGB, then over white.
fn widened(data: &[u8], channels: usize, transform: Option<&Executor>) -> Option<Vec<u8>> {
    let mut rgb = Vec::with_capacity(data.len() / channels * 3);
    let wide = if channels == 1 { 3 } else { 4 };
    let mut converted = vec![0; CHUNK * wide];
    for chunk in data.chunks(CHUNK * channels) {
        match transform {
            Some(transform) => {
                let converted = converted.get_mut(..chunk.len() / channels * wide)?;
                transform.transform(chunk, converted).ok()?;
                converted.chunks_exact(wide).for_each(|pixel| rgb.extend(over_white(pixel)));
            }
            None => chunk.chunks_exact(channels).for_each(|pixel| rgb.extend(over_white(pixel))),
        }
    }
    Some(rgb)
}

fn over_white(pixel: &[u8]) -> [u8; 3] {
    match *pixel {
        [grey] => [grey; 3],
        [grey, alpha] => [blend(grey, alpha); 3],
        [r, g, b] => [r, g, b],
        [r, g, b, alpha] => [r, g, b].map(|channel| blend(channel, alpha)),
        _ => [255; 3],
    }
}

fn blend(channel: u8, alpha: u8) -> u8 {
    let sum = u16::from(channel) * u16::from(alpha) + 255 * (255 - u16::from(alpha));
    u8::try_from((sum + 127) / 255).unwrap_or(255)
}
