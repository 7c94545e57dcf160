//! How many true faces are found: `cargo bench --bench recall -- FOLDER` for a folder with a truth.json.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench prints and stops at the first thing that is wrong"
)]

mod truth;

use std::path::PathBuf;
use std::time::Instant;

use clap::Parser;
use eyelid::domain::geometry::Rect;
use eyelid::vision::{Detector, EngineKind, Tier};
use serde_json::{Value, json};

/// Prints recall by height and yaw, false boxes and time per photo, for each tier and engine, as text and as JSON.
#[derive(Parser)]
struct Args {
    /// A folder with pictures and a truth.json.
    folder: PathBuf,
    /// Only pictures whose path below the folder starts with this.
    #[arg(long, default_value = "photos/")]
    only: String,
    /// Look at the pictures at these scales.
    #[arg(long, value_delimiter = ',', default_value = "1,0.5,0.35")]
    scales: Vec<f32>,
    /// Which engines: rten, onnxruntime.
    #[arg(long, value_delimiter = ',', default_value = "rten,onnxruntime")]
    engines: Vec<String>,
    /// Which tiers: fast, thorough.
    #[arg(long, value_delimiter = ',', default_value = "fast,thorough")]
    tiers: Vec<String>,
    /// Also write the figures to this file.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Name each missed face.
    #[arg(long)]
    missed: bool,
    /// Handed over by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let args = Args::parse();
    let mut rows = Vec::new();
    for kind in [EngineKind::Rten, EngineKind::OnnxRuntime] {
        if !args.engines.iter().any(|name| name == kind.name()) {
            continue;
        }
        match Detector::open_with(kind) {
            Ok(detector) => rows.extend(measure(&args, &detector)),
            Err(cause) => eprintln!("{}: {cause}", kind.name()),
        }
    }
    if let Some(path) = &args.json {
        std::fs::write(path, serde_json::to_vec_pretty(&rows).expect("figures"))
            .expect("a writable file for the figures");
    }
}

fn measure(args: &Args, detector: &Detector) -> Vec<Value> {
    let mut rows = Vec::new();
    for &scale in &args.scales {
        for (name, tier) in [("fast", Tier::Fast), ("thorough", Tier::Thorough)] {
            if args.tiers.iter().any(|wanted| wanted == name) {
                rows.push(run(args, detector, scale, name, tier));
            }
        }
    }
    rows
}

/// Milliseconds that all threads of this process kept a core busy: unlike the wall's, they do not grow when the machine
/// is shared. Linux counts them in hundredths of a second; elsewhere 0.
fn processor_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}

/// A face of the truth and how it fared.
struct Met {
    height: f32,
    yaw: f32,
    visible: f32,
    sure: bool,
    found: bool,
}

fn run(args: &Args, detector: &Detector, scale: f32, name: &str, tier: Tier) -> Value {
    let (mut met, mut spare, mut spare_maybe, mut photos, mut longest, mut spent, mut busy) =
        (Vec::new(), 0, 0, 0_u32, 0.0_f64, 0.0, 0.0);
    for (path, faces) in truth::read(&args.folder).iter().filter(|(path, _)| path.starts_with(&args.only)) {
        let pixels = truth::picture(&args.folder.join(path), scale);
        let (start, used) = (Instant::now(), processor_ms());
        let found = detector.detect(&pixels, tier).expect("a working engine");
        let taken = start.elapsed().as_secs_f64() * 1000.0;
        busy += processor_ms() - used;
        (photos, longest, spent) = (photos + 1, longest.max(taken), spent + taken);
        let boxes: Vec<Rect> = faces.iter().map(|face| truth::scaled(face, scale)).collect();
        let sure: Vec<Rect> = found.iter().filter(|face| !face.maybe).map(|face| face.rect).collect();
        let all: Vec<Rect> = found.iter().map(|face| face.rect).collect();
        let (hit_sure, false_sure) = truth::compare(&boxes, &sure);
        let (hit, false_all) = truth::compare(&boxes, &all);
        spare += false_sure;
        spare_maybe += false_all.saturating_sub(false_sure);
        for (((face, rect), sure), found) in faces.iter().zip(&boxes).zip(hit_sure).zip(hit) {
            if args.missed && !sure {
                println!(
                    "  missed in {path}: {:.0} px, yaw {:.0}, visible {:.2}, maybe {found}",
                    rect.height(),
                    face.yaw,
                    face.visible
                );
            }
            met.push(Met { height: rect.height(), yaw: face.yaw.abs(), visible: face.visible, sure, found });
        }
    }
    let per_photo = |count: usize| count as f64 / f64::from(photos.max(1));
    let by_height = groups(&met, &[0.0, 16.0, 24.0, 40.0, 80.0, 160.0, f32::INFINITY], |face| face.height);
    let by_yaw = groups(&met, &[0.0, 20.0, 40.0, 90.0, f32::INFINITY], |face| face.yaw);
    let clear: Vec<&Met> = met.iter().filter(|face| face.visible >= 0.5).collect();
    println!(
        "{} {name} at {scale}: sure {}/{} (clear ones {}/{}), with maybe {}; false per photo {:.2} sure, {:.2} maybe; {:.0} ms a photo, at most {longest:.0}, {:.0} ms of one core",
        detector.engine(),
        met.iter().filter(|face| face.sure).count(),
        met.len(),
        clear.iter().filter(|face| face.sure).count(),
        clear.len(),
        met.iter().filter(|face| face.found).count(),
        per_photo(spare),
        per_photo(spare_maybe),
        spent / f64::from(photos.max(1)),
        busy / f64::from(photos.max(1)),
    );
    json!({
        "engine": detector.engine(), "tier": name, "scale": scale, "photos": photos,
        "faces": met.len(), "sure": met.iter().filter(|face| face.sure).count(),
        "found": met.iter().filter(|face| face.found).count(),
        "clear": clear.len(), "clear_sure": clear.iter().filter(|face| face.sure).count(),
        "false_sure_per_photo": per_photo(spare), "false_maybe_per_photo": per_photo(spare_maybe),
        "ms_per_photo": spent / f64::from(photos.max(1)), "ms_longest": longest, "core_ms_per_photo": busy / f64::from(photos.max(1)),
        "by_height": by_height, "by_yaw": by_yaw,
    })
}

fn groups(met: &[Met], edges: &[f32], of: impl Fn(&Met) -> f32) -> Vec<Value> {
    let group = |from: f32, to: f32| {
        let inside: Vec<&Met> = met.iter().filter(|face| (from..to).contains(&of(face))).collect();
        json!({
            "from": from, "to": if to.is_finite() { json!(to) } else { Value::Null }, "faces": inside.len(),
            "sure": inside.iter().filter(|face| face.sure).count(), "found": inside.iter().filter(|face| face.found).count(),
        })
    };
    edges.windows(2).map(|pair| group(pair[0], pair[1])).collect()
}
