//! Finds the faces of a picture with CenterFace.
//!
//! The network sees a face well when it is 20 to 300 pixels high at its input, so a picture is looked at as a whole at
//! several scales, and the looks vote ([`vote`]). `Fast` looks at long sides of 1024 and 2048. `Thorough` adds the
//! picture as it is when it is small, and then looks again, enlarged to the best size, at every place where any pass
//! gave the slightest hint ([`again`]); it replaces tiles over the whole picture at one and two times its size.
//!
//! # What was measured
//!
//! `benches/recall`, threshold 0.35 and the vote, November 2026, 2-core AMD EPYC, time of one core; false and maybe
//! boxes are per photo. *School*: 18 rendered photos of 1600 x 1067, 79 faces, one of them hidden but for 2 %. *Crowd*: 8
//! composed photos of 4000 x 2667, 340 faces, most of 16 to 40 px, 332 of them clear. Rendered faces are easier than
//! real ones: these figures compare ways to look, they do not promise a recall.
//!
//! | passes | school | crowd | crowd: false, maybe | school, crowd: ms in ONNX Runtime |
//! |---|---|---|---|---|
//! | fast: 1024 + 2048 | 78/79 | 247/340 | 0.3, 4.6 | 680, 720 |
//! | 1024 + 2048 + tiles at 1x and 2x | 78/79 | 333/340 | 0.6, 4.9 | -, about 14 000 |
//! | hints from 0.02 at 44 and 88 px, up to 3x | 78/79 | 334/340 | 3.0, 12.1 | -, about 4500 |
//! | hints from 0.03 at 44 px, up to 2x | 78/79 | 333/340 | 2.4, 6.8 | |
//! | hints from 0.03 at 36 px, up to 2x | 78/79 | 333/340 | 1.6, 7.9 | |
//! | **hints from 0.03 at 56 px, up to 2x** | 78/79 | 333/340 | 1.3, 7.4 | 1060, 1470 |
//!
//! At half and 0.35 of its size the school gives 78/79 too, and the crowd at half its size 333/340. With rten, the
//! chosen way takes 3.9 s of one core (fast: 2.6 s) on a photo of the school. Hints from 0.05 found as much for less, but
//! leave nothing under the weakest true hint, 0.036. An overlap of 160 instead of 240 saved no time that could be measured.

mod again;
mod decode;
mod input;
mod view;
mod vote;

use crate::domain::geometry::{Point, Rect, Size};
use again::{HINT, again};
use decode::{Candidate, decode};
use view::{View, tiles};
use vote::{Seen, strongest, vote};

use super::engine::{self, Engine, EngineKind};
use super::model::{CENTERFACE, ModelError};
use super::pixels::Pixels;
use super::threads;

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Two passes, so that people can start naming within seconds.
    Fast,
    /// Passes at several scales that vote; nothing is released before it is done.
    Thorough,
}

/// A face in a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Detection {
    /// The face from forehead to chin, in pixels of the picture; may reach over its edge.
    pub rect: Rect,
    /// How much it looks like a face, 0.0..=1.0.
    pub score: f32,
    /// The eye on the picture's left, the other eye, nose, and the mouth's left and right corner, in pixels.
    pub landmarks: [Point; 5],
    /// Not sure to be a face: hidden until a person has judged it.
    pub maybe: bool,
}

/// Looks for faces; made once and shared by all threads.
pub struct Detector {
    engine: Box<dyn Engine>,
}

impl Detector {
    /// The detector on the faster engine that works here.
    ///
    /// # Errors
    /// When the weights in the program are not those of its manifest.
    pub fn open() -> Result<Self, ModelError> {
        Ok(Self { engine: engine::open(CENTERFACE)? })
    }

    /// The detector on this engine and no other, for tests and benches.
    ///
    /// # Errors
    /// When the engine is not there or does not work.
    pub fn open_with(kind: EngineKind) -> Result<Self, ModelError> {
        Ok(Self { engine: engine::open_with(kind, CENTERFACE)? })
    }

    /// The engine's name, `rten` or `onnxruntime`.
    #[must_use]
    pub fn engine(&self) -> &str {
        self.engine.kind().name()
    }

    /// One line for a person who asks which engine runs, from where, and how to get the faster one.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.engine.library() {
            Some(library) => format!("ONNX Runtime from {}", library.display()),
            None => "rten, built in; ONNX Runtime is three times as fast: `pip download onnxruntime`, unzip, and put \
                     its capi/libonnxruntime.so.* next to the program or name it in ORT_DYLIB_PATH"
                .to_owned(),
        }
    }

    /// The faces of a picture, best score first.
    ///
    /// May be called from several threads: each part of a picture is looked at on one core, and all calls share them.
    ///
    /// # Errors
    /// When the engine fails, for instance for want of memory.
    pub fn detect(&self, pixels: &Pixels, tier: Tier) -> Result<Vec<Detection>, ModelError> {
        let size = pixels.size();
        let scales = scales(size, tier);
        let mut views = Vec::new();
        for (pass, &scale) in scales.iter().enumerate() {
            views.extend(tiles(size, scale, SIDE, OVERLAP).into_iter().map(|view| (pass, view)));
        }
        let mut seen = self.look_at(pixels, &views)?;
        if tier == Tier::Fast {
            return Ok(vote(seen, u32::MAX));
        }
        let views: Vec<_> = again(&seen, &scales, size).into_iter().map(|view| (scales.len(), view)).collect();
        seen.extend(self.look_at(pixels, &views)?);
        Ok(vote(seen, 2))
    }

    fn look_at(&self, pixels: &Pixels, views: &[(usize, View)]) -> Result<Vec<Seen>, ModelError> {
        let seen: Result<Vec<_>, _> =
            threads::each(views, |(pass, view)| self.look(pixels, view, *pass)).into_iter().collect();
        Ok(seen?.into_iter().flatten().collect())
    }

    fn look(&self, pixels: &Pixels, view: &View, pass: usize) -> Result<Vec<Seen>, ModelError> {
        let input = input::input(pixels, view)?;
        let run = || self.engine.run(input.shape, &input.planes);
        let maps = if view.input.pixels() > LARGE { threads::large(run) } else { run() }?;
        let faces = decode(&maps, input.shape, view.input, HINT).ok_or_else(|| ModelError::Engine {
            engine: self.engine.kind().name(),
            cause: "the output has not the shape of CenterFace's maps".to_owned(),
        })?;
        let seen = |face: Candidate| {
            let rect = view.rect(&face.rect)?;
            let face = Candidate { rect, landmarks: face.landmarks.map(|at| view.point(at)), ..face };
            Some(Seen { face, pass, cut: view.cuts(&rect, pixels.size()) })
        };
        Ok(strongest(faces).into_iter().filter_map(seen).collect())
    }
}

/// From so many pixels of the input on the network's own memory matters: second looks have a tenth of it.
const LARGE: u64 = 500_000;

/// The largest side of a tile in pixels of the input: a tile of this size and its copy for the network take 26 MB.
const SIDE: u32 = 1536;
/// What neighbouring tiles share: a larger face has about 100 pixels in the pass of 1024, at 24 MP, and is found there.
const OVERLAP: u32 = 240;
/// A small picture is enlarged to twice its size and no further.
const LARGEST_SCALE: f64 = 2.0;
/// In the thorough tier a face of 20 pixels has at least 8 in a pass over the whole picture, so that it leaves a hint.
const SMALLEST_SCALE: f64 = 0.42;
/// A picture of no more pixels is also looked at as it is.
const SMALL: u64 = 3_000_000;

/// The scales at which the whole picture is looked at.
fn scales(picture: Size, tier: Tier) -> Vec<f64> {
    let to = |long_side: f64| (long_side / f64::from(picture.long_side())).min(LARGEST_SCALE);
    match tier {
        Tier::Fast => vec![to(1024.0), to(2048.0)],
        Tier::Thorough if picture.pixels() <= SMALL => vec![to(1024.0), to(2048.0), 1.0],
        Tier::Thorough => vec![to(1024.0), to(2048.0).max(SMALLEST_SCALE)],
    }
}
