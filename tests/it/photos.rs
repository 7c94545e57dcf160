//! Small photos to run the program on.

use std::fs;
use std::path::{Path, PathBuf};

use eyelid::vision::{Limits, Pixels, decode, encode_jpeg, resize};

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A file of the project.
pub(crate) fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)
}

/// A fixture's picture at this long side.
pub(crate) fn picture(path: &str, long_side: u32) -> Pixels {
    let pixels = decode(&fs::read(fixture(path)).unwrap(), None, &Limits::default()).unwrap().pixels;
    resize(&pixels, long_side).unwrap()
}

/// A fixture's picture as a small JPEG without metadata.
pub(crate) fn small(path: &str, long_side: u32) -> Vec<u8> {
    encode_jpeg(&picture(path, long_side), None).unwrap()
}

/// The JPEG with the EXIF of the torture set's camera: a Canon with a serial number.
pub(crate) fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let camera = fs::read(fixture("torture/metadata.jpg")).unwrap();
    let start = camera.windows(6).position(|bytes| bytes == b"Exif\0\0").unwrap() - 4;
    let length = usize::from(u16::from_be_bytes([camera[start + 2], camera[start + 3]]));
    let (start_of_image, rest) = jpeg.split_at(2);
    [start_of_image, &camera[start..start + 2 + length], rest].concat()
}
