//! Time of each stage of a photo's way: `cargo bench --bench stages`.
#![expect(clippy::expect_used, reason = "a bench stops at the first thing that is wrong")]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use eyelid::domain::geometry::Size;
use eyelid::vision::{Detector, EngineKind, Pixels, Tier};

criterion_group!(stages, detection);
criterion_main!(stages);

/// Both tiers on each engine that works here, on a photo of 1600 x 1067 with ten people.
fn detection(criterion: &mut Criterion) {
    let pixels = photo();
    for kind in [EngineKind::Rten, EngineKind::OnnxRuntime] {
        let Ok(detector) = Detector::open_with(kind) else { continue };
        let mut group = criterion.benchmark_group(format!("detect/{}", kind.name()));
        group.sample_size(10);
        for (name, tier) in [("fast", Tier::Fast), ("thorough", Tier::Thorough)] {
            group.bench_function(name, |bench| bench.iter(|| detector.detect(black_box(&pixels), tier)));
        }
        group.bench_function("two photos at once", |bench| {
            bench.iter(|| {
                std::thread::scope(|scope| {
                    for _ in 0..2 {
                        scope.spawn(|| detector.detect(black_box(&pixels), Tier::Fast));
                    }
                });
            });
        });
    }
}

fn photo() -> Pixels {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/school/events/016.jpg");
    let picture = image::open(path).expect("the photo of the synthetic school").into_rgb8();
    let size = Size { width: picture.width(), height: picture.height() };
    Pixels::new(size, picture.into_raw()).expect("three bytes per pixel")
}
