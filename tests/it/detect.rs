//! Every face of the synthetic school is found, at several sizes, and by both engines.

#[path = "../../benches/truth/faces.rs"]
pub(super) mod faces;

use std::path::{Path, PathBuf};

use eyelid::domain::geometry::{Rect, Size};
use eyelid::vision::{Detector, EngineKind, ModelError, Pixels, Tier};

fn school() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/school")
}

/// How the sure faces compare with the truth.
#[derive(Debug, Default)]
struct Recall {
    faces: usize,
    /// Photo, yaw and visible share of each.
    missed: Vec<(String, f32, f32)>,
    spare: usize,
}

impl Recall {
    fn missed_clear(&self) -> usize {
        self.missed.iter().filter(|(_, _, visible)| *visible >= 0.5).count()
    }
}

fn recall(scale: f32, tier: Tier) -> Recall {
    let detector = Detector::open().unwrap();
    let mut recall = Recall::default();
    for (path, faces) in faces::read(&school()).iter().filter(|(path, _)| path.starts_with("photos/")) {
        let found = detector.detect(&faces::picture(&school().join(path), scale), tier).unwrap();
        let sure: Vec<Rect> = found.iter().filter(|face| !face.maybe).map(|face| face.rect).collect();
        let boxes: Vec<Rect> = faces.iter().map(|face| face.scaled(scale).rect).collect();
        let (hit, spare) = faces::compare(&boxes, &sure);
        let missed = faces.iter().zip(hit).filter(|(_, hit)| !hit);
        recall.missed.extend(missed.map(|(face, _)| (path.clone(), face.yaw, face.visible)));
        recall.faces += faces.len();
        recall.spare += spare;
    }
    recall
}

#[test]
fn the_thorough_tier_finds_every_clear_face_of_the_school() {
    for scale in [1.0, 0.5, 0.35] {
        let recall = recall(scale, Tier::Thorough);
        assert_eq!(recall.faces, 79);
        assert!(recall.missed.len() <= 1 && recall.missed_clear() == 0 && recall.spare <= 4, "at {scale}: {recall:?}");
    }
}

#[test]
fn the_fast_tier_finds_them_too() {
    let recall = recall(1.0, Tier::Fast);
    assert!(recall.missed.len() <= 1 && recall.missed_clear() == 0 && recall.spare <= 2, "{recall:?}");
}

#[test]
fn landmarks_lie_on_the_face() {
    let detector = Detector::open().unwrap();
    for face in
        detector.detect(&faces::picture(&school().join("photos/art-exhibition/IMG_0032.JPG"), 0.5), Tier::Fast).unwrap()
    {
        let [left, right, nose, mouth_left, mouth_right] = face.landmarks;
        assert!(left.x < right.x && mouth_left.x < mouth_right.x, "{face:?}");
        assert!(left.y < nose.y && nose.y < mouth_left.y.max(mouth_right.y), "{face:?}");
        let inside =
            |x: f32, y: f32| (face.rect.x1..face.rect.x2).contains(&x) && (face.rect.y1..face.rect.y2).contains(&y);
        assert!(face.landmarks.iter().all(|at| inside(at.x, at.y)), "{face:?}");
    }
}

#[test]
fn tiny_long_and_flat_pictures_have_no_faces_and_do_no_harm() {
    let detector = Detector::open().unwrap();
    for (width, height) in [(1, 1), (3, 2), (20_000, 10), (1, 3000), (640, 480)] {
        let size = Size { width, height };
        let grey = Pixels::new(size, vec![128; usize::try_from(size.pixels()).unwrap() * 3]).unwrap();
        for tier in [Tier::Fast, Tier::Thorough] {
            assert!(detector.detect(&grey, tier).unwrap().is_empty(), "{width} x {height}");
        }
    }
}

/// They run the same weights where neither looks roughly; what each finds in the end must be the same people.
#[test]
fn both_engines_find_the_same_faces() {
    let fast = match Detector::open_with(EngineKind::OnnxRuntime) {
        Ok(fast) => fast,
        Err(cause) => {
            assert!(std::env::var_os("EYELID_REQUIRE_ORT").is_none_or(|set| set != "1"), "{cause}");
            assert!(matches!(cause, ModelError::NoLibrary | ModelError::Library { .. }), "{cause}");
            return;
        }
    };
    let built_in = Detector::open_with(EngineKind::Rten).unwrap();
    for path in ["photos/book-week/DSC00401.JPG", "photos/playground-opening/school council.jpg"] {
        let pixels = faces::picture(&school().join(path), 1.0);
        let sure = |detector: &Detector| -> Vec<Rect> {
            let found = detector.detect(&pixels, Tier::Fast).unwrap();
            found.iter().filter(|face| !face.maybe).map(|face| face.rect).collect()
        };
        let (a, b) = (sure(&fast), sure(&built_in));
        let (hit, spare) = faces::compare(&a, &b);
        assert!(!a.is_empty() && spare == 0 && hit.iter().all(|hit| *hit), "{path}: {a:?} {b:?}");
    }
}

#[test]
fn many_threads_may_look_at_once() {
    let detector = Detector::open().unwrap();
    let pixels = faces::picture(&school().join("photos/art-exhibition/IMG_0032.JPG"), 0.35);
    let alone = detector.detect(&pixels, Tier::Fast).unwrap();
    std::thread::scope(|scope| {
        let looks: Vec<_> = (0..4).map(|_| scope.spawn(|| detector.detect(&pixels, Tier::Fast).unwrap())).collect();
        assert!(looks.into_iter().all(|look| look.join().unwrap() == alone));
    });
}
