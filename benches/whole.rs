//! The whole way of a photo against its floor, and the memory it takes: `cargo bench --bench whole`.
//!
//! The floor is what cannot be left out, each measured alone: decode, search, one resize, encode. The way is the built
//! program: `eyelid scrub --max-px 2048` on four photos, on one core. Times are the processor's, so that a shared machine
//! does not spoil them; memory is the program's peak (VmHWM), on one core and on all.
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench prints and stops at the first thing that is wrong"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use eyelid::domain::geometry::Size;
use eyelid::vision::{Detector, Limits, Pixels, Tier, decode, encode_jpeg, resize};
use image::imageops::FilterType;

/// Photos that the program makes in one run, for its start to weigh as little as it does in real life.
const PHOTOS: u8 = 4;

fn main() {
    let detector = Detector::open().expect("weights that are those of the manifest");
    println!("{}", detector.describe());
    for (name, size) in [("12 MP", Size { width: 4240, height: 2828 }), ("24 MP", Size { width: 6000, height: 4000 })] {
        let jpeg = encode_jpeg(&photo(size), None).expect("a picture that fits");
        for (tier, named) in [(Tier::Fast, "fast"), (Tier::Thorough, "thorough")] {
            let floor = floor(&jpeg, &detector, tier);
            let folder = tempfile::tempdir().expect("a folder");
            for at in 0..PHOTOS {
                // other bytes behind the end make another photo of the same pixels
                fs::write(folder.path().join(format!("{at}.jpg")), [jpeg.as_slice(), &[at]].concat()).expect("room");
            }
            let (ms, one) = program(folder.path(), named, true);
            let (_, all) = program(folder.path(), named, false);
            let each = ms / f64::from(PHOTOS);
            println!(
                "{name} {named}: {each:.0} ms a photo, {:.2} times its floor of {:.0} ms; peak {} MB on one core, {} MB on all",
                each / floor.iter().map(|(_, ms)| ms).sum::<f64>(),
                floor.iter().map(|(_, ms)| ms).sum::<f64>(),
                one / 1000,
                all / 1000,
            );
            let parts: Vec<String> = floor.iter().map(|(part, ms)| format!("{part} {ms:.0}")).collect();
            println!("    of the floor: {}", parts.join(", "));
        }
    }
}

/// A photo of the school, enlarged, with the grain of a sensor.
fn photo(size: Size) -> Pixels {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/school/photos/playground-opening/school council.jpg");
    let small = image::open(path).expect("the photo of the synthetic school").into_rgb8();
    let mut large = image::imageops::resize(&small, size.width, size.height, FilterType::Triangle).into_raw();
    let mut noise = blake3::Hasher::new().finalize_xof();
    let mut row = vec![0; 8192];
    for part in large.chunks_mut(row.len()) {
        noise.fill(&mut row);
        part.iter_mut().zip(&row).for_each(|(channel, noise)| *channel = channel.saturating_add(noise % 8));
    }
    Pixels::new(size, large).expect("three bytes per pixel")
}

/// Milliseconds of the processor for what nobody can leave out.
fn floor(jpeg: &[u8], detector: &Detector, tier: Tier) -> [(&'static str, f64); 4] {
    let (decoded, decoding) = timed(|| decode(jpeg, Some("jpg"), &Limits::default()).expect("a whole photo").pixels);
    let (_, searching) = timed(|| detector.detect(&decoded, tier).expect("a working engine"));
    let (small, sizing) = timed(|| resize(&decoded, 2048).expect("a picture that fits"));
    let (_, writing) = timed(|| encode_jpeg(&small, None).expect("a picture that fits"));
    [("decode", decoding), ("search", searching), ("resize", sizing), ("encode", writing)]
}

/// The last result of four, and the mean of the times of the last three.
fn timed<T>(mut work: impl FnMut() -> T) -> (T, f64) {
    let mut last = work();
    let begun = processor_ms(11);
    for _ in 0..3 {
        last = work();
    }
    (last, (processor_ms(11) - begun) / 3.0)
}

/// Milliseconds of the processor of this process (from field 11 behind its name) or of its ended children (13).
fn processor_ms(field: usize) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(field).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}

/// What one run of the program over a folder takes: milliseconds of the processor, and kilobytes at its peak.
fn program(folder: &Path, tier: &str, one_core: bool) -> (f64, u64) {
    let out = tempfile::tempdir().expect("a folder");
    let mut command = if one_core { Command::new("taskset") } else { Command::new(env!("CARGO_BIN_EXE_eyelid")) };
    if one_core {
        command.args(["-c", "0", env!("CARGO_BIN_EXE_eyelid")]);
    }
    command.args(["scrub", "--max-px", "2048", "--tier", tier, "-o"]).arg(out.path()).arg(folder);
    let begun = processor_ms(13);
    let mut child = command.stdout(Stdio::null()).spawn().expect("the built program, and taskset");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = peak.max(line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0));
        std::thread::sleep(Duration::from_millis(4));
    }
    let made = fs::read_dir(out.path()).expect("a folder").count();
    assert_eq!(made, usize::from(PHOTOS), "every photo has a result");
    (processor_ms(13) - begun, peak)
}
