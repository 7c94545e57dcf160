//! From what several looks saw to the faces of the picture: overlapping boxes become one, and the looks vote.

use super::Detection;
use super::decode::Candidate;

/// Seen with this score once, a face is sure.
pub(super) const SURE: f32 = 0.35;
/// The same where the quantized network looked, which is off by up to 0.2: of more than 1700 faces to which it gave this much
/// in `benches/truth` the exact one gave each [`SURE`].
pub(super) const SURE_ROUGHLY: f32 = 0.5;
/// Seen with this score in two passes, a face is sure; in one, it is maybe a face.
pub(super) const MAYBE: f32 = 0.2;
/// Boxes that share more than this of their united area are one face.
pub(super) const SAME: f32 = 0.3;
/// A box with this share of its area inside a larger one, with a better score, is a part of that face.
const INSIDE: f32 = 0.75;

/// More boxes than this in one look are noise, and comparing them all would take for ever.
const MOST: usize = 4000;

/// A face that one pass saw.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen {
    /// In pixels of the picture.
    pub(super) face: Candidate,
    /// Whether this look alone makes it sure.
    pub(super) sure: bool,
    /// Which pass: several tiles of one scale are one pass.
    pub(super) pass: usize,
    /// Whether the box ends at an edge of a tile behind which the picture goes on.
    pub(super) cut: bool,
}

/// Removes the weaker of boxes that are the same face, within one look.
pub(super) fn strongest(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    candidates.truncate(MOST);
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if kept.iter().all(|k| k.rect.iou(&candidate.rect) <= SAME) {
            kept.push(candidate);
        }
    }
    kept
}

/// The faces of the picture, best score first.
///
/// A face is sure when one look was sure of it, or `needed` passes gave it [`MAYBE`].
/// A box cut by a tile's edge stands only where no whole box does, and has no vote.
pub(super) fn vote(mut seen: Vec<Seen>, needed: u32) -> Vec<Detection> {
    seen.retain(|one| one.face.score >= MAYBE);
    seen.sort_by(|a, b| a.cut.cmp(&b.cut).then(b.face.score.total_cmp(&a.face.score)));
    let mut groups: Vec<Group> = Vec::new();
    for one in seen {
        match groups.iter_mut().find(|group| group.holds(&one)) {
            Some(group) if !one.cut && group.best.face.rect.iou(&one.face.rect) > SAME => group.join(&one),
            Some(_) => {}
            None => groups.push(Group { best: one, sure: one.sure, passes: 1 << one.pass }),
        }
    }
    let mut faces: Vec<Detection> = groups.iter().map(|group| group.face(needed)).collect();
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    faces
}

struct Group {
    best: Seen,
    sure: bool,
    /// A bit for each pass that saw the face.
    passes: u32,
}

impl Group {
    fn holds(&self, one: &Seen) -> bool {
        let (best, rect) = (&self.best.face.rect, &one.face.rect);
        let smaller = best.area().min(rect.area());
        let part = best.shared(rect) >= INSIDE * smaller;
        best.iou(rect) > SAME || (part && (one.cut || rect.area() < best.area()))
    }

    fn join(&mut self, one: &Seen) {
        self.sure |= one.sure;
        self.passes |= 1 << one.pass;
    }

    fn face(&self, needed: u32) -> Detection {
        let Candidate { rect, score, landmarks } = self.best.face;
        Detection { rect, score, landmarks, maybe: !self.sure && self.passes.count_ones() < needed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::geometry::{Point, Rect};
    use proptest::prelude::*;

    fn seen(edges: [f32; 4], score: f32, pass: usize) -> Seen {
        let face = Candidate { rect: edges.into(), score, landmarks: [Point { x: 0.0, y: 0.0 }; 5] };
        Seen { face, sure: score >= SURE, pass, cut: false }
    }

    const FACE: [f32; 4] = [100.0, 100.0, 200.0, 220.0];
    const NEARLY: [f32; 4] = [104.0, 96.0, 205.0, 214.0];

    #[test]
    fn two_passes_make_a_weak_face_sure_and_one_makes_it_maybe() {
        let once = vote(vec![seen(FACE, 0.3, 0), seen(NEARLY, 0.25, 0)], 2);
        assert!(once.len() == 1 && once[0].maybe);
        let twice = vote(vec![seen(FACE, 0.3, 0), seen(NEARLY, 0.25, 1)], 2);
        assert!(twice.len() == 1 && !twice[0].maybe);
        assert_eq!(twice[0].rect, Rect::from(FACE));
        assert!(!vote(vec![seen(FACE, 0.4, 0)], 2)[0].maybe);
        assert!(vote(vec![seen(FACE, 0.19, 0), seen(FACE, 0.19, 1)], 2).is_empty());
        assert!(vote(vec![seen(FACE, 0.3, 0), seen(NEARLY, 0.25, 1)], u32::MAX)[0].maybe);
    }

    #[test]
    fn a_rough_look_makes_a_face_sure_only_with_another() {
        let rough = Seen { sure: false, ..seen(FACE, 0.45, 1) };
        assert!(vote(vec![rough], 2)[0].maybe);
        assert!(!vote(vec![rough, seen(NEARLY, 0.36, 2)], u32::MAX)[0].maybe);
        assert!(!vote(vec![rough, seen(NEARLY, 0.25, 2)], 2)[0].maybe);
    }

    #[test]
    fn a_part_of_a_face_is_not_a_face() {
        let eye = [120.0, 120.0, 150.0, 150.0];
        assert_eq!(vote(vec![seen(FACE, 0.8, 0), seen(eye, 0.5, 1)], 2).len(), 1);
        // a large weak box round a clearer face may be another face: both stay
        assert_eq!(vote(vec![seen(FACE, 0.4, 0), seen(eye, 0.8, 1)], 2).len(), 2);
    }

    #[test]
    fn somebody_half_behind_a_sure_face_is_still_to_be_judged() {
        // who looks over a shoulder, or leans on a cheek: 60 and 66 of 100 square parts are on the face
        for behind in [[160.0, 180.0, 226.7, 220.0], [140.0, 150.0, 220.0, 230.0]] {
            assert_eq!(vote(vec![seen(FACE, 0.8, 0), seen(behind, 0.21, 1)], 2).len(), 2);
        }
        // from the cheek over the jaw: 80 of 100
        let cheek = [160.0, 180.0, 210.0, 220.0];
        assert_eq!(vote(vec![seen(FACE, 0.8, 0), seen(cheek, 0.3, 1)], 2).len(), 1);
    }

    #[test]
    fn a_box_cut_by_a_tile_stands_only_alone() {
        let half = Seen { cut: true, ..seen([100.0, 100.0, 200.0, 150.0], 0.9, 1) };
        let faces = vote(vec![half, seen(FACE, 0.4, 0)], 2);
        assert!(faces.len() == 1 && faces[0].rect == Rect::from(FACE));
        assert_eq!(vote(vec![half], 2).len(), 1);
        // a cut box does not vote
        assert!(vote(vec![half, seen(FACE, 0.3, 0)], 2)[0].maybe);
    }

    fn any_seen() -> impl Strategy<Value = Seen> {
        (0.0_f32..300.0, 0.0_f32..300.0, 5.0_f32..120.0, 0.03_f32..1.0, 0_usize..4, any::<bool>())
            .prop_map(|(x, y, side, score, pass, cut)| Seen { cut, ..seen([x, y, x + side, y + side], score, pass) })
    }

    proptest! {
        #[test]
        fn every_sure_whole_box_is_kept_or_lies_on_a_better_face(all in prop::collection::vec(any_seen(), 0..30)) {
            let faces = vote(all.clone(), 2);
            for one in all.iter().filter(|one| !one.cut && one.face.score >= SURE) {
                let rect = one.face.rect;
                prop_assert!(faces.iter().any(|face| !face.maybe && face.score >= one.face.score
                    && (face.rect.iou(&rect) > SAME || face.rect.shared(&rect) >= INSIDE * rect.area())));
            }
            for (at, face) in faces.iter().enumerate() {
                prop_assert!(faces.iter().skip(at + 1).all(|other| other.rect.iou(&face.rect) <= SAME));
            }
        }

        #[test]
        fn the_strongest_keep_apart(all in prop::collection::vec(any_seen(), 0..30)) {
            let kept = strongest(all.iter().map(|one| one.face).collect());
            for (at, one) in kept.iter().enumerate() {
                prop_assert!(kept.iter().skip(at + 1).all(|other| other.rect.iou(&one.rect) <= SAME && other.score <= one.score));
            }
            prop_assert!(all.iter().all(|one| kept.iter().any(|k| k.rect.iou(&one.face.rect) > SAME)));
        }
    }
}
