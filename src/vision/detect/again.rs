//! Where the network looks again: at everything it was not sure of, at the size at which it sees best.

use super::view::View;
use super::vote::{SAME, Seen};
use crate::domain::geometry::{Rect, Size};

/// A score from which something is worth a second look.
///
/// At half the scale at which they are found, faces of 16 to 20 px (8 to 10 px there) had 0.036 at least.
pub(super) const HINT: f32 = 0.03;

/// The same where the quantized network looked: at 0.03 it hints at 348 of 353 faces of the crowds, at 0.025 at 350.
pub(super) const HINT_ROUGHLY: f32 = 0.025;

/// The same where there is no time for more than a glance: 347 of the 353, and a third of the second looks.
pub(super) const HINT_QUICKLY: f32 = 0.05;

/// The height, in pixels of the input, at which a second look shows a face, and the side of what it shows.
const HEIGHT: f64 = 36.0;
const SIDE: f64 = 128.0;

/// The network gains nothing from a picture enlarged further.
const LARGEST_SCALE: f64 = 2.0;

/// A hostile picture could hint at a face everywhere.
const MOST: usize = 400;

/// Views round every hint that no sure face explains and that none of the views so far has shown at about this size.
///
/// A view serves all hints of about one size that lie well inside it, so a crowd costs few more looks than a face.
pub(super) fn again(seen: &[Seen], shown: &[View], picture: Size) -> Vec<View> {
    let sure = seen.iter().filter(|one| !one.cut && one.sure);
    let sure: Vec<&Rect> = sure.map(|one| &one.face.rect).collect();
    let unsure = seen.iter().filter(|one| sure.iter().all(|face| face.iou(&one.face.rect) <= SAME));
    let mut hints: Vec<&Seen> = unsure.collect();
    hints.sort_by(|a, b| b.face.score.total_cmp(&a.face.score));
    let mut views: Vec<View> = Vec::new();
    for rect in hints.iter().map(|hint| &hint.face.rect) {
        let scale = (HEIGHT / f64::from(rect.height())).min(LARGEST_SCALE);
        let mut known = shown.iter().chain(&views);
        if views.len() < MOST && !known.any(|view| view.shows(rect, scale, picture)) {
            views.push(View::round(rect, scale, SIDE, picture));
        }
    }
    views
}

#[cfg(test)]
mod tests {
    use super::super::decode::Candidate;
    use super::super::vote::SURE;
    use super::*;
    use crate::domain::geometry::Point;

    fn seen(x: f32, y: f32, height: f32, score: f32) -> Seen {
        let rect = Rect { x1: x, y1: y, x2: x + height * 0.75, y2: y + height };
        let face = Candidate { rect, score, landmarks: [Point { x, y }; 5] };
        Seen { face, sure: score >= SURE, pass: 0, cut: false }
    }

    const PICTURE: Size = Size { width: 4000, height: 3000 };

    fn shown() -> [View; 2] {
        [0.25, 0.5].map(|scale| View::of(PICTURE.frame(), scale))
    }

    #[test]
    fn a_hint_is_looked_at_once_at_the_best_size_and_a_sure_face_not_again() {
        let hints = [seen(1000.0, 1000.0, 40.0, 0.1), seen(1010.0, 1020.0, 42.0, 0.05), seen(2000.0, 500.0, 40.0, 0.9)];
        let views = again(&hints, &shown(), PICTURE);
        assert_eq!(views.len(), 1);
        assert!((126..=128).contains(&views[0].input.width), "{views:?}");
        assert!(views[0].region.contains(1015, 1020));
        assert!(!views[0].cuts(&hints[0].face.rect, PICTURE));
    }

    #[test]
    fn nothing_is_looked_at_again_at_a_scale_that_was_seen() {
        assert!(again(&[seen(1000.0, 1000.0, 72.0, 0.1)], &shown(), PICTURE).is_empty());
    }

    #[test]
    fn a_picture_full_of_hints_has_a_limit() {
        let hints: Vec<Seen> = (0_u16..80)
            .flat_map(|x| (0_u16..60).map(move |y| seen(f32::from(x) * 50.0, f32::from(y) * 50.0, 20.0, 0.1)))
            .collect();
        assert_eq!(again(&hints, &shown(), PICTURE).len(), MOST);
    }
}
