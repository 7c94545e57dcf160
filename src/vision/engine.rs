//! What runs a network: ONNX Runtime when its library is found, else rten, which is always there.

mod onnxruntime;
mod rten;

use std::path::Path;

use super::model::{ModelError, Weights};

/// The two programs that can run a network; they agree to 2e-3 pixels and 1e-4 in the score.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EngineKind {
    /// Pure Rust, inside the program.
    Rten,
    /// A shared library of the system, about five times as fast.
    OnnxRuntime,
}

impl EngineKind {
    /// A short name for people and logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rten => "rten",
            Self::OnnxRuntime => "onnxruntime",
        }
    }
}

/// Runs one network. Every run keeps to one core: the parts of a picture are what is shared out over the cores.
pub(super) trait Engine: Send + Sync {
    /// The network's outputs, in its order and flat, for an input `[n, channels, height, width]`.
    fn run(&self, shape: [usize; 4], input: &[f32]) -> Result<Vec<Vec<f32>>, ModelError>;

    /// Which of the two this is.
    fn kind(&self) -> EngineKind;

    /// The shared library in use.
    fn library(&self) -> Option<&Path>;
}

/// The faster engine that works here.
///
/// # Errors
/// When the weights are not those of the manifest.
pub(super) fn open(weights: Weights) -> Result<Box<dyn Engine>, ModelError> {
    match open_with(EngineKind::OnnxRuntime, weights) {
        Ok(engine) => return Ok(engine),
        Err(ModelError::NoLibrary) => {}
        Err(cause) => tracing::warn!(%cause, "faces are found with the slower built-in engine"),
    }
    open_with(EngineKind::Rten, weights)
}

/// This engine and no other.
///
/// # Errors
/// When the engine is not there or refuses the network, or the weights are not those of the manifest.
pub(super) fn open_with(kind: EngineKind, weights: Weights) -> Result<Box<dyn Engine>, ModelError> {
    let onnx = weights.checked()?;
    Ok(match kind {
        EngineKind::Rten => Box::new(rten::Rten::open(onnx)?),
        EngineKind::OnnxRuntime => Box::new(onnxruntime::OnnxRuntime::open(onnx)?),
    })
}
