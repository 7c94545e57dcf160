//! The truth about pictures, and how detections are held against it.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "for a bench and a test: they stop at the first thing that is wrong"
)]

use std::collections::BTreeMap;
use std::path::Path;

use eyelid::domain::geometry::{Rect, Size};
use eyelid::vision::Pixels;
use image::imageops::FilterType;
use serde::{Deserialize, Serialize};

/// The true faces of each picture, by its path below the folder of `truth.json`.
pub(crate) type Truth = BTreeMap<String, Vec<Face>>;

/// A face that is really there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Face {
    /// Its box in pixels.
    #[serde(rename = "box")]
    pub(crate) rect: Rect,
    /// Degrees away from the camera.
    pub(crate) yaw: f32,
    /// The share of it that nothing covers.
    pub(crate) visible: f32,
    /// What is hard about it; empty where nobody has said.
    #[serde(default)]
    pub(crate) group: String,
    /// The eyes, the nose and the corners of the mouth.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) landmarks5: Vec<[f32; 2]>,
}

impl Face {
    /// The face in a picture that is `scale` times as large.
    pub(crate) fn scaled(&self, scale: f32) -> Self {
        let Rect { x1, y1, x2, y2 } = self.rect;
        let rect = Rect { x1: x1 * scale, y1: y1 * scale, x2: x2 * scale, y2: y2 * scale };
        let landmarks5 = self.landmarks5.iter().map(|mark| mark.map(|at| at * scale)).collect();
        Self { rect, landmarks5, ..self.clone() }
    }
}

/// Reads `truth.json` of a folder.
pub(crate) fn read(folder: &Path) -> Truth {
    let bytes = std::fs::read(folder.join("truth.json")).expect("a folder with a truth.json");
    serde_json::from_slice(&bytes).expect("truth.json lists box, yaw and visible of the faces of each picture")
}

/// A picture at `scale` times its size.
pub(crate) fn picture(path: &Path, scale: f32) -> Pixels {
    let picture = image::open(path).expect("a picture that truth.json names").into_rgb8();
    let side = |length: u32| (length as f32 * scale).round() as u32;
    let (width, height) = (side(picture.width()), side(picture.height()));
    let picture =
        if scale == 1.0 { picture } else { image::imageops::resize(&picture, width, height, FilterType::Triangle) };
    let size = Size { width: picture.width(), height: picture.height() };
    Pixels::new(size, picture.into_raw()).expect("three bytes per pixel")
}

/// Which true faces are found, and how many boxes have no true face: pairs with the largest IoU above 0.4 first.
pub(crate) fn compare(truth: &[Rect], found: &[Rect]) -> (Vec<bool>, usize) {
    let mut pairs: Vec<(f32, usize, usize)> = truth
        .iter()
        .enumerate()
        .flat_map(|(t, face)| found.iter().enumerate().map(move |(f, seen)| (face.iou(seen), t, f)))
        .filter(|&(iou, ..)| iou > 0.4)
        .collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (mut hit, mut used) = (vec![false; truth.len()], vec![false; found.len()]);
    for (_, t, f) in pairs {
        if !hit[t] && !used[f] {
            (hit[t], used[f]) = (true, true);
        }
    }
    let spare = used.iter().filter(|used| !**used).count();
    (hit, spare)
}
