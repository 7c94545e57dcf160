//! Faces that are shown and yet lie under what hides somebody else.

use super::reason::{Code, Facts, Reason, Weight};
use crate::domain::face::Face;
use crate::domain::geometry::{Rect, Region, Size, united_pixels};
use crate::domain::id::FaceId;

/// A note about the shown faces of which at least a tenth is covered; nothing is uncovered for them.
///
/// The margins of a head reach into its neighbour's hair in every row of children, so less than that is not told.
pub(super) fn covered(shown: &[&Face], hidden: &[Region], frame: Size) -> Option<Reason> {
    let faces: Vec<FaceId> =
        shown.iter().filter(|face| is_covered(&face.rect, hidden, frame)).map(|face| face.id).collect();
    (!faces.is_empty()).then(|| {
        let facts = Facts { faces, ..Facts::default() };
        Reason { facts, ..Reason::new(Code::ShownFaceCovered, Weight::Note) }
    })
}

fn is_covered(face: &Rect, hidden: &[Region], frame: Size) -> bool {
    let face = Region::covering(face, frame);
    let shared: Vec<Region> = hidden
        .iter()
        .map(|region| Region {
            left: region.left.max(face.left),
            top: region.top.max(face.top),
            right: region.right.min(face.right),
            bottom: region.bottom.min(face.bottom),
        })
        .filter(|shared| shared.left < shared.right && shared.top < shared.bottom)
        .collect();
    !shared.is_empty() && united_pixels(&shared) * 10 >= face.size().pixels()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::face::{Origin, Who};

    const FRAME: Size = Size { width: 640, height: 400 };

    fn face(id: u32, edges: [f32; 4]) -> Face {
        let (origin, who) = (Origin::Detected, Who::Unknown);
        Face { id: FaceId(id), rect: edges.into(), score: None, origin, who, also: vec![] }
    }

    fn region([left, top, right, bottom]: [u32; 4]) -> Region {
        Region { left, top, right, bottom }
    }

    #[test]
    fn a_shown_face_under_a_hidden_region_is_told_and_one_beside_it_is_not() {
        let (one, other) = (face(1, [100.0, 100.0, 200.0, 200.0]), face(2, [300.0, 100.0, 400.0, 200.0]));
        let told = |hidden: &[Region]| covered(&[&one, &other], hidden, FRAME).map(|reason| reason.facts.faces);
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[region([0, 0, 100, 400])]), None);
        assert_eq!(told(&[region([0, 200, 640, 400])]), None, "below them");
        assert_eq!(told(&[region([0, 0, 109, 400])]), None, "nine in a hundred");
        assert_eq!(told(&[region([0, 0, 110, 400])]), Some(vec![FaceId(1)]));
        assert_eq!(told(&[region([140, 140, 360, 160])]), Some(vec![FaceId(1), FaceId(2)]));
        assert_eq!(told(&[region([100, 100, 120, 120]), region([100, 100, 122, 122])]), None, "counted once");
        assert_eq!(told(&[region([0, 0, 640, 400])]), Some(vec![FaceId(1), FaceId(2)]));
    }
}
