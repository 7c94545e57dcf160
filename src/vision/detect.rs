//! Finds the faces of a picture with CenterFace.
//!
//! The network sees a face well when it is 20 to 300 pixels high at its input, so a picture is looked at as a whole, at a
//! long side of 1024, and then closer, at 3000, wherever that shows any texture ([`busy`]). On ONNX Runtime both looks are
//! taken with a copy of the network in whole numbers of eight bits. Wherever a look gave the slightest hint and is not sure
//! of its face, the exact network looks once more, at the size at which it sees best ([`again`]). The looks vote ([`vote`]).
//! How the `Fast` tier differs, and what becomes of it on rten, which gains nothing from eight bits, says [`plan`].
//!
//! # What was measured
//!
//! `benches/truth`, November 2026, one of two shared cores of an AMD EPYC, ONNX Runtime. *Crowd*: 8 composed photos of 12 million
//! pixels with 353 faces, 320 of them from 16 to 64 px and strewn over the whole picture, the worst there is for looking only
//! where something may be. *Again* is what the last look costs, in million pixels of the input. A million pixels take the exact
//! network 145 ms on a quiet core and up to 230 on the shared one, the quantized one 66 to 95. Rendered faces are easier than
//! real ones: these figures compare ways to look, they do not promise a recall.
//!
//! | whole at 1024 and | hints from | crowd: found | again | ms |
//! |---|---|---|---|---|
//! | everything at 2048, exactly | 0.03 | 312 | 1.0 | 1300 |
//! | everything at 2600, exactly | 0.02 | 346 | 3.5 | 2000 |
//! | what is busy at 3000, exactly | 0.03 | 350 | 2.0 | 1950 |
//! | **what is busy at 3000, roughly** (release profile) | 0.025 | 351 | 1.3 | 930 |
//! | whole at 512, roughly: the `Fast` tier (release profile) | 0.05 | 347 | 0.7 | 710 |
//! | rten, exactly at 3000 (release profile) | 0.03 | 351 | | 5310 |
//! | rten, the `Fast` tier: 2048, no second looks (release profile) | | 199 | | 2690 |
//! | deface, everything at its own size, in the same run | | 343 | | 4780 |
//!
//! The school, 79 faces of which one is hidden but for 2 %, gives 78 each time, also at 0.5 and 0.35 of its size: `Thorough` in
//! 430, 160 and 120 ms a photo, `Fast` in 190, 60 and 35, deface in 810 at its full size. The crowds at half of their size:
//! 338 of 353 (333 with exact looks only), `Fast` 305.
//!
//! Is a rough look's word good for anything? Of 1460 faces to which it gave 0.5 or more at a long side of 1024, in the school,
//! the crowds and the harder pictures, the exact one gave none less than 0.35; of the 1563 to which that one gave 0.35 it missed
//! none (0.2); the boxes have 0.97 in common on average and 0.77 at least. So 0.5 is sure, and everything below is looked at
//! again. There are more boxes to judge than with exact looks: 0.3 for each photo of the school instead of 0.06.
//!
//! The quantized network has weights of seven bits, which loses one or two faces at hints from 0.03 (348 or 349 of 353 instead of
//! 350) and none at 0.025, and never overflows on a processor without VNNI. Unsigned weights are twice as slow as signed ones.
//! The first two convolutions in eight bits too gain nothing and make the scores half as exact again.
//!
//! The size of a second look: at heights of 28 to 56 and sides of 96 to 224 px all give 350 of 353, at 0.7 to 3.7 million
//! pixels; the smaller ones give more false boxes.
//!
//! What is hard, with people composed into the school's photos, 72 of each group, in the same run as above: hidden are all with
//! glasses, sunglasses, hats, masks, face paint, hands before a face, tilted or turned heads, babies, in the dark, on posters and
//! screens, and 70 of 72 in glare. Behind nine ribbons that cross eyes and mouth it finds 26 of 72 (deface, before: 10 to 14 %):
//! such a face is told by nobody but a person who counts heads, which is what the head-count of a photo is for.
//!
//! Two photos at once take as much of the processor as one after the other: `eyelid scrub` over four of the crowds 4.2 seconds in
//! one call, and 4.2 in four calls without their starts.
//!
//! What did not help: a smaller or larger tile (144 ms per million pixels at 224 x 224, 169 at 2048 x 1376) and batches of
//! four (152); sparing more of the picture by its texture (a crowd strewn everywhere leaves nothing to spare, and narrower
//! views cost more in overlap than they leave out); looking closer only where a pass at 2048 has a heat of 0.005
//! (318 of 320 small faces lie there, but with the room that a view needs half of the picture does too); ONNX Runtime
//! without its arena (a tenth slower, and its peak is higher), or with one that shrinks after each large look (70 to 140 ms a
//! look). Little helped, and would make the weights others than those that are published: leaving out channels that are nought
//! or constant for any picture, up to a fifth of those of the middle layers, and drawing two linear layers together (equal to
//! 1e-6, 7 % faster; the exact network now has a fifth of the whole time).

mod again;
mod busy;
mod decode;
mod input;
mod plan;
mod view;
mod vote;

use crate::domain::geometry::{Point, Rect, Size};
use again::{HINT, again};
use busy::Busy;
use decode::{Candidate, decode};
use input::Input;
use plan::Plan;
use view::View;
use vote::{SURE, SURE_ROUGHLY, Seen, strongest, vote};

use super::engine::{self, Engine, EngineKind};
use super::model::{CENTERFACE, CENTERFACE_INT8, ModelError};
use super::pixels::Pixels;
use super::threads;

/// How hard to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// A quick first look, so that people can start naming within seconds.
    Fast,
    /// Looks at several scales that vote; nothing is released before it is done.
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
    exact: Network,
    /// For all looks but the last, where an engine gains from it.
    rough: Option<Network>,
}

/// A network, and from which score on its word is sure.
struct Network {
    engine: Box<dyn Engine>,
    sure: f32,
}

impl Detector {
    /// The detector on the faster engine that works here.
    ///
    /// # Errors
    /// When the weights in the program are not those of its manifest.
    pub fn open() -> Result<Self, ModelError> {
        Self::on(engine::open(CENTERFACE)?)
    }

    /// The detector on this engine and no other, for tests and benches.
    ///
    /// # Errors
    /// When the engine is not there or does not work.
    pub fn open_with(kind: EngineKind) -> Result<Self, ModelError> {
        Self::on(engine::open_with(kind, CENTERFACE)?)
    }

    fn on(engine: Box<dyn Engine>) -> Result<Self, ModelError> {
        let rough = match engine.kind() {
            EngineKind::OnnxRuntime => Some(engine::open_with(EngineKind::OnnxRuntime, CENTERFACE_INT8)?),
            EngineKind::Rten => None,
        };
        let rough = rough.map(|engine| Network { engine, sure: SURE_ROUGHLY });
        Ok(Self { exact: Network { engine, sure: SURE }, rough })
    }

    /// The engine's name, `rten` or `onnxruntime`.
    #[must_use]
    pub fn engine(&self) -> &str {
        self.exact.engine.kind().name()
    }

    /// How many parts of pictures are looked at at once, whatever the number of pictures: a physical core each.
    #[must_use]
    pub fn threads() -> usize {
        threads::cores()
    }

    /// One line for a person who asks which engine runs, from where, and how to get the faster one.
    #[must_use]
    pub fn describe(&self) -> String {
        match self.exact.engine.library() {
            Some(library) => format!("ONNX Runtime from {}", library.display()),
            None => "rten, built in; ONNX Runtime is five times as fast: `pip download onnxruntime`, unzip, and put \
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
        let plan = Plan::of(tier, self.rough.is_some());
        let network = self.rough.as_ref().unwrap_or(&self.exact);
        let whole = View::of(size.frame(), plan.coarse(size));
        let (mut seen, busy) = threads::alone(|| Look { network, pass: 0, hint: plan.hint }.first(pixels, &whole))?;
        let mut views = busy.views(plan.fine(size));
        seen.extend(Look { network, pass: 1, hint: plan.hint }.at(pixels, &views)?);
        if !plan.again {
            return Ok(vote(seen, u32::MAX));
        }
        let shown = if self.rough.is_some() {
            // what was seen roughly and not surely is worth an exact look, also at the same scale
            Vec::new()
        } else {
            views.push(whole);
            views
        };
        let views = again(&seen, &shown, size);
        seen.extend(Look { network: &self.exact, pass: 2, hint: HINT }.at(pixels, &views)?);
        Ok(vote(seen, 2))
    }
}

/// Who looks, the how manieth time, and from which score on a box is worth anything.
struct Look<'a> {
    network: &'a Network,
    pass: usize,
    hint: f32,
}

impl Look<'_> {
    /// What the whole shows, and where it is worth looking closer.
    fn first(&self, pixels: &Pixels, whole: &View) -> Result<(Vec<Seen>, Busy), ModelError> {
        let input = input::input(pixels, whole)?;
        let busy = Busy::of(&input, whole.input, pixels.size());
        Ok((self.look(pixels.size(), whole, input)?, busy))
    }

    fn at(&self, pixels: &Pixels, views: &[View]) -> Result<Vec<Seen>, ModelError> {
        let look = |view: &View| self.look(pixels.size(), view, input::input(pixels, view)?);
        let seen: Result<Vec<_>, _> = threads::each(views, look).into_iter().collect();
        Ok(seen?.into_iter().flatten().collect())
    }

    fn look(&self, picture: Size, view: &View, input: Input) -> Result<Vec<Seen>, ModelError> {
        let Network { engine, sure } = self.network;
        let Input { shape, planes } = input;
        let run = || engine.run(shape, &planes);
        let maps = if view.input.pixels() > LARGE { threads::large(run) } else { run() }?;
        drop(planes);
        let faces = decode(&maps, shape, view.input, self.hint).ok_or_else(|| ModelError::Engine {
            engine: engine.kind().name(),
            cause: "the output has not the shape of CenterFace's maps".to_owned(),
        })?;
        let seen = |face: Candidate| {
            let rect = view.rect(&face.rect)?;
            let face = Candidate { rect, landmarks: face.landmarks.map(|at| view.point(at)), ..face };
            Some(Seen { face, sure: face.score >= *sure, pass: self.pass, cut: view.cuts(&rect, picture) })
        };
        Ok(strongest(faces).into_iter().filter_map(seen).collect())
    }
}

/// From so many pixels of the input on the network's own memory matters: other looks have less than half of it.
const LARGE: u64 = 600_000;

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::vision::{Limits, decode};

    #[test]
    fn both_engines_see_the_same_with_the_same_weights() {
        let fast = match Detector::open_with(EngineKind::OnnxRuntime) {
            Ok(fast) => Detector { rough: None, ..fast },
            Err(cause) => {
                assert!(std::env::var_os("EYELID_REQUIRE_ORT").is_none_or(|set| set != "1"), "{cause}");
                assert!(matches!(cause, ModelError::NoLibrary | ModelError::Library { .. }), "{cause}");
                return;
            }
        };
        let built_in = Detector::open_with(EngineKind::Rten).unwrap();
        let photos = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/school/photos");
        for path in ["book-week/DSC00401.JPG", "playground-opening/school council.jpg"] {
            let bytes = std::fs::read(photos.join(path)).unwrap();
            let pixels = decode(&bytes, Some("jpg"), &Limits::default()).unwrap().pixels;
            let (a, b) = (fast.detect(&pixels, Tier::Fast).unwrap(), built_in.detect(&pixels, Tier::Fast).unwrap());
            assert!(!a.is_empty() && a.len() == b.len(), "{} and {} faces", a.len(), b.len());
            assert!(a.iter().all(|one| b.iter().any(|other| agree(one, other))), "{path}: {a:?} {b:?}");
        }
    }

    fn agree(a: &Detection, b: &Detection) -> bool {
        let edges = |face: &Detection| <[f32; 4]>::from(face.rect);
        let marks =
            |face: &Detection| face.landmarks.map(|at| [at.x, at.y]).into_iter().flatten().collect::<Vec<f32>>();
        let near = |a: &[f32], b: &[f32]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 2e-3);
        let same = (a.score - b.score).abs() <= 1e-4 && a.maybe == b.maybe;
        same && near(&edges(a), &edges(b)) && near(&marks(a), &marks(b))
    }
}
