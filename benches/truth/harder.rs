//! Harder people: the same faces at the same places and sizes, each time with one thing in the way.
//!
//! Only that thing differs from group to group, so that the groups' recalls can be compared.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench stops at the first thing that is wrong"
)]

use std::path::Path;

use image::{Rgb, RgbImage};

use crate::compose::{Dice, Head, Scene, heads, mixed};
use crate::faces::{self, Truth};
use crate::tally::BACKS;

/// How many photos a group has, and how many faces are laid on each.
const PHOTOS: usize = 6;
const FACES: usize = 12;

/// What is changed about a portrait before it is laid.
type Change = fn(&mut Head, &mut Dice);

const GROUPS: &[(&str, Change)] = &[
    ("as they are", |_, _| {}),
    ("glasses", |head, _| glasses(head, 0.25)),
    ("sunglasses", |head, _| glasses(head, 1.0)),
    ("hat", |head, _| hat(head)),
    ("mask", |head, _| mask(head)),
    ("face paint", face_paint),
    ("ribbons across the whole face", ribbons),
    ("babies", |head, _| baby(head)),
    (BACKS, back),
    ("hand before the mouth", |head, _| hand(head, 2)),
    ("hand before an eye", |head, _| hand(head, 0)),
    ("tilted head", |head, dice| tilted(head, if dice.between(0.0, 1.0) < 0.5 { 0.5 } else { -0.5 })),
    ("poster", |head, _| toned(head, 0.6, 60.0)),
    ("screen", screen),
    ("mirrored", |head, _| mirrored(head)),
    ("moved while taken", |head, _| moved(head)),
    ("darkest third of the skins, in the dark", |head, dice| dark(head, dice)),
    ("brightest third of the skins, in glare", |head, _| toned(head, 2.2, 20.0)),
    ("turned away by 40 degrees and more", |_, _| {}),
];

/// Writes the pictures and their truth.json into a folder.
pub(crate) fn write(school: &Path, folder: &Path) {
    let mut portraits = heads(school, "portraits/", |_| true);
    portraits.sort_by(|a, b| a.light().total_cmp(&b.light()));
    let profiles = heads(school, "photos/", |face| face.yaw.abs() > 40.0 && face.visible > 0.9);
    let truth = faces::read(school);
    let photos: Vec<_> = truth.iter().filter(|(path, _)| path.starts_with("photos/")).collect();
    let mut written = Truth::new();
    for (number, (group, change)) in GROUPS.iter().enumerate() {
        let third = portraits.len() / 3;
        let pool = match *group {
            name if name.starts_with("darkest") => &portraits[..third],
            name if name.starts_with("brightest") => &portraits[portraits.len() - third..],
            name if name.starts_with("turned") => &profiles,
            _ => &portraits,
        };
        for (at, (path, on_it)) in photos.iter().step_by(photos.len() / PHOTOS).take(PHOTOS).enumerate() {
            let mut dice = Dice::new(&format!("harder-{at}"));
            let mut scene = Scene::of(school, path, on_it, 1.0);
            scene.faces.iter_mut().for_each(|face| face.group.clear());
            for _ in 0..FACES {
                let height = dice.between(24.0, 96.0);
                let Some(place) = scene.place(&mut dice, height) else { continue };
                let mut head = dice.one_of(pool).clone();
                let mut own = Dice::new(&format!("{group} {at} {height}"));
                change(&mut head, &mut own);
                scene.lay(&head, &place, *group != "poster" && *group != "screen", group);
            }
            scene.noise(&mut dice, 2.0);
            let name = format!("harder-{number:02}-{at}.jpg");
            scene.write(&folder.join(&name));
            written.insert(name, scene.faces);
        }
    }
    let bytes = serde_json::to_vec(&written).expect("boxes and numbers");
    std::fs::write(folder.join("truth.json"), bytes).expect("a writable folder for composed pictures");
}

/// Paints wherever `strength` of the place is above nought.
fn paint(picture: &mut RgbImage, colour: [u8; 3], strength: impl Fn(f32, f32) -> f32) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        *pixel = mixed(*pixel, Rgb(colour), strength(x as f32, y as f32).clamp(0.0, 1.0));
    }
}

/// How deep a place lies in an ellipse, in pixels at its edge: above nought inside.
fn ellipse(x: f32, y: f32, [cx, cy]: [f32; 2], across: f32, down: f32) -> f32 {
    (1.0 - ((x - cx) / across).hypot((y - cy) / down)) * across.min(down)
}

fn glasses(head: &mut Head, lens: f32) {
    let marks = head.face.landmarks5.clone();
    let apart = (marks[1][0] - marks[0][0]).abs();
    let radius = apart * 0.40;
    for eye in [marks[0], marks[1]] {
        paint(&mut head.picture, [14, 14, 18], |x, y| {
            let depth = ellipse(x, y, eye, radius * 1.1, radius * 0.85);
            if depth < 0.0 {
                0.0
            } else if depth < radius * 0.16 {
                1.0
            } else {
                lens * 0.95
            }
        });
    }
}

fn hat(head: &mut Head) {
    let (face, brim) = (head.face.rect, head.face.landmarks5[0][1] - 0.13 * head.face.rect.height());
    let (middle, wide) = (f32::midpoint(face.x1, face.x2), face.width() * 0.78);
    paint(&mut head.picture, [160, 36, 40], |x, y| {
        let crown = (x - middle).abs() < wide * (0.5 + 0.5 * ((y - brim) / face.height() + 1.0).clamp(0.0, 1.0));
        f32::from(u8::from(y < brim && crown))
    });
    paint(&mut head.picture, [120, 24, 30], |x, y| ellipse(x, y, [middle, brim], wide, face.height() * 0.06));
}

fn mask(head: &mut Head) {
    let (face, nose) = (head.face.rect, head.face.landmarks5[2]);
    let middle = [f32::midpoint(face.x1, face.x2), f32::midpoint(nose[1], face.y2)];
    paint(&mut head.picture, [150, 190, 214], |x, y| {
        let pleat = if ((y - middle[1]) / face.height() * 14.0).fract().abs() < 0.2 { 0.85 } else { 1.0 };
        let depth = ellipse(x, y, middle, face.width() * 0.5, (face.y2 - nose[1]) * 0.62);
        if y > nose[1] - face.height() * 0.06 { depth.clamp(0.0, 1.0) * pleat } else { 0.0 }
    });
}

/// As it is painted at a fair: a coat that lets the light of the skin through, a muzzle, and stripes that come in from the
/// sides and end in a point. Eyes and mouth stay bare.
fn face_paint(head: &mut Head, dice: &mut Dice) {
    let (face, marks) = (head.face.rect, head.face.landmarks5.clone());
    let (middle, light) = ([f32::midpoint(face.x1, face.x2), f32::midpoint(face.y1, face.y2)], head.light().max(1.0));
    let apart = (marks[1][0] - marks[0][0]).abs();
    let mouth = [f32::midpoint(marks[3][0], marks[4][0]), f32::midpoint(marks[3][1], marks[4][1])];
    let coat = *dice.one_of(&[[244_u8, 140, 40], [240, 240, 236], [60, 130, 226], [70, 180, 80], [236, 120, 170]]);
    let bare = |x: f32, y: f32| {
        marks.iter().take(2).any(|eye| ellipse(x, y, *eye, apart * 0.26, apart * 0.15) > 0.0)
            || ellipse(x, y, mouth, apart * 0.34, apart * 0.10) > 0.0
    };
    let depth =
        |x: f32, y: f32| ellipse(x, y, middle, face.width() * 0.47, face.height() * 0.48) / (face.width() * 0.06);
    for (x, y, pixel) in head.picture.enumerate_pixels_mut() {
        let (x, y) = (x as f32, y as f32);
        let strength = 0.75 * depth(x, y).clamp(0.0, 1.0);
        if strength > 0.0 && !bare(x, y) {
            let shade = pixel.0.iter().map(|&channel| f32::from(channel)).sum::<f32>() / 3.0 / light;
            let lit = coat.map(|channel| (f32::from(channel) * (0.45 + 0.55 * shade)).min(255.0) as u8);
            *pixel = mixed(*pixel, Rgb(lit), strength);
        }
    }
    paint(&mut head.picture, [246, 244, 240], |x, y| {
        let at = [mouth[0], mouth[1] - apart * 0.12];
        if bare(x, y) { 0.0 } else { 0.7 * ellipse(x, y, at, apart * 0.55, apart * 0.36).clamp(0.0, 1.0) }
    });
    for stripe in 0_u8..6 {
        let left = stripe % 2 == 0;
        let from = [if left { face.x1 } else { face.x2 }, face.y1 + face.height() * dice.between(0.1, 0.85)];
        let (long, fall) = (face.width() * dice.between(0.22, 0.36), dice.between(-0.4, 0.4));
        let wide = face.height() * dice.between(0.02, 0.035);
        paint(&mut head.picture, [24, 20, 20], |x, y| {
            let along = (x - from[0]) * if left { 1.0 } else { -1.0 } / long;
            let off = (y - from[1] - fall * (x - from[0])).abs();
            let inside = (0.0..1.0).contains(&along) && off < wide * (1.0 - along);
            if inside && depth(x, y) > 0.0 && !bare(x, y) { 0.9 } else { 0.0 }
        });
    }
}

/// A large head with small features that sit low: the middle of the face is drawn together about a point above the chin.
fn baby(head: &mut Head) {
    let (face, source) = (head.face.rect, head.picture.clone());
    let (cx, cy) = (f32::midpoint(face.x1, face.x2), face.y1 + 0.68 * face.height());
    let reach = 0.8 * face.height();
    for (x, y, pixel) in head.picture.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 - cx, y as f32 - cy);
        let away = (dx.hypot(dy) / reach).min(1.0);
        let drawn = 1.0 + 0.4 * (1.0 - away * away);
        let end = |at: f32, length: u32| (at.max(0.0) as u32).min(length - 1);
        *pixel = *source.get_pixel(end(cx + dx * drawn, source.width()), end(cy + dy * drawn, source.height()));
    }
}

/// Hair where the face was.
fn back(head: &mut Head, dice: &mut Dice) {
    let face = head.face.rect;
    let middle = [f32::midpoint(face.x1, face.x2), f32::midpoint(face.y1, face.y2)];
    let above = (face.y1 - 0.04 * face.height()).max(0.0) as u32;
    let hair = head.picture.get_pixel(middle[0] as u32, above).0;
    let strands: Vec<f32> = (0..64).map(|_| dice.between(0.75, 1.2)).collect();
    for (x, y, pixel) in head.picture.enumerate_pixels_mut() {
        let depth = ellipse(x as f32, y as f32, middle, face.width() * 0.58, face.height() * 0.58);
        let strand = strands[((x as f32 - face.x1).abs() / face.width() * 40.0) as usize % strands.len()];
        let lit = hair.map(|channel| (f32::from(channel) * strand).min(255.0) as u8);
        *pixel = mixed(*pixel, Rgb(lit), (depth / 4.0).clamp(0.0, 1.0));
    }
}

/// Nine bands over everything, eyes and mouth too: no paint looks so, but a streamer, a net or bars may.
///
/// Smoothed by 2.5 pixels, a second look at a height of 36 gives 50 of 72 of them 0.2 and more instead of 14; it would have to
/// be taken at every hint that the plain one leaves in doubt, and is not.
fn ribbons(head: &mut Head, dice: &mut Dice) {
    let face = head.face.rect;
    let colours = [[240, 120, 20], [20, 20, 20], [250, 250, 245], [30, 120, 220], [40, 170, 60]];
    for stripe in 0_u8..9 {
        let colour = *dice.one_of(&colours);
        let at = face.y1 + face.height() * (0.08 + 0.1 * f32::from(stripe));
        let lean = dice.between(-0.25, 0.25);
        paint(&mut head.picture, colour, |x, y| {
            let middle = [f32::midpoint(face.x1, face.x2), f32::midpoint(face.y1, face.y2)];
            let on_face = ellipse(x, y, middle, face.width() * 0.5, face.height() * 0.5) > 0.0;
            let off = (y - at - lean * (x - middle[0])).abs() / face.height();
            if on_face && off < 0.028 { 0.8 } else { 0.0 }
        });
    }
}

/// Four fingers in the skin's own colour before one of the landmarks.
fn hand(head: &mut Head, before: usize) {
    let (face, at) = (head.face.rect, head.face.landmarks5[before]);
    let skin = head.picture.get_pixel(f32::midpoint(face.x1, face.x2) as u32, (face.y1 + face.height() * 0.3) as u32).0;
    let shade = skin.map(|channel| (f32::from(channel) * 0.75) as u8);
    let below = at[1] + face.height() * if before == 2 { 0.24 } else { 0.04 };
    for finger in [-1.5_f32, -0.5, 0.5, 1.5] {
        let centre = [at[0] + finger * face.width() * 0.15, below];
        let (across, down) = (face.width() * 0.085, face.height() * 0.24);
        paint(&mut head.picture, shade, |x, y| ellipse(x, y, centre, across * 1.12, down * 1.04));
        paint(&mut head.picture, skin, |x, y| ellipse(x, y, centre, across * 0.92, down));
    }
}

fn tilted(head: &mut Head, angle: f32) {
    let (face, source) = (head.face.rect, head.picture.clone());
    let (cx, cy) = (f32::midpoint(face.x1, face.x2), f32::midpoint(face.y1, face.y2));
    let (sine, cosine) = angle.sin_cos();
    for (x, y, pixel) in head.picture.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 - cx, y as f32 - cy);
        let (u, v) = (cx + cosine * dx + sine * dy, cy - sine * dx + cosine * dy);
        let end = |at: f32, length: u32| (at.max(0.0) as u32).min(length - 1);
        *pixel = *source.get_pixel(end(u, source.width()), end(v, source.height()));
    }
}

fn toned(head: &mut Head, gain: f32, lift: f32) {
    for pixel in head.picture.pixels_mut() {
        *pixel = Rgb(pixel.0.map(|channel| (f32::from(channel) * gain + lift).clamp(0.0, 255.0) as u8));
    }
}

fn dark(head: &mut Head, dice: &mut Dice) {
    toned(head, 0.28, 0.0);
    for pixel in head.picture.pixels_mut() {
        *pixel = Rgb(pixel.0.map(|channel| (f32::from(channel) + dice.between(-6.0, 6.0)).clamp(0.0, 255.0) as u8));
    }
}

fn screen(head: &mut Head, _: &mut Dice) {
    for (_, y, pixel) in head.picture.enumerate_pixels_mut() {
        let line = if y % 4 < 2 { 1.15 } else { 0.85 };
        let [r, g, b] = pixel.0.map(|channel| f32::from(channel) * line);
        *pixel = Rgb([r * 0.85, g, (b * 1.1 + 20.0).min(255.0)].map(|channel| channel.min(255.0) as u8));
    }
}

fn mirrored(head: &mut Head) {
    let width = head.picture.width() as f32;
    image::imageops::flip_horizontal_in_place(&mut head.picture);
    let rect = &mut head.face.rect;
    (rect.x1, rect.x2) = (width - rect.x2, width - rect.x1);
}

fn moved(head: &mut Head) {
    let (source, reach) = (head.picture.clone(), (head.face.rect.width() * 0.03) as u32);
    for (x, y, pixel) in head.picture.enumerate_pixels_mut() {
        let mut sum = [0_u32; 3];
        for at in 0..=2 * reach {
            let from = (x + at).saturating_sub(reach).min(source.width() - 1);
            sum.iter_mut().zip(source.get_pixel(from, y).0).for_each(|(sum, channel)| *sum += u32::from(channel));
        }
        *pixel = Rgb(sum.map(|sum| (sum / (2 * reach + 1)) as u8));
    }
}
