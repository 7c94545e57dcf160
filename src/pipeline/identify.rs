//! The found faces are kept beside those that are known; from here on people say who they are.

use std::cmp::Ordering;

use crate::domain::face::{Face, Origin, Who};
use crate::domain::geometry::Rect;
use crate::store::{JobKind, NewFace, StoreError, Write};
use crate::vision::{Detection, Tier};

use super::find::Found;
use super::recognition::queue;
use crate::domain::photo::PhotoState;

/// Two boxes of one face share at least this much: passes differ by up to a quarter of a box, neighbours share less.
const SAME_FACE: f32 = 0.4;

impl Found {
    /// Writes what was found: new faces are added from left to right, weak ones that are now sure are raised, none is taken
    /// away; a weak one inside a face that is known for sure adds nothing.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep(mut self, w: &Write) -> Result<(), StoreError> {
        let id = &self.photo.id;
        if !self.allowed {
            return w.set_quarantined(id, Some((self.size, &self.camera)), NOT_A_SCHOOL_CAMERA);
        }
        w.set_likeness(id, self.likeness)?;
        let known = w.faces(id)?;
        self.faces.sort_by(|a, b| a.rect.x1.partial_cmp(&b.rect.x1).unwrap_or(Ordering::Equal));
        for face in &self.faces {
            match closest(&known, &face.rect) {
                Some(known) if known.origin == Origin::Maybe && !face.maybe => {
                    w.raise_face(id, known.id, face.score)?;
                }
                Some(_) => {}
                None if face.maybe && known.iter().any(|known| holds(known, &face.rect)) => {}
                None => {
                    w.add_face(id, &new_face(face))?;
                }
            }
        }
        let state = w.photo(id)?.map(|photo| photo.state);
        match (self.tier, state) {
            (Tier::Fast, Some(PhotoState::Received)) => {
                w.set_found(id, self.size, &self.camera)?;
                w.enqueue(JobKind::InspectThorough, id)
            }
            (Tier::Thorough, Some(PhotoState::Found)) => {
                w.set_inspected(id)?;
                queue(w, id)
            }
            // somebody else has brought it further meanwhile
            _ => Ok(()),
        }
    }
}

/// Whether a weak hit lies mostly inside a face that is known for sure, by the detector or by a person: it is a part of it.
fn holds(known: &Face, maybe: &Rect) -> bool {
    let sure = known.origin != Origin::Maybe || matches!(known.who, Who::Person(_) | Who::Visitor);
    sure && known.who != Who::NotAFace && known.rect.holds_as_part(maybe)
}

const NOT_A_SCHOOL_CAMERA: &str = "the photo is not from a camera on the school's list: \
     list the camera in school.toml and take the photo in again, or delete it";

fn closest<'a>(known: &'a [Face], rect: &Rect) -> Option<&'a Face> {
    let overlapping = known.iter().map(|face| (face, face.rect.iou(rect))).filter(|(_, shared)| *shared >= SAME_FACE);
    overlapping.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(face, _)| face)
}

fn new_face(face: &Detection) -> NewFace {
    NewFace {
        rect: face.rect,
        score: Some(face.score),
        origin: if face.maybe { Origin::Maybe } else { Origin::Detected },
        landmarks: Some(face.landmarks),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::{FaceId, PersonId};

    #[test]
    fn a_weak_hit_is_folded_into_what_is_known_for_sure_and_into_nothing_else() {
        let known = |origin, who| Face {
            id: FaceId(1),
            rect: [100.0, 100.0, 200.0, 220.0].into(),
            score: None,
            origin,
            who,
            also: vec![],
        };
        let (cheek, beside) = (Rect::from([160.0, 180.0, 210.0, 220.0]), Rect::from([180.0, 180.0, 246.0, 220.0]));
        let person = Who::Person("P1".parse::<PersonId>().unwrap());
        for sure in [
            known(Origin::Detected, Who::Unknown),
            known(Origin::Added, Who::Unknown),
            known(Origin::Maybe, person),
            known(Origin::Maybe, Who::Visitor),
        ] {
            assert!(holds(&sure, &cheek) && !holds(&sure, &beside), "{sure:?}");
        }
        for unsure in [known(Origin::Maybe, Who::Unknown), known(Origin::Detected, Who::NotAFace)] {
            assert!(!holds(&unsure, &cheek), "{unsure:?}");
        }
    }
}
