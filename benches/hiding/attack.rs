//! Attempts to tell who is hidden.
//!
//! Every head stands at the same place of the same photo, so that nothing but what is painted over it can tell it from
//! the others: clothes and a background that stay visible are no fault of the paint.
#![expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "for a bench and a test")]

use std::collections::BTreeMap;
use std::path::Path;

use eyelid::domain::channel::Style;
use eyelid::domain::geometry::{Point, Region, Size};
use eyelid::domain::head::Cover;
use eyelid::vision::{Embedder, Limits, Pixels, decode, encode_jpeg, obscure, resize};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use super::faces::{self, Face};

/// The stage on which each head stands, and where.
const STAGE: u32 = 640;
const HEAD: Region = Region { left: 200, top: 120, right: 440, bottom: 420 };
/// What is hidden where a channel hides the body.
const BODY: Region = Region { left: 100, top: 120, right: 540, bottom: 640 };
/// The long sides of the renditions that an attacker has.
const RENDITIONS: [u32; 3] = [640, 400, 200];

/// What is done to a head before it is published; the last three are there to show that the attacks work.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Hiding {
    Painted(Style, Cover),
    Nothing,
    /// One colour, the mean of the region itself.
    OwnMean,
    /// An ordinary blur with a deviation of a tenth of the region's width.
    Gaussian,
}

/// A head on the stage.
#[derive(Clone)]
pub(crate) struct Staged {
    picture: RgbImage,
    landmarks: [Point; 5],
    /// The digest of the original: what keys the noise.
    pub(crate) key: [u8; 32],
}

/// What an attacker has of one photo: its renditions, each brought back to the stage's size.
pub(crate) struct Published {
    renditions: Vec<RgbImage>,
    /// The difference to the same photo under the fixed colour, made visible.
    difference: RgbImage,
    landmarks: [Point; 5],
}

/// Two portraits of everybody, on the stage, by person.
pub(crate) fn people(school: &Path) -> Vec<[Staged; 2]> {
    let stage = image::open(school.join("photos/art-exhibition/IMG_0032.JPG")).expect("a photo of the school");
    let stage = imageops::crop_imm(&stage.into_rgb8(), 400, 300, STAGE, STAGE).to_image();
    let mut people: BTreeMap<String, Vec<Staged>> = BTreeMap::new();
    for (path, all) in faces::read(school) {
        let Some((person, _)) = path.strip_prefix("portraits/").and_then(|name| name.split_once('_')) else { continue };
        let bytes = std::fs::read(school.join(&path)).expect("a portrait");
        let portrait = image::load_from_memory(&bytes).expect("a portrait").into_rgb8();
        let key = *blake3::hash(&bytes).as_bytes();
        people.entry(person.to_owned()).or_default().push(staged(&stage, &portrait, &all[0], key));
    }
    people.into_values().filter_map(|two| two.try_into().ok()).collect()
}

fn staged(stage: &RgbImage, portrait: &RgbImage, face: &Face, key: [u8; 32]) -> Staged {
    let from = Cover::Head.region(&face.rect, Size { width: portrait.width(), height: portrait.height() });
    let head = imageops::crop_imm(portrait, from.left, from.top, from.size().width, from.size().height).to_image();
    let to = HEAD.size();
    let mut picture = stage.clone();
    let head = imageops::resize(&head, to.width, to.height, FilterType::CatmullRom);
    imageops::replace(&mut picture, &head, i64::from(HEAD.left), i64::from(HEAD.top));
    let along = |at: f32, from: u32, length: u32, to: u32, wide: u32| {
        to as f32 + (at - from as f32) * wide as f32 / length as f32
    };
    let mark = |k: usize| {
        let [x, y] = face.landmarks5[k];
        let size = from.size();
        Point {
            x: along(x, from.left, size.width, HEAD.left, to.width),
            y: along(y, from.top, size.height, HEAD.top, to.height),
        }
    };
    Staged { picture, landmarks: [0, 1, 2, 3, 4].map(mark), key }
}

impl Staged {
    /// Hides the head, or does not, and publishes the photo in several sizes.
    pub(crate) fn publish(&self, hiding: Hiding) -> Published {
        let hidden = self.hidden(hiding);
        let renditions: Vec<RgbImage> = RENDITIONS.iter().map(|side| rendition(&hidden, *side)).collect();
        let cover = if let Hiding::Painted(_, cover) = hiding { cover } else { Cover::Head };
        let filled = rendition(&self.hidden(Hiding::Painted(Style::Fill([96, 104, 112]), cover)), RENDITIONS[0]);
        let mut difference = renditions[0].clone();
        for (pixel, filled) in difference.pixels_mut().zip(filled.pixels()) {
            for (channel, filled) in pixel.0.iter_mut().zip(filled.0) {
                *channel = (128 + 8 * (i32::from(*channel) - i32::from(filled))).clamp(0, 255) as u8;
            }
        }
        Published { renditions, difference, landmarks: self.landmarks }
    }

    /// The photo as it is hidden, before any rendition.
    pub(crate) fn hidden(&self, hiding: Hiding) -> Pixels {
        let mut picture = self.picture.clone();
        match hiding {
            Hiding::Nothing => {}
            Hiding::OwnMean => {
                let mean = colours(&picture, HEAD, 1);
                let mean = Rgb([mean[0], mean[1], mean[2]].map(|channel| channel as u8));
                inside(HEAD).for_each(|(x, y)| picture.put_pixel(x, y, mean));
            }
            Hiding::Gaussian => {
                let blurred = imageops::blur(&cut(&picture, HEAD), HEAD.size().width as f32 / 10.0);
                imageops::replace(&mut picture, &blurred, i64::from(HEAD.left), i64::from(HEAD.top));
            }
            Hiding::Painted(style, cover) => {
                let region = if cover == Cover::Body { BODY } else { HEAD };
                let mut pixels = as_pixels(picture);
                obscure(&mut pixels, &[region], &[], style, &self.key);
                return pixels;
            }
        }
        as_pixels(picture)
    }
}

/// A way to make numbers of a published photo that might be near for one person and far for others.
pub(crate) type Attack = fn(&Published, &Embedder) -> Vec<f32>;

/// All attacks, each with its name.
pub(crate) const ATTACKS: &[(&str, Attack)] = &[
    ("descriptor", |seen, embedder| described(&seen.renditions[0], &seen.landmarks, embedder)),
    ("descriptor after deconvolution", |seen, embedder| {
        described(&deconvolved(&seen.renditions[0]), &seen.landmarks, embedder)
    }),
    ("descriptor of all sizes averaged", |seen, embedder| {
        described(&averaged(&seen.renditions), &seen.landmarks, embedder)
    }),
    ("descriptor of the thumbnail, enlarged", |seen, embedder| {
        described(&seen.renditions[2], &seen.landmarks, embedder)
    }),
    ("descriptor of the difference to `fill`", |seen, embedder| described(&seen.difference, &seen.landmarks, embedder)),
    ("mean colour", |seen, _| colours(&seen.renditions[0], HEAD, 1)),
    ("colours of 8 x 8 parts", |seen, _| colours(&averaged(&seen.renditions), HEAD, 8)),
    ("difference to `fill`, 8 x 8 parts", |seen, _| colours(&seen.difference, HEAD, 8)),
    ("blocks at the region's edge", |seen, _| edge(&seen.renditions[0])),
];

/// How often the nearest in the gallery is the right person; who is as near as others counts in part. Of how many.
pub(crate) fn rank_one(probes: &[Vec<f32>], gallery: &[Vec<f32>]) -> f64 {
    let credit = |(own, probe): (usize, &Vec<f32>)| {
        let distance =
            |other: &Vec<f32>| other.iter().zip(probe).map(|(a, b)| f64::from((a - b) * (a - b))).sum::<f64>();
        let distances: Vec<f64> = gallery.iter().map(distance).collect();
        let nearest = distances.iter().copied().fold(f64::INFINITY, f64::min);
        let ties = distances.iter().filter(|distance| **distance <= nearest + 1e-9).count();
        if distances[own] <= nearest + 1e-9 { 1.0 / ties as f64 } else { 0.0 }
    };
    probes.iter().enumerate().map(credit).sum()
}

/// Wilson's interval for `hits` of `all` at `z` deviations.
pub(crate) fn interval(hits: f64, all: f64, z: f64) -> (f64, f64) {
    let (share, spread) = (hits / all, z * z / all);
    let middle = (share + spread / 2.0) / (1.0 + spread);
    let reach = z / (1.0 + spread) * (share * (1.0 - share) / all + spread / (4.0 * all)).sqrt();
    (middle - reach, middle + reach)
}

fn rendition(pixels: &Pixels, side: u32) -> RgbImage {
    let jpeg = encode_jpeg(&resize(pixels, side).expect("a sound picture"), None).expect("a picture that fits");
    let back = decode(&jpeg, Some("jpg"), &Limits::default()).expect("our own JPEG").pixels;
    let size = back.size();
    let back = RgbImage::from_raw(size.width, size.height, back.into_rgb()).expect("three bytes per pixel");
    if side == STAGE { back } else { imageops::resize(&back, STAGE, STAGE, FilterType::CatmullRom) }
}

fn described(picture: &RgbImage, landmarks: &[Point; 5], embedder: &Embedder) -> Vec<f32> {
    let found = embedder.describe(&as_pixels(picture.clone()), &[*landmarks]).expect("a working engine");
    found[0].as_ref().expect("landmarks of a face").numbers().to_vec()
}

/// Van Cittert's iteration against a Gaussian blur.
fn deconvolved(picture: &RgbImage) -> RgbImage {
    let seen = cut(picture, HEAD);
    let mut guess = seen.clone();
    for _ in 0..6 {
        let blurred = imageops::fast_blur(&guess, HEAD.size().width as f32 / 10.0);
        for ((guess, seen), blurred) in guess.pixels_mut().zip(seen.pixels()).zip(blurred.pixels()) {
            for ((guess, seen), blurred) in guess.0.iter_mut().zip(seen.0).zip(blurred.0) {
                *guess = (i32::from(*guess) + i32::from(seen) - i32::from(blurred)).clamp(0, 255) as u8;
            }
        }
    }
    let mut sharp = picture.clone();
    imageops::replace(&mut sharp, &guess, i64::from(HEAD.left), i64::from(HEAD.top));
    sharp
}

fn averaged(renditions: &[RgbImage]) -> RgbImage {
    let mut mean = renditions[0].clone();
    for (at, channel) in mean.iter_mut().enumerate() {
        let sum: usize = renditions.iter().map(|rendition| usize::from(rendition.as_raw()[at])).sum();
        *channel = (sum / renditions.len()) as u8;
    }
    mean
}

/// The mean colours of `parts` x `parts` parts of a region.
fn colours(picture: &RgbImage, region: Region, parts: u32) -> Vec<f32> {
    let size = region.size();
    let part = |row: u32, column: u32| {
        let (left, top) = (region.left + size.width * column / parts, region.top + size.height * row / parts);
        let (right, bottom) =
            (region.left + size.width * (column + 1) / parts, region.top + size.height * (row + 1) / parts);
        mean(picture, Region { left, top, right, bottom })
    };
    let places = (0..parts).flat_map(|row| (0..parts).map(move |column| (row, column)));
    places.flat_map(|(row, column)| part(row, column)).collect()
}

/// The colours of the blocks that lie on both sides of the region's edge, which a JPEG mixes.
fn edge(picture: &RgbImage) -> Vec<f32> {
    let along = (HEAD.left..HEAD.right - 8).step_by(8).flat_map(|left| {
        [HEAD.top - 4, HEAD.bottom - 4].map(|top| Region { left, top, right: left + 8, bottom: top + 8 })
    });
    let down = (HEAD.top..HEAD.bottom - 8).step_by(8).flat_map(|top| {
        [HEAD.left - 4, HEAD.right - 4].map(|left| Region { left, top, right: left + 8, bottom: top + 8 })
    });
    along.chain(down).flat_map(|block| mean(picture, block)).collect()
}

fn mean(picture: &RgbImage, region: Region) -> [f32; 3] {
    let mut sums = [0.0; 3];
    for (x, y) in inside(region) {
        sums.iter_mut().zip(picture.get_pixel(x, y).0).for_each(|(sum, channel)| *sum += f32::from(channel));
    }
    sums.map(|sum| sum / region.size().pixels() as f32)
}

fn inside(region: Region) -> impl Iterator<Item = (u32, u32)> {
    (region.top..region.bottom).flat_map(move |y| (region.left..region.right).map(move |x| (x, y)))
}

fn cut(picture: &RgbImage, region: Region) -> RgbImage {
    let size = region.size();
    imageops::crop_imm(picture, region.left, region.top, size.width, size.height).to_image()
}

fn as_pixels(picture: RgbImage) -> Pixels {
    let size = Size { width: picture.width(), height: picture.height() };
    Pixels::new(size, picture.into_raw()).expect("three bytes per pixel")
}
