//! Pictures put together from the synthetic school, with exact truth: a head is cut out of a portrait, brought to a size
//! and laid on a photo where no other head is. The same seed gives the same picture.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench stops at the first thing that is wrong"
)]

use std::path::Path;

use eyelid::domain::geometry::Rect;
use image::imageops::{FilterType, crop_imm, resize};
use image::{Rgb, RgbImage};

use crate::faces::{self, Face};

/// Numbers that look random and are the same in every run.
pub(crate) struct Dice(blake3::OutputReader);

impl Dice {
    pub(crate) fn new(seed: &str) -> Self {
        Self(blake3::Hasher::new().update(seed.as_bytes()).finalize_xof())
    }

    /// Evenly from `from` up to but without `to`.
    pub(crate) fn between(&mut self, from: f32, to: f32) -> f32 {
        let mut bytes = [0; 4];
        self.0.fill(&mut bytes);
        from + (to - from) * (u32::from_le_bytes(bytes) >> 8) as f32 / 16_777_216.0
    }

    /// About normally round nought with a deviation of one.
    fn bell(&mut self) -> f32 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        let sum: f32 = bytes.iter().map(|&byte| f32::from(byte) / 255.0 - 0.5).sum();
        sum * (12.0_f32 / 8.0).sqrt()
    }

    pub(crate) fn one_of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[(self.between(0.0, things.len() as f32) as usize).min(things.len() - 1)]
    }
}

/// A picture with one face that can be cut out.
#[derive(Clone)]
pub(crate) struct Head {
    pub(crate) picture: RgbImage,
    pub(crate) face: Face,
}

impl Head {
    /// The mean light of the face, 0 to 255.
    pub(crate) fn light(&self) -> f32 {
        let Rect { x1, y1, x2, y2 } = self.face.rect;
        let crop = crop_imm(&self.picture, x1 as u32, y1 as u32, (x2 - x1) as u32, (y2 - y1) as u32).to_image();
        let sum: f32 = crop.pixels().flat_map(|pixel| pixel.0).map(f32::from).sum();
        sum / (crop.width() * crop.height() * 3) as f32
    }
}

/// The heads of the pictures of a folder whose path begins with `only`, as far as `wanted` takes them.
pub(crate) fn heads(folder: &Path, only: &str, wanted: impl Fn(&Face) -> bool) -> Vec<Head> {
    let truth = faces::read(folder);
    let mut heads = Vec::new();
    for (path, all) in truth.into_iter().filter(|(path, _)| path.starts_with(only)) {
        let wanted: Vec<Face> = all.into_iter().filter(&wanted).collect();
        if wanted.is_empty() {
            continue;
        }
        let picture = image::open(folder.join(path)).expect("a picture that truth.json names").into_rgb8();
        heads.extend(wanted.into_iter().map(|face| Head { picture: picture.clone(), face }));
    }
    heads
}

/// A picture in the making.
pub(crate) struct Scene {
    pub(crate) picture: RgbImage,
    pub(crate) faces: Vec<Face>,
}

impl Scene {
    /// A photo of the school at `scale`, with the faces that are on it.
    pub(crate) fn of(folder: &Path, path: &str, truth: &[Face], scale: f32) -> Self {
        let photo = image::open(folder.join(path)).expect("a photo of the school").into_rgb8();
        let side = |length: u32| (length as f32 * scale).round() as u32;
        let (width, height) = (side(photo.width()), side(photo.height()));
        let picture = resize(&photo, width, height, FilterType::CatmullRom);
        Self { picture, faces: truth.iter().map(|face| face.scaled(scale)).collect() }
    }

    /// A place for a face of this size where its head lies inside and on no other head.
    pub(crate) fn place(&self, dice: &mut Dice, height: f32) -> Option<Rect> {
        let (across, down) = (self.picture.width() as f32, self.picture.height() as f32);
        (0..400).find_map(|_| {
            let (x, y) = (dice.between(height, across - height), dice.between(height, down - height));
            let face =
                Rect { x1: x - height * 0.39, y1: y - height / 2.0, x2: x + height * 0.39, y2: y + height / 2.0 };
            let room = room(&face);
            self.faces.iter().all(|other| faces_apart(&room, &self::room(&other.rect))).then_some(face)
        })
    }

    /// Lays a head so that its face has this height and centre; `oval` cuts it out of its picture, else its rectangle stays.
    pub(crate) fn lay(&mut self, head: &Head, place: &Rect, oval: bool, group: &str) {
        let face = &head.face.rect;
        let scale = place.height() / face.height();
        let cut = room(face);
        let (left, top) = (cut.x1.max(0.0), cut.y1.max(0.0));
        let (right, bottom) = (cut.x2.min(head.picture.width() as f32), cut.y2.min(head.picture.height() as f32));
        let crop = crop_imm(&head.picture, left as u32, top as u32, (right - left) as u32, (bottom - top) as u32);
        let side = |length: u32| ((length as f32 * scale).round() as u32).max(1);
        let crop = crop.to_image();
        // a smooth kernel that reaches over every pixel: small faces do not flicker in
        let small = resize(&crop, side(crop.width()), side(crop.height()), FilterType::CatmullRom);
        let shift = |at: f32, centre: f32, from: f32| (centre + (from - at) * scale).round() as i64;
        let (x, y) = (f32::midpoint(face.x1, face.x2), f32::midpoint(face.y1, face.y2));
        let (cx, cy) = (f32::midpoint(place.x1, place.x2), f32::midpoint(place.y1, place.y2));
        let (from_x, from_y) = (shift(x, cx, left.floor()), shift(y, cy, top.floor()));
        for (u, v, colour) in small.enumerate_pixels() {
            let at =
                |from: i64, offset: u32, end: u32| u32::try_from(from + i64::from(offset)).ok().filter(|at| *at < end);
            let (Some(x), Some(y)) = (at(from_x, u, self.picture.width()), at(from_y, v, self.picture.height())) else {
                continue;
            };
            let part = |at: u32, of: u32| (at as f32 + 0.5) / of as f32 * 2.0 - 1.0;
            let (across, down) = (part(u, small.width()), part(v, small.height()));
            let distance = (across.abs().powi(3) + down.abs().powi(3)).cbrt();
            let strength = if oval { ((1.0 - distance) / 0.12).clamp(0.0, 1.0) } else { 1.0 };
            let under = self.picture.get_pixel_mut(x, y);
            *under = mixed(*under, *colour, strength);
        }
        let (w, h) = (face.width() * scale / 2.0, place.height() / 2.0);
        let rect = Rect { x1: cx - w, y1: cy - h, x2: cx + w, y2: cy + h };
        self.faces.push(Face { rect, group: group.to_owned(), landmarks5: Vec::new(), ..head.face.clone() });
    }

    /// What a sensor adds.
    pub(crate) fn noise(&mut self, dice: &mut Dice, deviation: f32) {
        for pixel in self.picture.pixels_mut() {
            let grain = dice.bell() * deviation;
            *pixel = Rgb(pixel.0.map(|channel| (f32::from(channel) + grain).clamp(0.0, 255.0) as u8));
        }
    }

    /// Writes the picture as a JPEG, as a camera would.
    pub(crate) fn write(&self, path: &Path) {
        let file = std::fs::File::create(path).expect("a writable folder for composed pictures");
        let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(std::io::BufWriter::new(file), 92);
        encoder.encode_image(&self.picture).expect("a picture of sound size");
    }
}

/// The head around a face.
fn room(face: &Rect) -> Rect {
    let (w, h) = (face.width(), face.height());
    Rect { x1: face.x1 - 0.35 * w, y1: face.y1 - 0.35 * h, x2: face.x2 + 0.35 * w, y2: face.y2 + 0.30 * h }
}

fn faces_apart(one: &Rect, other: &Rect) -> bool {
    one.shared(other) == 0.0
}

/// `strength` of one colour over another.
pub(crate) fn mixed(under: Rgb<u8>, over: Rgb<u8>, strength: f32) -> Rgb<u8> {
    let mut mixed = under;
    for (channel, over) in mixed.0.iter_mut().zip(over.0) {
        *channel = (f32::from(*channel) * (1.0 - strength) + f32::from(over) * strength).round() as u8;
    }
    mixed
}
