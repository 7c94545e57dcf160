//! HEIC and AVIF through the program `heif-convert`, run as a child process that gets little: no input, no environment, no
//! output but one file in a private folder, and limits of memory, time and file size.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, prlimit};

use super::decode::DecodeError;
use super::format::Format;
use crate::domain::geometry::Size;

/// The upright picture, `size` by its header, as a JPEG of the highest quality: the program takes four times as long to
/// write a PNG, and writes 16 bits a channel where the file has ten.
pub(super) fn to_jpeg(bytes: &[u8], format: Format, size: Size) -> Result<Vec<u8>, DecodeError> {
    convert("heif-convert", bytes, format, size)
}

/// The program that reads HEIC and AVIF, when it is on this machine.
#[must_use]
pub fn heic_decoder() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join("heif-convert")).find(|program| program.is_file())
}

const PATIENCE: Duration = Duration::from_secs(60);
const CPU_SECONDS: u64 = 60;

fn convert(program: &str, bytes: &[u8], format: Format, size: Size) -> Result<Vec<u8>, DecodeError> {
    let failed = |_| DecodeError::NotConverted(format);
    let folder = tempfile::tempdir().map_err(failed)?;
    fs::write(folder.path().join("in.heic"), bytes).map_err(failed)?;
    let mut child = start(program, folder.path()).map_err(|error| match error.kind() {
        ErrorKind::NotFound => DecodeError::NoConverter(format),
        _ => DecodeError::NotConverted(format),
    })?;
    let largest = size.pixels().saturating_mul(4).saturating_add(1 << 20);
    confine(&child, largest);
    if !succeeds(&mut child) {
        return Err(DecodeError::NotConverted(format));
    }
    // a file with several main pictures gives numbered files instead
    let file = fs::File::open(folder.path().join("out.jpg")).map_err(|_| DecodeError::Several)?;
    let mut jpeg = Vec::new();
    file.take(largest).read_to_end(&mut jpeg).map_err(failed)?;
    Ok(jpeg)
}

fn start(program: &str, folder: &Path) -> std::io::Result<Child> {
    let mut command = Command::new(program);
    command.args(["--quiet", "-q", "100", "in.heic", "out.jpg"]).current_dir(folder).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("TMPDIR", folder);
    // an arena for each thread would take address space that the limit counts
    command.env("MALLOC_ARENA_MAX", "2");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
}

/// Sets the limits right after the start: what the child took before counts, so nothing escapes them for long.
fn confine(child: &Child, largest_file: u64) {
    // without a number the limits would be set for this process
    let Some(pid) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) else { return };
    let memory = largest_file.saturating_mul(4).saturating_add(512 << 20);
    for (resource, most) in
        [(Resource::As, memory), (Resource::Cpu, CPU_SECONDS), (Resource::Fsize, largest_file), (Resource::Core, 0)]
    {
        // a child that is already gone needs no limit
        _ = prlimit(Some(pid), resource, Rlimit { current: Some(most), maximum: Some(most) });
    }
}

fn succeeds(child: &mut Child) -> bool {
    let end = Instant::now() + PATIENCE;
    while Instant::now() < end {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) => sleep(Duration::from_millis(5)),
            Err(_) => break,
        }
    }
    _ = child.kill();
    _ = child.wait();
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { width: 8, height: 8 };

    #[test]
    fn a_missing_converter_is_named_with_its_package() {
        let refused = convert("no-such-heif-convert", b"", Format::Heic, SIZE).unwrap_err();
        assert_eq!(refused, DecodeError::NoConverter(Format::Heic));
        assert!(refused.to_string().contains("install the package `libheif-examples`"));
    }

    #[test]
    fn a_converter_that_fails_refuses_the_file() {
        let refused = convert("false", b"", Format::Avif, SIZE).unwrap_err();
        assert_eq!(refused, DecodeError::NotConverted(Format::Avif));
    }
}
