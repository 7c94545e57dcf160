//! Describes faces in 128 numbers: near for pictures of one person, far for strangers.

use std::sync::{Mutex, PoisonError};

use super::align::{CHIP, chip};
use super::engine::{self, Engine, EngineKind};
use super::model::{DLIB_FACE, ModelError};
use super::pixels::{Pixels, index};
use super::threads;
use crate::domain::geometry::Point;

/// A face in 128 numbers. It tells a person apart from others: keep none that the law's gate does not allow.
#[derive(Clone, PartialEq)]
pub struct Descriptor([f32; Self::LENGTH]);

impl Descriptor {
    /// How many numbers it has.
    pub const LENGTH: usize = 128;

    /// A descriptor from its numbers, or nothing when one is not finite.
    #[must_use]
    pub fn new(numbers: [f32; Self::LENGTH]) -> Option<Self> {
        numbers.iter().all(|number| number.is_finite()).then_some(Self(numbers))
    }

    /// The numbers.
    #[must_use]
    pub fn numbers(&self) -> &[f32; Self::LENGTH] {
        &self.0
    }

    /// The Euclidean distance to another: on average 0.4 for one adult and 0.9 for strangers.
    #[must_use]
    pub fn distance(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
    }
}

impl std::fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Descriptor(..)")
    }
}

/// Describes faces; shared by all threads.
pub struct Embedder {
    engine: Box<dyn Engine>,
}

impl Embedder {
    /// This process's embedder, on the faster engine that works here. It is loaded at the first call: a school that has
    /// not switched matching on never loads it.
    ///
    /// # Errors
    /// When the weights in the program are not those of its manifest.
    pub fn shared() -> Result<&'static Self, ModelError> {
        static LOADED: Mutex<Option<&'static Embedder>> = Mutex::new(None);
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        match *loaded {
            Some(embedder) => Ok(embedder),
            None => Ok(loaded.insert(Box::leak(Box::new(Self { engine: engine::open(DLIB_FACE)? })))),
        }
    }

    /// The embedder on this engine and no other, for tests and benches.
    ///
    /// # Errors
    /// When the engine is not there or does not work.
    pub fn open_with(kind: EngineKind) -> Result<Self, ModelError> {
        Ok(Self { engine: engine::open_with(kind, DLIB_FACE)? })
    }

    /// The descriptors of faces of a full-size picture, each by its eyes, nose and corners of the mouth in pixels, in
    /// the order given; nothing for landmarks that are not those of a face.
    ///
    /// # Errors
    /// When the engine fails, for instance for want of memory.
    pub fn describe(&self, pixels: &Pixels, faces: &[[Point; 5]]) -> Result<Vec<Option<Descriptor>>, ModelError> {
        let one = |landmarks: &[Point; 5]| chip(pixels, landmarks).map(|chip| self.embed(&chip)).transpose();
        threads::each(faces, one).into_iter().collect()
    }

    fn embed(&self, chip: &[f32]) -> Result<Descriptor, ModelError> {
        let outputs = self.engine.run([1, 3, index(CHIP), index(CHIP)], chip)?;
        let numbers = outputs.into_iter().next().and_then(|numbers| numbers.try_into().ok());
        numbers.and_then(Descriptor::new).ok_or_else(|| ModelError::Engine {
            engine: self.engine.kind().name(),
            cause: "the output is not 128 numbers".to_owned(),
        })
    }
}
