//! How many true faces are found, by whom, at what cost: `cargo bench --bench truth`.
//!
//! Without folders it looks at the synthetic school as it is, at 0.5 and at 0.35 of its size, at crowds of small faces and
//! at harder people, both composed from the school into `target/truth` at the first run; with folders, at the
//! pictures that each one's truth.json names. deface joins in when `target/venv` has it (`pip install deface onnx`).
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints and stops at the first thing that is wrong"
)]

mod compose;
mod crowd;
mod faces;
mod harder;
mod lookers;
mod sheet;
mod tally;

use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Parser;
use eyelid::vision::{Detector, EngineKind, Pixels, Tier};
use image::RgbImage;
use serde_json::{Value, json};

use crate::faces::Face;
use crate::lookers::{Looker, Peer};
use crate::sheet::Sheet;
use crate::tally::Tally;

/// Prints recall by height, yaw and group, false boxes and time per photo, for each tier and engine and for deface.
#[derive(Parser)]
struct Args {
    /// Folders with pictures and a truth.json.
    folders: Vec<PathBuf>,
    /// Only these sets, by a part of their name.
    #[arg(long)]
    set: Option<String>,
    /// Which engines: rten, onnxruntime.
    #[arg(long, value_delimiter = ',', default_value = "rten,onnxruntime")]
    engines: Vec<String>,
    /// Which tiers: fast, thorough.
    #[arg(long, value_delimiter = ',', default_value = "fast,thorough")]
    tiers: Vec<String>,
    /// The Python that has deface.
    #[arg(long, default_value = "target/venv/bin/python")]
    python: PathBuf,
    /// Leave deface out.
    #[arg(long)]
    no_deface: bool,
    /// Also write the figures to this file.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Handed over by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

/// Pictures that are looked at.
struct Set {
    name: String,
    folder: PathBuf,
    /// Only pictures whose path in truth.json begins so.
    only: &'static str,
    scale: f32,
}

fn main() {
    let args = Args::parse();
    if let Some(ended) = again_with_onnxruntime() {
        std::process::exit(ended);
    }
    let machine = machine();
    println!("{machine}");
    let mut rows = Vec::new();
    for set in sets(&args) {
        println!("\n{}", set.name);
        for (name, mut looker) in lookers(&args, &set) {
            rows.push(run(&set, &name, &mut looker));
        }
    }
    if let Some(path) = &args.json {
        let figures = json!({ "machine": machine, "runs": rows });
        std::fs::write(path, serde_json::to_vec_pretty(&figures).expect("figures")).expect("a writable file");
    }
}

/// The library that tests/all installs into target/venv is found only when the environment names it: the bench starts itself
/// once more with that said, and gives back how that ended.
fn again_with_onnxruntime() -> Option<i32> {
    if std::env::var_os("ORT_DYLIB_PATH").is_some() {
        return None;
    }
    let pythons = std::fs::read_dir(top().join("target/venv/lib")).ok()?.filter_map(Result::ok);
    let library = pythons
        .filter_map(|python| std::fs::read_dir(python.path().join("site-packages/onnxruntime/capi")).ok())
        .flat_map(|files| files.filter_map(Result::ok).map(|file| file.path()))
        .find(|file| file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("libonnxruntime.so")))?;
    let own = std::env::current_exe().ok()?;
    let ended = Command::new(own).args(std::env::args_os().skip(1)).env("ORT_DYLIB_PATH", library).status().ok()?;
    Some(ended.code().unwrap_or(1))
}

fn top() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sets(args: &Args) -> Vec<Set> {
    let school = top().join("fixtures/school");
    let mut sets: Vec<Set> = Vec::new();
    for folder in &args.folders {
        let name = folder.display().to_string();
        sets.push(Set { name, folder: folder.clone(), only: "", scale: 1.0 });
    }
    if args.folders.is_empty() {
        for scale in [1.0, 0.5, 0.35] {
            let name = format!("the school at {scale} of its size");
            sets.push(Set { name, folder: school.clone(), only: "photos/", scale });
        }
        for (name, write) in [("crowd", crowd::write as fn(&Path, &Path)), ("harder", harder::write)] {
            let folder = composed(name, &school, write);
            sets.push(Set { name: format!("{name} people, composed"), folder: folder.clone(), only: "", scale: 1.0 });
            if name == "crowd" {
                let name = "crowd people at 0.5 of their size".to_owned();
                sets.push(Set { name, folder, only: "", scale: 0.5 });
            }
        }
    }
    sets.retain(|set| args.set.as_ref().is_none_or(|wanted| set.name.contains(wanted.as_str())));
    sets
}

/// The folder of a composed set, written when it is not there.
fn composed(name: &str, school: &Path, write: fn(&Path, &Path)) -> PathBuf {
    let folder = top().join("target/truth").join(name);
    if !folder.join("truth.json").exists() {
        std::fs::create_dir_all(&folder).expect("a writable target folder");
        write(school, &folder);
    }
    folder
}

fn lookers(args: &Args, set: &Set) -> Vec<(String, Looker)> {
    let mut lookers = Vec::new();
    for kind in [EngineKind::OnnxRuntime, EngineKind::Rten] {
        for (name, tier) in [("fast", Tier::Fast), ("thorough", Tier::Thorough)] {
            if !args.engines.iter().any(|wanted| wanted == kind.name()) || !args.tiers.iter().any(|tier| tier == name) {
                continue;
            }
            match Detector::open_with(kind) {
                Ok(detector) => lookers.push((format!("{} {name}", kind.name()), Looker::Ours { detector, tier })),
                Err(cause) => eprintln!("{}: {cause}", kind.name()),
            }
        }
    }
    // deface reads files: it has no part where a copy was made smaller in memory
    if !args.no_deface && set.scale == 1.0 {
        match Peer::start(&args.python) {
            Some(peer) => lookers.push(("deface".to_owned(), Looker::Deface(peer))),
            None => eprintln!("deface is left out: `{} -m pip install deface onnx`", args.python.display()),
        }
    }
    lookers
}

fn run(set: &Set, name: &str, looker: &mut Looker) -> Value {
    let (mut tally, mut sheet) = (Tally::default(), Sheet::default());
    for (path, truth) in faces::read(&set.folder).iter().filter(|(path, _)| path.starts_with(set.only)) {
        let file = set.folder.join(path);
        let pixels = faces::picture(&file, set.scale);
        let truth: Vec<Face> = truth.iter().map(|face| face.scaled(set.scale)).collect();
        let missed = tally.add(&truth, &looker.look(&file, &pixels));
        if !missed.is_empty() {
            let picture = as_image(pixels);
            missed.iter().for_each(|face| sheet.add(&picture, face));
        }
    }
    println!("  {name:20} {}", tally.line());
    tally.tables().iter().for_each(|line| println!("{line}"));
    let words = format!("{} {name}", set.name).replace(|c: char| !c.is_ascii_alphanumeric() && c != '.', "-");
    let path = top().join("target/truth").join(format!("missed-{words}.png"));
    std::fs::create_dir_all(top().join("target/truth")).expect("a writable target folder");
    if sheet.write(&path) {
        println!("    those that nobody would have hidden: {}", path.display());
    }
    json!({ "set": set.name, "scale": set.scale, "looker": name, "figures": tally.json() })
}

fn as_image(pixels: Pixels) -> RgbImage {
    let size = pixels.size();
    RgbImage::from_raw(size.width, size.height, pixels.into_rgb()).expect("three bytes per pixel")
}

/// The state of the machine in one line, for whoever compares figures.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let info = read("/proc/cpuinfo");
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or("unknown");
    let load = read("/proc/loadavg");
    let load = load.split_whitespace().next().unwrap_or("unknown");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let built = if cfg!(debug_assertions) { "the dev profile" } else { "the release profile" };
    format!("{}; {cores} processors to use, load {load} at the start; {built}", model.trim_matches([' ', '\t', ':']))
}
