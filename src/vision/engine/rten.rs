//! The built-in engine: pure Rust, nothing to install.

use std::path::Path;
use std::sync::Arc;

use ::rten::{Model, ModelOptions, RunOptions, ThreadPool, Value};
use rten_tensor::NdTensorView;

use super::{Engine, EngineKind};
use crate::vision::model::ModelError;
use crate::vision::threads::{Slots, cores};

/// A network, and per core a pool of one thread to run it on.
pub(super) struct Rten {
    model: Model,
    threads: Slots<Arc<ThreadPool>>,
}

impl Rten {
    /// Reads a network in ONNX format.
    ///
    /// # Errors
    /// When the network uses something that rten does not know.
    pub(super) fn open(onnx: &'static [u8]) -> Result<Self, ModelError> {
        let model = ModelOptions::with_all_ops().prepack_weights(true).load_static_slice(onnx).map_err(failed)?;
        let threads = (0..cores()).map(|_| Arc::new(ThreadPool::with_num_threads(1))).collect();
        Ok(Self { model, threads: Slots::new(threads) })
    }
}

impl Engine for Rten {
    fn run(&self, shape: [usize; 4], input: &[f32]) -> Result<Vec<Vec<f32>>, ModelError> {
        let input = NdTensorView::try_from_data(shape, input).map_err(failed)?;
        let inputs = self.model.input_ids().iter().map(|&id| (id, input.into())).collect();
        let outputs = self.threads.with(|thread| {
            let options = RunOptions::default().with_thread_pool(Some(Arc::clone(thread)));
            self.model.run(inputs, self.model.output_ids(), Some(options))
        });
        outputs.map_err(failed)?.into_iter().map(flat).collect()
    }

    fn kind(&self) -> EngineKind {
        EngineKind::Rten
    }

    fn library(&self) -> Option<&Path> {
        None
    }
}

fn flat(output: Value) -> Result<Vec<f32>, ModelError> {
    let output: rten_tensor::Tensor<f32> = output.try_into().map_err(failed)?;
    Ok(output.into_data())
}

fn failed(cause: impl std::fmt::Display) -> ModelError {
    ModelError::Engine { engine: EngineKind::Rten.name(), cause: cause.to_string() }
}
