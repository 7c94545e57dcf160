//! Time of each stage of a photo's way: `cargo bench --bench stages`.
#![expect(clippy::expect_used, reason = "a bench stops at the first thing that is wrong")]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use eyelid::domain::channel::Style;
use eyelid::domain::geometry::{Region, Size};
use eyelid::vision::{
    Claim, Credit, Detector, EngineKind, Limits, Pixels, Tier, decode, encode_jpeg, obscure, prove, resize,
};
use image::imageops::FilterType;

criterion_group!(stages, pixels, detection);
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

/// Decode, hide, resize and encode the same photo, and the same at 24 million pixels.
fn pixels(criterion: &mut Criterion) {
    let limits = Limits::default();
    let large = {
        let small = photo();
        let size = Size { width: 6000, height: 4000 };
        let enlarged = image::RgbImage::from_raw(small.size().width, small.size().height, small.rgb().to_vec())
            .map(|image| image::imageops::resize(&image, size.width, size.height, FilterType::Triangle));
        Pixels::new(size, enlarged.expect("three bytes per pixel").into_raw()).expect("three bytes per pixel")
    };
    for (name, picture) in [("1.7 MP", photo()), ("24 MP", large)] {
        let jpeg = encode_jpeg(&picture, None).expect("a picture that fits");
        let Size { width, height } = picture.size();
        let head = Region { left: width / 3, top: height / 3, right: width / 2, bottom: height / 2 };
        let mut group = criterion.benchmark_group(format!("pixels/{name}"));
        group.sample_size(10);
        group.bench_function("decode", |bench| bench.iter(|| decode(black_box(&jpeg), Some("jpg"), &limits)));
        for (style, named) in [(Style::Smooth, "smooth"), (Style::Blur, "blur")] {
            let mut canvas = picture.clone();
            group.bench_function(format!("hide {named}"), |bench| {
                bench.iter(|| obscure(black_box(&mut canvas), &[head], &[], style, &[7; 32]));
            });
        }
        group.bench_function("resize to 1600", |bench| bench.iter(|| resize(black_box(&picture), 1600)));
        let sized = resize(&picture, 1600).expect("a picture that fits");
        group.bench_function("encode 1600", |bench| bench.iter(|| encode_jpeg(black_box(&sized), None)));
        let credit = Credit { credit: "Hill School", rights: "Hill School" };
        let mut covered = picture.clone();
        obscure(&mut covered, &[head], &[], Style::Smooth, &[7; 32]);
        let covered = resize(&covered, 1600).expect("a picture that fits");
        let finished = encode_jpeg(&covered, Some(&credit)).expect("a picture that fits");
        let (size, photo, hidden) = (covered.size(), picture.size(), &[head]);
        let claim = Claim { size, photo, hidden, style: Style::Smooth, credit };
        group.bench_function("prove 1600", |bench| bench.iter(|| prove(black_box(&finished), &claim)));
    }
}

fn photo() -> Pixels {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/school/photos/playground-opening/school council.jpg");
    let bytes = std::fs::read(path).expect("the photo of the synthetic school");
    decode(&bytes, Some("jpg"), &Limits::default()).expect("a whole photo").pixels
}
