//! HEIC and AVIF through the program `heif-convert`, run as a child process that gets little: no input, no environment, no
//! disk but a private folder without the picture, and limits of memory, time and file size.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, Write};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::fs::{MemfdFlags, memfd_create};
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
    let (mut picture, mut jpeg) = (in_memory().map_err(failed)?, in_memory().map_err(failed)?);
    picture.write_all(bytes).map_err(failed)?;
    let folder = tempfile::tempdir().map_err(failed)?;
    symlink(OUTPUT, folder.path().join("out.jpg")).map_err(failed)?;
    let mut child = start(program, folder.path(), picture, &jpeg).map_err(|error| match error.kind() {
        ErrorKind::NotFound => DecodeError::NoConverter(format),
        _ => DecodeError::NotConverted(format),
    })?;
    let largest = size.pixels().saturating_mul(4).saturating_add(1 << 20);
    confine(&child, largest);
    if !succeeds(&mut child) {
        return Err(DecodeError::NotConverted(format));
    }
    let mut bytes = Vec::new();
    jpeg.rewind().and_then(|()| jpeg.take(largest).read_to_end(&mut bytes)).map_err(failed)?;
    // a file with several main pictures gives numbered files instead
    if bytes.is_empty() { Err(DecodeError::Several) } else { Ok(bytes) }
}

/// A file that is on no disk and gone with its last user: the picture as it was taken must not outlive a killed process.
fn in_memory() -> std::io::Result<File> {
    Ok(File::from(memfd_create("picture", MemfdFlags::CLOEXEC)?))
}

/// The child's standard input and output, by the names under which it can open them as files.
const INPUT: &str = "/proc/self/fd/0";
const OUTPUT: &str = "/proc/self/fd/1";

fn start(program: &str, folder: &Path, picture: File, jpeg: &File) -> std::io::Result<Child> {
    let mut command = Command::new(program);
    // the ending of the output's name says the format
    command.args(["--quiet", "-q", "100", INPUT, "out.jpg"]).current_dir(folder).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("TMPDIR", folder);
    // an arena for each thread would take address space that the limit counts
    command.env("MALLOC_ARENA_MAX", "2");
    command.stdin(picture).stdout(jpeg.try_clone()?).stderr(Stdio::null()).spawn()
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
