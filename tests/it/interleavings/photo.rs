//! Photos in which each face is a rectangle of one person's colour, so that it is plain who is seen.

use eyelid::access::Role;
use eyelid::domain::camera::Camera;
use eyelid::domain::geometry::Size;
use eyelid::domain::id::PhotoId;
use eyelid::store::StoreError;
use eyelid::vision::{Limits, Pixels, decode, encode_jpeg};
use serde_json::{Value, json};

use super::super::site::Running;
use super::world::{PEOPLE, clock};

pub(super) const PHOTOS: usize = 3;
/// So many faces have a box from the beginning.
pub(super) const DRAWN: usize = 3;
/// One more is there, and has none until somebody finds it.
pub(super) const FACES: usize = DRAWN + 1;
pub(super) const LATE: usize = DRAWN;

const WIDE: u32 = 640;
const HIGH: u32 = 240;
const TOP: u32 = 90;
const FACE: Size = Size { width: 44, height: 56 };
/// A colour for each of the people.
const MARKS: [[u8; 3]; PEOPLE] = [[220, 20, 20], [20, 200, 20], [20, 20, 220], [220, 200, 20]];

/// Which faces are seen.
pub(super) type Sight = [bool; FACES];

/// Who is in a photo, in truth.
pub(super) fn bears(photo: usize, face: usize) -> usize {
    (photo + face) % PEOPLE
}

/// A face's box as it is drawn.
pub(super) fn drawn(face: usize) -> Value {
    let (x, y) = (left(face), TOP);
    json!({ "box": [x, y, x + FACE.width, y + FACE.height] })
}

fn left(face: usize) -> u32 {
    50 + 160 * u32::try_from(face).unwrap()
}

pub(super) fn take(site: &Running, photo: usize) -> PhotoId {
    let size = Size { width: WIDE, height: HIGH };
    let ground = 90 + 30 * u8::try_from(photo).unwrap();
    let mut rgb = Vec::new();
    for y in 0..HIGH {
        for x in 0..WIDE {
            let inside = |face: &usize| {
                (left(*face)..left(*face) + FACE.width).contains(&x) && (TOP..TOP + FACE.height).contains(&y)
            };
            rgb.extend((0..FACES).find(inside).map_or([ground; 3], |face| MARKS[bears(photo, face)]));
        }
    }
    let digest = site.store.put_blob(&encode_jpeg(&Pixels::new(size, rgb).unwrap(), None).unwrap()).unwrap();
    let taken = site.store.write(&site.actor(), clock(), |w| {
        let event = w.open_event("Sports day", "2026-06-12".parse().unwrap(), &[], "sports-day-2026-06-12")?;
        let id = w.receive(&digest, event.id)?.photo().id.clone();
        w.set_found(&id, size, &Camera::default())?;
        w.set_inspected(&id)?;
        Ok::<_, StoreError>(id)
    });
    let id = taken.unwrap();
    let staff = site.signed_in(Role::Staff);
    for face in 0..DRAWN {
        let added = staff.json(ureq::http::Method::POST, &format!("/api/v1/photos/{id}/faces"), &drawn(face));
        assert_eq!(added.value()["face"], face + 1);
    }
    id
}

/// Which faces are seen in a picture: those whose middle looks as in the original.
pub(super) fn seen(photo: usize, jpeg: &[u8]) -> Sight {
    let pixels = decode(jpeg, None, &Limits::default()).unwrap().pixels;
    let Size { width, height } = pixels.size();
    std::array::from_fn(|face| {
        let mark = MARKS[bears(photo, face)];
        let (x, y) = (left(face) + FACE.width / 2, TOP + FACE.height / 2);
        let (x, y) = (x * width / WIDE, y * height / HIGH);
        let at = usize::try_from(y * width + x).unwrap() * 3;
        let near = |channel: usize| pixels.rgb()[at + channel].abs_diff(mark[channel]) < 40;
        (0..3).all(near)
    })
}
