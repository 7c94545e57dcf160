//! From what several looks saw to the faces of the picture: overlapping boxes become one, and the looks vote.

use super::Detection;
use super::decode::Candidate;

/// Seen with this score once, a face is sure.
pub(super) const SURE: f32 = 0.35;
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
/// A face is sure when one pass gave it [`SURE`], or `needed` passes gave it [`MAYBE`].
/// A box cut by a tile's edge stands only where no whole box does, and has no vote.
pub(super) fn vote(mut seen: Vec<Seen>, needed: u32) -> Vec<Detection> {
    seen.retain(|one| one.face.score >= MAYBE);
    seen.sort_by(|a, b| a.cut.cmp(&b.cut).then(b.face.score.total_cmp(&a.face.score)));
    let mut groups: Vec<Group> = Vec::new();
    for one in seen {
        match groups.iter_mut().find(|group| group.holds(&one)) {
            Some(group) if !one.cut && group.best.face.rect.iou(&one.face.rect) > SAME => group.join(&one),
            Some(_) => {}
            None => groups.push(Group { best: one, passes: 1 << one.pass }),
        }
    }
    let mut faces: Vec<Detection> = groups.iter().map(|group| group.face(needed)).collect();
    faces.sort_by(|a, b| b.score.total_cmp(&a.score));
    faces
}

struct Group {
    best: Seen,
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
        self.passes |= 1 << one.pass;
    }

    fn face(&self, needed: u32) -> Detection {
        let Candidate { rect, score, landmarks } = self.best.face;
        Detection { rect, score, landmarks, maybe: score < SURE && self.passes.count_ones() < needed }
    }
}
