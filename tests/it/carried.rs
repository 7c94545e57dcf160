//! What a picture file carries besides its pixels.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::program::exiftool;

/// What every JPEG has.
const STRUCTURE: &[&str] = &[
    "SourceFile",
    "ExifTool:ExifToolVersion",
    "System:FileName",
    "System:Directory",
    "System:FileSize",
    "System:FileModifyDate",
    "System:FileAccessDate",
    "System:FileInodeChangeDate",
    "System:FilePermissions",
    "File:FileType",
    "File:FileTypeExtension",
    "File:MIMEType",
    "File:ImageWidth",
    "File:ImageHeight",
    "File:EncodingProcess",
    "File:BitsPerSample",
    "File:ColorComponents",
    "File:YCbCrSubSampling",
    "JFIF:JFIFVersion",
    "JFIF:ResolutionUnit",
    "JFIF:XResolution",
    "JFIF:YResolution",
    "Composite:ImageSize",
    "Composite:Megapixels",
];

/// The tags that a released picture carries for its readers.
pub(super) const CREDITS: &[&str] = &["XMP-dc:Rights", "XMP-photoshop:Credit", "XMP-plus:DataMining"];

/// What exiftool sees in the JPEGs below a folder, which carry exactly what every JPEG has and these tags.
pub(super) fn jpegs_with_only(credits: &[&str], folder: &Path) -> Vec<BTreeMap<String, Value>> {
    let seen: Vec<_> = exiftool(folder).into_values().filter(|tags| tags["File:FileType"] == "JPEG").collect();
    for tags in &seen {
        let more: Vec<_> = tags.keys().filter(|tag| !STRUCTURE.contains(&tag.as_str())).collect();
        assert_eq!(more, credits, "{}", tags["SourceFile"]);
    }
    seen
}

/// Checks that the bytes are one JPEG from the first to the last: one frame, one scan, at most one XMP segment, and no
/// segment in which a thumbnail, a profile, a comment or anything else could lie.
pub(super) fn assert_one_bare_picture(bytes: &[u8], what: &str) {
    let mut segments = Vec::new();
    assert!(bytes.starts_with(&[0xff, 0xd8]), "{what} does not start as a JPEG");
    let mut at = 2;
    while segments.last() != Some(&SCAN) {
        assert_eq!(bytes[at], 0xff, "{what}: no marker at {at}");
        let length = usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
        segments.push(bytes[at + 1]);
        if bytes[at + 1] == XMP {
            assert!(bytes[at + 4..].starts_with(b"http://ns.adobe.com/xap/1.0/\0"), "{what}: APP1 is no XMP");
        }
        if bytes[at + 1] == JFIF {
            assert_eq!(length, 16, "{what}: JFIF with a thumbnail");
        }
        at += 2 + length;
    }
    let tables = |marker: &u8| matches!(marker, 0xdb | 0xc4);
    segments.retain(|marker| !tables(marker));
    assert!(
        matches!(segments[..], [JFIF, FRAME, SCAN] | [JFIF, XMP, FRAME, SCAN]),
        "{what} has the segments {segments:02x?}"
    );
    // inside the scan only stuffed bytes may follow 0xff, so the first other marker ends the picture
    let end = (at..bytes.len() - 1).find(|&i| bytes[i] == 0xff && bytes[i + 1] != 0).expect("a marker after the scan");
    assert_eq!((bytes[end + 1], end + 2), (0xd9, bytes.len()), "{what}: the picture does not end with the file");
}

const JFIF: u8 = 0xe0;
const XMP: u8 = 0xe1;
const FRAME: u8 = 0xc0;
const SCAN: u8 = 0xda;

/// Finds what must not be there, in UTF-8 and in UTF-16 of both orders, whatever the case of its ASCII letters.
pub(super) struct Needles {
    /// By their first two bytes, so that looking for all of them takes hardly longer than looking for one.
    by_start: BTreeMap<[u8; 2], Vec<Vec<u8>>>,
}

impl Needles {
    pub(super) fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let mut by_start: BTreeMap<[u8; 2], Vec<Vec<u8>>> = BTreeMap::new();
        for text in texts {
            assert!(text.len() >= 4, "`{text}` is so short that it is found by chance");
            let text = text.to_ascii_lowercase();
            let wide: Vec<u16> = text.encode_utf16().collect();
            let little = wide.iter().flat_map(|unit| unit.to_le_bytes()).collect();
            let big = wide.iter().flat_map(|unit| unit.to_be_bytes()).collect();
            for form in [text.into_bytes(), little, big] {
                by_start.entry([form[0], form[1]]).or_default().push(form);
            }
        }
        Self { by_start }
    }

    /// The first of them that occurs in the bytes.
    pub(super) fn found(&self, bytes: &[u8]) -> Option<String> {
        let bytes = bytes.to_ascii_lowercase();
        let at =
            |i: usize| self.by_start.get(&[bytes[i], bytes[i + 1]]).into_iter().flatten().zip(std::iter::repeat(i));
        let mut places = (0..bytes.len().saturating_sub(1)).flat_map(at);
        let found = places.find(|(needle, i)| bytes[*i..].starts_with(needle));
        found.map(|(needle, _)| String::from_utf8_lossy(needle).into_owned())
    }
}
