//! What a file tells besides its picture: the camera, the orientation, and a list of what no output will carry.

use std::io::{BufRead, Seek};

use exif::{Context, Exif, In, Reader, Tag, Value};

use crate::domain::camera::Camera;

/// Something that a file carried besides its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carried {
    /// EXIF fields.
    Exif,
    /// A place.
    Gps,
    /// The camera maker's own notes.
    MakerNote,
    /// XMP.
    Xmp,
    /// IPTC fields.
    Iptc,
    /// A colour profile.
    Icc,
    /// A small copy of the picture, or the index of further ones.
    Thumbnail,
    /// A comment or text.
    Comment,
    /// Bytes behind the picture's end: a film, further pictures, anything.
    Trailer,
    /// Any other block that the picture does not need.
    Other,
}

impl Carried {
    /// Its name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Exif => "exif",
            Self::Gps => "gps",
            Self::MakerNote => "makernote",
            Self::Xmp => "xmp",
            Self::Iptc => "iptc",
            Self::Icc => "icc",
            Self::Thumbnail => "thumbnail",
            Self::Comment => "comment",
            Self::Trailer => "trailer",
            Self::Other => "other",
        }
    }
}

/// What EXIF says.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) camera: Camera,
    /// 1 to 8 as EXIF defines it; anything else means upright.
    pub(super) orientation: u32,
    pub(super) carried: Vec<Carried>,
}

/// Takes the fields, which for a TIFF hold a copy of the whole file, so that they are gone before pixels are decoded.
pub(super) fn facts(exif: Option<Exif>) -> Facts {
    exif.map(|exif| read(&exif)).unwrap_or_default()
}

/// Parses EXIF as far as it goes; nothing when it is hopeless.
pub(super) fn parse(bytes: &[u8]) -> Option<Exif> {
    let parsed = Reader::new().continue_on_error(true).read_raw(bytes.to_vec());
    parsed.or_else(|error| error.distill_partial_result(|_| ())).ok()
}

/// Finds and parses the EXIF item of a HEIF file.
pub(super) fn parse_container(file: &mut (impl BufRead + Seek)) -> Option<Exif> {
    let parsed = Reader::new().continue_on_error(true).read_from_container(file);
    parsed.or_else(|error| error.distill_partial_result(|_| ())).ok()
}

/// Asks for single fields only: a hostile file may hold thousands that all claim the same large value.
fn read(exif: &Exif) -> Facts {
    let has = |tag, part| exif.get_field(tag, part).is_some();
    let findings = [
        (Carried::Gps, (0..32).any(|number| has(Tag(Context::Gps, number), In::PRIMARY))),
        (Carried::MakerNote, has(Tag::MakerNote, In::PRIMARY)),
        (Carried::Thumbnail, has(Tag::JPEGInterchangeFormat, In::THUMBNAIL) || has(Tag::StripOffsets, In::THUMBNAIL)),
    ];
    Facts {
        camera: Camera {
            make: text(exif, Tag::Make),
            model: text(exif, Tag::Model),
            serial: text(exif, Tag::BodySerialNumber),
        },
        orientation: exif.get_field(Tag::Orientation, In::PRIMARY).and_then(|f| f.value.get_uint(0)).unwrap_or(1),
        carried: findings.into_iter().filter(|(_, found)| *found).map(|(carried, _)| carried).collect(),
    }
}

/// The first line of a text field, without control characters, at most 64 characters long.
fn text(exif: &Exif, tag: Tag) -> Option<String> {
    let Value::Ascii(lines) = &exif.get_field(tag, In::PRIMARY)?.value else { return None };
    let line = lines.first()?.get(..).map(|line| line.get(..line.len().min(256)).unwrap_or_default())?;
    let told: String = String::from_utf8_lossy(line).chars().filter(|c| !c.is_control()).take(64).collect();
    let told = told.trim();
    (!told.is_empty()).then(|| told.to_owned())
}
