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
mod busy;
mod decode;
mod input;
mod view;
mod vote;

use crate::domain::geometry::{Point, Rect, Size};
use again::{HINT, again};
use busy::Busy;
use decode::{Candidate, decode};
use input::Input;
use view::View;
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

    /// How many parts of pictures are looked at at once, whatever the number of pictures: a physical core each.
    #[must_use]
    pub fn threads() -> usize {
        threads::cores()
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
        let whole = View::of(size.frame(), coarse(size));
        let (mut seen, busy) = threads::alone(|| self.first(pixels, &whole))?;
        let mut views = busy.views(fine(size, tier));
        seen.extend(self.look_at(pixels, &views, 1)?);
        if tier == Tier::Fast {
            return Ok(vote(seen, u32::MAX));
        }
        views.push(whole);
        let views = again(&seen, &views, size);
        seen.extend(self.look_at(pixels, &views, 2)?);
        Ok(vote(seen, 2))
    }

    /// What the whole shows, and where it is worth looking closer.
    fn first(&self, pixels: &Pixels, whole: &View) -> Result<(Vec<Seen>, Busy), ModelError> {
        let input = input::input(pixels, whole)?;
        let busy = Busy::of(&input, whole.input, pixels.size());
        Ok((self.look(pixels.size(), whole, input, 0)?, busy))
    }

    fn look_at(&self, pixels: &Pixels, views: &[View], pass: usize) -> Result<Vec<Seen>, ModelError> {
        let look = |view: &View| self.look(pixels.size(), view, input::input(pixels, view)?, pass);
        let seen: Result<Vec<_>, _> = threads::each(views, look).into_iter().collect();
        Ok(seen?.into_iter().flatten().collect())
    }

    fn look(&self, picture: Size, view: &View, input: Input, pass: usize) -> Result<Vec<Seen>, ModelError> {
        let Input { shape, planes } = input;
        let run = || self.engine.run(shape, &planes);
        let maps = if view.input.pixels() > LARGE { threads::large(run) } else { run() }?;
        drop(planes);
        let faces = decode(&maps, shape, view.input, HINT).ok_or_else(|| ModelError::Engine {
            engine: self.engine.kind().name(),
            cause: "the output has not the shape of CenterFace's maps".to_owned(),
        })?;
        let seen = |face: Candidate| {
            let rect = view.rect(&face.rect)?;
            let face = Candidate { rect, landmarks: face.landmarks.map(|at| view.point(at)), ..face };
            Some(Seen { face, pass, cut: view.cuts(&rect, picture) })
        };
        Ok(strongest(faces).into_iter().filter_map(seen).collect())
    }
}

/// From so many pixels of the input on the network's own memory matters: other looks have less than half of it.
const LARGE: u64 = 600_000;

/// The first look has this long side: a very large face is seen nowhere else.
const WHOLE: f64 = 1024.0;
/// A small picture is enlarged to twice its size and no further.
const LARGEST_SCALE: f64 = 2.0;

fn coarse(picture: Size) -> f64 {
    (WHOLE / f64::from(picture.long_side())).min(LARGEST_SCALE)
}

/// The scale at which busy places are looked at. In the thorough tier a face of 20 pixels has at least 8 there, so that it
/// leaves a hint, and in a small picture 26.
fn fine(picture: Size, tier: Tier) -> f64 {
    let to = |long_side: f64| long_side / f64::from(picture.long_side());
    match tier {
        Tier::Fast => to(2048.0).min(LARGEST_SCALE),
        Tier::Thorough => to(3000.0).clamp(0.42, 1.3),
    }
}
