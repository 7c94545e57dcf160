//! The digest that binds a sign-off to one verdict, and the one that binds a rendition to a verdict and a credit.
//!
//! A sign-off's is BLAKE3 over these bytes; numbers are unsigned 32 bit, little end first:
//!
//! | bytes | what |
//! |---|---|
//! | 17 | `eyelid verdict 1` and a line feed |
//! | 32 | the photo's digest |
//! | 4 | style: 0 smooth, 1 fill, 2 blur; then red, green, blue of a fill, else zeros |
//! | 1 | cover: 0 head, 1 body |
//! | 4 | the rendition's longest side |
//! | 4 | the number of faces that follow |
//! | 17 each | left, top, right, bottom of the region, then 0 hidden or 1 shown; in ascending order of just these values |
//!
//! A rendition's is BLAKE3 over `eyelid picture 1`, a line feed, those 32 bytes, and the credit in UTF-8: a picture with another
//! credit is another one, which nobody has to sign off anew.

use super::sign_off::Seen;
use crate::domain::channel::Style;
use crate::domain::head::Cover;
use crate::domain::id::Digest;

pub(super) fn fingerprint(photo: &Digest, seen: &Seen) -> Digest {
    let style = match seen.style {
        Style::Smooth => [0, 0, 0, 0],
        Style::Fill([red, green, blue]) => [1, red, green, blue],
        Style::Blur => [2, 0, 0, 0],
    };
    let cover = match seen.cover {
        Cover::Head => 0,
        Cover::Body => 1,
    };
    let mut faces: Vec<([u32; 4], u8)> =
        seen.faces.iter().map(|face| (face.region.into(), u8::from(face.shown))).collect();
    faces.sort_unstable();
    let mut bytes = b"eyelid verdict 1\n".to_vec();
    bytes.extend(photo.as_bytes());
    bytes.extend(style);
    bytes.push(cover);
    bytes.extend(seen.long_side.to_le_bytes());
    bytes.extend(u32::try_from(faces.len()).unwrap_or(u32::MAX).to_le_bytes());
    for (region, shown) in faces {
        bytes.extend(region.into_iter().flat_map(u32::to_le_bytes));
        bytes.push(shown);
    }
    Digest::of(&bytes)
}

/// The digest of a picture that is made for a verdict and bears this credit.
pub(super) fn picture(verdict: &Digest, credit: &str) -> Digest {
    Digest::of(&[b"eyelid picture 1\n".as_slice(), verdict.as_bytes(), credit.as_bytes()].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consent::sign_off::SeenFace;
    use crate::domain::geometry::Region;
    use crate::domain::id::FaceId;

    #[test]
    fn the_layout_is_the_documented_one() {
        let face = |id, left, shown| SeenFace {
            face: FaceId(id),
            region: Region { left, top: 2, right: 300, bottom: 4 },
            shown,
        };
        let seen = Seen {
            style: Style::Fill([7, 8, 9]),
            cover: Cover::Body,
            long_side: 258,
            faces: vec![face(1, 5, true), face(2, 1, false)],
        };
        let photo = Digest::of(b"photo");
        let mut bytes = b"eyelid verdict 1\n".to_vec();
        bytes.extend(photo.as_bytes());
        bytes.extend([1, 7, 8, 9, 1, 2, 1, 0, 0, 2, 0, 0, 0]);
        bytes.extend([1, 0, 0, 0, 2, 0, 0, 0, 44, 1, 0, 0, 4, 0, 0, 0, 0]);
        bytes.extend([5, 0, 0, 0, 2, 0, 0, 0, 44, 1, 0, 0, 4, 0, 0, 0, 1]);
        let verdict = fingerprint(&photo, &seen);
        assert_eq!(verdict, Digest::of(&bytes));
        let mut bytes = b"eyelid picture 1\n".to_vec();
        bytes.extend(verdict.as_bytes());
        bytes.extend("Hügel".as_bytes());
        assert_eq!(picture(&verdict, "Hügel"), Digest::of(&bytes));
    }
}
