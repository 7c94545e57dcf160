//! The network weights inside the program, used only when their digest is the one the manifest states.

use std::path::PathBuf;

use serde::Deserialize;

/// Why faces cannot be looked for.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The manifest cannot be read or does not mention the weights.
    #[error("models/manifest.toml does not describe `{file}`; rebuild the program from a clean checkout")]
    Undescribed {
        /// The weights' file name in models/.
        file: &'static str,
    },
    /// The weights are not those of the manifest.
    #[error("models/{file} is not the file that models/manifest.toml describes; run models/rebuild.py and build again")]
    Digest {
        /// The weights' file name in models/.
        file: &'static str,
    },
    /// No ONNX Runtime library was found.
    #[error(
        "no ONNX Runtime library found; set ORT_DYLIB_PATH to a `libonnxruntime.so` (the Python package `onnxruntime` carries one)"
    )]
    NoLibrary,
    /// The ONNX Runtime library found cannot be used.
    #[error(
        "cannot use ONNX Runtime from `{path}`: {cause}; set ORT_DYLIB_PATH to version 1.24 or newer, or remove it"
    )]
    Library {
        /// Where the library lies.
        path: PathBuf,
        /// What the loader said.
        cause: String,
    },
    /// An engine refused the network or the picture.
    #[error("{engine} failed to run the network: {cause}")]
    Engine {
        /// The engine's name.
        engine: &'static str,
        /// What it said.
        cause: String,
    },
    /// A part of the picture could not be scaled.
    #[error(
        "cannot scale a part of the picture to {width} x {height} for the network; report this as a fault of the program"
    )]
    Scale {
        /// Pixels across.
        width: u32,
        /// Pixels down.
        height: u32,
    },
}

/// Weights carried by the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Weights {
    file: &'static str,
    onnx: &'static [u8],
}

/// Finds faces. Input `[n, 3, h, w]`, red green blue 0..=255, h and w multiples of 32.
pub(super) const CENTERFACE: Weights =
    Weights { file: "centerface.onnx", onnx: include_bytes!("../../models/centerface.onnx") };

/// The same quantized: half of the time in ONNX Runtime, and none saved in rten. Same input, same output, less exactly.
pub(super) const CENTERFACE_INT8: Weights =
    Weights { file: "centerface_int8.onnx", onnx: include_bytes!("../../models/centerface_int8.onnx") };

/// Describes a face. Input `[n, 3, 150, 150]`, red green blue 0..=255; output 128 numbers each.
pub(super) const DLIB_FACE: Weights =
    Weights { file: "dlib_face_resnet_v1.onnx", onnx: include_bytes!("../../models/dlib_face_resnet_v1.onnx") };

impl Weights {
    /// The network in ONNX format, after its digest was compared with the manifest's.
    ///
    /// # Errors
    /// When the manifest does not mention the file or states another length or digest.
    pub(super) fn checked(self) -> Result<&'static [u8], ModelError> {
        let manifest: Manifest = toml::from_str(include_str!("../../models/manifest.toml"))
            .map_err(|_| ModelError::Undescribed { file: self.file })?;
        let entry = manifest.weights.iter().find(|entry| entry.file == self.file);
        let entry = entry.ok_or(ModelError::Undescribed { file: self.file })?;
        let same = entry.bytes == self.onnx.len() && blake3::hash(self.onnx).to_hex().as_str() == entry.blake3;
        if same { Ok(self.onnx) } else { Err(ModelError::Digest { file: self.file }) }
    }
}

#[derive(Deserialize)]
struct Manifest {
    weights: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    file: String,
    bytes: usize,
    blake3: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_file_of_the_manifest_has_its_digest_and_its_licence() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let manifest: toml::Table = toml::from_str(include_str!("../../models/manifest.toml")).unwrap();
        for entry in manifest["weights"].as_array().unwrap() {
            let bytes = std::fs::read(folder.join(entry["file"].as_str().unwrap())).unwrap();
            assert_eq!(entry["bytes"].as_integer(), i64::try_from(bytes.len()).ok());
            assert_eq!(entry["blake3"].as_str(), Some(blake3::hash(&bytes).to_hex().as_str()));
            assert!(folder.join(entry["licence_file"].as_str().unwrap()).is_file());
        }
    }

    #[test]
    fn other_weights_are_refused() {
        assert_eq!(CENTERFACE.checked().unwrap().len(), 7_293_505);
        assert_eq!(CENTERFACE_INT8.checked().unwrap().len(), 2161122);
        assert_eq!(DLIB_FACE.checked().unwrap().len(), 22_435_698);
        let changed = Weights { onnx: b"other", ..CENTERFACE };
        assert!(matches!(changed.checked(), Err(ModelError::Digest { .. })));
        let unknown = Weights { file: "unknown.onnx", ..CENTERFACE };
        assert!(matches!(unknown.checked(), Err(ModelError::Undescribed { .. })));
    }
}
