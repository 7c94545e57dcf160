//! Finds the faces of a picture with CenterFace.

mod decode;
mod input;
mod view;
mod vote;

use crate::domain::geometry::{Point, Rect, Size};
use decode::{Candidate, decode};
use view::{View, tiles};
use vote::{MAYBE, Seen, strongest, vote};

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
        let scales: Vec<f64> = match tier {
            Tier::Fast => vec![to_long_side(size, 1024.0), to_long_side(size, 2048.0)],
            Tier::Thorough => vec![to_long_side(size, 1024.0), to_long_side(size, 2048.0), 1.0, 2.0],
        };
        let work: Vec<(usize, View)> = scales
            .iter()
            .enumerate()
            .flat_map(|(pass, &scale)| tiles(size, scale, SIDE, OVERLAP).into_iter().map(move |view| (pass, view)))
            .collect();
        let seen = threads::each(&work, |&(pass, view)| self.look(pixels, &view, pass));
        let seen: Vec<Vec<Seen>> = seen.into_iter().collect::<Result<_, _>>()?;
        Ok(vote(seen.into_iter().flatten().collect()))
    }

    fn look(&self, pixels: &Pixels, view: &View, pass: usize) -> Result<Vec<Seen>, ModelError> {
        let input = input::input(pixels, view)?;
        let maps = self.engine.run(input.shape, &input.planes)?;
        let faces = decode(&maps, input.shape, view.input, MAYBE).ok_or_else(|| ModelError::Engine {
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

const SIDE: u32 = 1536;
const OVERLAP: u32 = 240;

fn to_long_side(size: Size, long_side: f64) -> f64 {
    (long_side / f64::from(size.long_side())).min(2.0)
}
