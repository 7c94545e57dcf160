//! ONNX Runtime from a shared library that is looked for when the program runs; nothing is linked or downloaded.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ort::environment::Environment;
use ort::session::Session;
use ort::value::TensorRef;

use super::{Engine, EngineKind};
use crate::vision::model::ModelError;
use crate::vision::threads::{Slots, cores};

/// A session per core, each keeping to the thread that calls it.
pub(super) struct OnnxRuntime {
    sessions: Slots<Session>,
    library: PathBuf,
}

impl OnnxRuntime {
    /// Loads the library, once per process, and a network in ONNX format.
    ///
    /// # Errors
    /// When there is no library, it is too old or broken, or it refuses the network.
    pub(super) fn open(onnx: &[u8]) -> Result<Self, ModelError> {
        let (library, environment) = environment()?;
        let session = |_| session(&environment, onnx).map_err(|error| failed(&error));
        let sessions = (0..cores()).map(session).collect::<Result<_, _>>()?;
        Ok(Self { sessions: Slots::new(sessions), library })
    }
}

impl Engine for OnnxRuntime {
    fn run(&self, shape: [usize; 4], input: &[f32]) -> Result<Vec<Vec<f32>>, ModelError> {
        let run = |session: &mut Session| -> ort::Result<_> {
            let outputs = session.run(ort::inputs![TensorRef::from_array_view((shape, input))?])?;
            outputs.values().map(|value| Ok(value.try_extract_tensor::<f32>()?.1.to_vec())).collect()
        };
        self.sessions.with(run).map_err(|error| failed(&error))
    }

    fn kind(&self) -> EngineKind {
        EngineKind::OnnxRuntime
    }

    fn library(&self) -> Option<&Path> {
        Some(&self.library)
    }
}

fn session(environment: &Environment, onnx: &[u8]) -> ort::Result<Session> {
    // sizes differ from picture to picture: a remembered memory plan would only be thrown away
    Session::builder(environment)?.with_intra_threads(1)?.with_memory_pattern(false)?.commit_from_memory(onnx)
}

/// The library allows one environment per process.
fn environment() -> Result<(PathBuf, Environment), ModelError> {
    static LOADED: Mutex<Option<(PathBuf, Environment)>> = Mutex::new(None);
    let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = loaded.as_ref() {
        return Ok(known.clone());
    }
    let path = library().ok_or(ModelError::NoLibrary)?;
    let broken = |cause: String| ModelError::Library { path: path.clone(), cause };
    let builder = ort::init_from(&path).map_err(|error| broken(error.to_string()))?;
    let environment = builder.with_telemetry(false).build().map_err(|error| broken(error.to_string()))?;
    Ok(loaded.insert((path, environment)).clone())
}

/// The library that the setting names, else one next to the program, else one of the system.
fn library() -> Option<PathBuf> {
    if let Some(named) = env::var_os("ORT_DYLIB_PATH").filter(|path| !path.is_empty()) {
        return Some(named.into());
    }
    let beside = env::current_exe().ok().and_then(|program| program.parent().map(Path::to_path_buf));
    beside.into_iter().chain(SYSTEM.iter().map(PathBuf::from)).find_map(|folder| library_in(&folder))
}

const SYSTEM: [&str; 6] = [
    "/usr/local/lib",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/opt/homebrew/lib",
];

/// The file with the highest version in a folder.
fn library_in(folder: &Path) -> Option<PathBuf> {
    let files = folder.read_dir().ok()?.filter_map(Result::ok).map(|entry| entry.path());
    let named = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        name.starts_with("libonnxruntime.so") || (name.starts_with("libonnxruntime.") && name.ends_with(".dylib"))
    };
    files.filter(named).max()
}

fn failed(cause: &ort::Error) -> ModelError {
    ModelError::Engine { engine: EngineKind::OnnxRuntime.name(), cause: cause.to_string() }
}
