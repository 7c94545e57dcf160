//! The demo school, run once, and what it released beside the photos that it was made from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use eyelid::domain::channel::Style;
use eyelid::domain::geometry::{Rect, Region, Size};
use eyelid::domain::head::Cover;
use eyelid::domain::id::{Digest, PhotoId};
use eyelid::release::{Pack, Picture};
use eyelid::vision::{Credit, Limits, Pixels, decode, encode_jpeg, obscure, resize};
use serde::Deserialize;

use super::program::{Ran, contents, done, empty_folder};
use super::truth::{Photo, granted, photos, places, scaled};

/// A demo school, and what it released.
pub(super) struct Demo {
    pub(super) folder: PathBuf,
    pub(super) table: String,
    pub(super) photos: Vec<Photo>,
}

/// What `eyelid decide --json` says of a photo on a channel.
#[derive(Deserialize)]
pub(super) struct Decision {
    pub(super) channel: String,
    pub(super) verdict: String,
    pub(super) faces: Vec<Verdict>,
    pub(super) regions: Vec<Region>,
    pub(super) long_side: u32,
    pub(super) reasons: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
pub(super) struct Verdict {
    pub(super) face: u32,
    pub(super) person: Option<String>,
    pub(super) verdict: String,
}

/// A released picture beside the photo that it was made from.
pub(super) struct Released<'a> {
    pub(super) photo: &'a Photo,
    pub(super) channel: &'a str,
    pub(super) picture: Picture,
    pub(super) decision: Decision,
    pub(super) bytes: Vec<u8>,
    pub(super) original: Pixels,
    pub(super) credit: String,
}

/// The demo, run once for all tests; whoever changes something works on a copy.
pub(super) fn demo() -> &'static Demo {
    static DEMO: OnceLock<Demo> = OnceLock::new();
    DEMO.get_or_init(|| {
        let folder = empty_folder("demo");
        let ran = done(["demo".as_ref(), "--once".as_ref(), "--dir".as_ref(), folder.as_os_str()]);
        Demo { folder, table: ran.out, photos: photos() }
    })
}

impl Demo {
    /// The same school in another folder.
    pub(super) fn copy(&self, name: &str) -> Self {
        let folder = empty_folder(name);
        for (path, bytes) in contents(&self.folder) {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        Self { folder, table: self.table.clone(), photos: photos() }
    }

    pub(super) fn channel(&self, channel: &str) -> PathBuf {
        self.folder.join("released").join(channel)
    }

    /// Runs a command on the school's data.
    pub(super) fn eyelid(&self, args: &[&str]) -> Ran {
        let data = self.folder.join("data");
        done(args.iter().map(Path::new).chain([Path::new("--data"), &data]))
    }

    pub(super) fn release(&self, channel: &str) {
        self.eyelid(&["release", channel, "-o", self.channel(channel).to_str().unwrap()]);
    }

    pub(super) fn pack(&self, channel: &str) -> Pack {
        serde_json::from_slice(&fs::read(self.channel(channel).join("manifest.json")).unwrap()).unwrap()
    }

    pub(super) fn decide(&self, photo: &PhotoId) -> Vec<Decision> {
        let lines = self.eyelid(&["decide", &photo.to_string(), "--json"]).objects();
        lines.into_iter().map(|line| serde_json::from_value(line).unwrap()).collect()
    }

    /// The boxes of a photo's faces by their number.
    pub(super) fn faces(&self, photo: &PhotoId) -> BTreeMap<u32, Rect> {
        #[derive(Deserialize)]
        struct Line {
            face: u32,
            #[serde(rename = "box")]
            rect: Rect,
        }
        let lines = self.eyelid(&["faces", &photo.to_string(), "--json"]).objects();
        lines.into_iter().map(|line| serde_json::from_value::<Line>(line).unwrap()).map(|l| (l.face, l.rect)).collect()
    }

    /// Every released picture of a channel.
    pub(super) fn released<'a>(&'a self, channel: &'a str) -> impl Iterator<Item = Released<'a>> {
        let Pack { pictures, credit, .. } = self.pack(channel);
        pictures.into_iter().map(move |picture| {
            let photo = self.photos.iter().find(|photo| photo.id == picture.photo).expect("a photo of the school");
            let decision = self.decide(&photo.id).into_iter().find(|decision| decision.channel == channel).unwrap();
            let bytes = fs::read(self.channel(channel).join(&picture.file)).unwrap();
            assert_eq!(decision.verdict, "release");
            assert_eq!((bytes.len(), Digest::of(&bytes)), (picture.bytes, picture.blake3));
            let original = decode(&photo.bytes, None, &Limits::default()).unwrap().pixels;
            Released { photo, channel, picture, decision, bytes, original, credit: credit.clone() }
        })
    }
}

impl Released<'_> {
    pub(super) fn size(&self) -> Size {
        Size { width: self.picture.width, height: self.picture.height }
    }

    pub(super) fn pixels(&self) -> Pixels {
        let pixels = decode(&self.bytes, Some("jpg"), &Limits::default()).unwrap().pixels;
        assert_eq!(pixels.size(), self.size());
        pixels
    }

    pub(super) fn boxes(&self, granted_ones: bool) -> impl Iterator<Item = (&str, Rect)> {
        let faces = self.photo.faces.iter().filter(move |face| granted(&face.person, self.channel) == granted_ones);
        faces.map(|face| (face.person.as_str(), face.rect))
    }

    /// The regions of the faces that are shown.
    pub(super) fn shown(&self, demo: &Demo) -> Vec<Region> {
        let boxes = demo.faces(&self.photo.id);
        let shown = self.decision.faces.iter().filter(|face| face.verdict == "show");
        shown.map(|face| Cover::Head.region(&boxes[&face.face], self.original.size())).collect()
    }

    /// What the program makes of these full-size pixels.
    pub(super) fn made_from(&self, mut pixels: Pixels, shown: &[Region]) -> (Pixels, Vec<u8>) {
        let key = Digest::of(&self.photo.bytes);
        obscure(&mut pixels, &self.decision.regions, shown, Style::Smooth, key.as_bytes());
        let small = resize(&pixels, self.decision.long_side).unwrap();
        let bytes = encode_jpeg(&small, Some(&Credit { credit: &self.credit, rights: &self.credit })).unwrap();
        (pixels, bytes)
    }

    /// Checks that nothing of a face that must be hidden can be in the picture.
    ///
    /// All hidden pixels of the original are sorted by colour, among those that lie in the same regions: what is left of the
    /// face is how often each colour occurs, which is more than its mean and less than any picture. When the same picture
    /// comes out to the byte, it was made of no more than that.
    pub(super) fn assert_hidden(&self, demo: &Demo, must_hide: impl Fn(&str) -> bool) {
        let what = format!("{} on {}", self.picture.file, self.channel);
        let regions = &self.decision.regions;
        let frame = self.original.size();
        let sorted = sorted_where_hidden(&self.original, regions);
        let (_, bytes) = self.made_from(sorted.clone(), &self.shown(demo));
        assert!(bytes == self.bytes, "{what}: the picture rests on more than the mean of what is hidden");
        let pixels = self.pixels();
        for face in self.photo.faces.iter().filter(|face| must_hide(&face.person)) {
            let truth = scaled(&face.rect, frame, frame);
            let bare = places(truth).find(|&(x, y)| !regions.iter().any(|region| region.contains(x, y)));
            assert_eq!(bare, None, "{what}: {} is not wholly hidden", face.person);
            let mixed = places(truth).filter(|&(x, y)| at(&sorted, x, y) != at(&self.original, x, y)).count();
            assert!(
                mixed * 2 > places(truth).count(),
                "{what}: the check mixed only {mixed} pixels of {}",
                face.person
            );
            self.assert_flat(&pixels, &scaled(&face.rect, frame, self.size()), &what);
        }
    }

    /// Checks that a part of the released picture has one colour wherever no edge of a region is near.
    fn assert_flat(&self, pixels: &Pixels, part: &Region, what: &str) {
        let regions: Vec<Region> = self.decision.regions.iter().map(|&region| self.smaller(region)).collect();
        let mut colours: BTreeMap<Vec<bool>, BTreeSet<[u8; 3]>> = BTreeMap::new();
        for (x, y) in places(*part) {
            // a block of the JPEG, and what the resampling and the chroma's interpolation reach beyond it
            let near =
                Region { left: x.saturating_sub(NEAR), top: y.saturating_sub(NEAR), right: x + NEAR, bottom: y + NEAR };
            let near = near.grown(0, pixels.size());
            let apart = |region: &Region| {
                near.right <= region.left
                    || near.left >= region.right
                    || near.bottom <= region.top
                    || near.top >= region.bottom
            };
            if regions.iter().all(|region| region.covers(near) || apart(region)) {
                let within = regions.iter().map(|region| region.covers(near)).collect();
                colours.entry(within).or_default().insert(at(pixels, x, y));
            }
        }
        for colours in colours.values() {
            assert_eq!(colours.len(), 1, "{what}: a hidden face has more than one colour: {colours:?}");
        }
    }

    /// A region of the original in the released picture.
    pub(super) fn smaller(&self, Region { left, top, right, bottom }: Region) -> Region {
        let rect = Rect { x1: left as f32, y1: top as f32, x2: right as f32, y2: bottom as f32 };
        scaled(&rect, self.original.size(), self.size())
    }
}

pub(super) const NEAR: u32 = 16 + 3 + 2;

pub(super) fn at(pixels: &Pixels, x: u32, y: u32) -> [u8; 3] {
    let start = usize::try_from(y * pixels.size().width + x).unwrap() * 3;
    pixels.rgb()[start..start + 3].try_into().unwrap()
}

/// The picture with the pixels in each overlap of regions put in the order of their colours.
fn sorted_where_hidden(pixels: &Pixels, regions: &[Region]) -> Pixels {
    let mut groups: BTreeMap<Vec<bool>, Vec<(u32, u32)>> = BTreeMap::new();
    for (x, y) in places(pixels.size().frame()) {
        let within: Vec<bool> = regions.iter().map(|region| region.contains(x, y)).collect();
        if within.contains(&true) {
            groups.entry(within).or_default().push((x, y));
        }
    }
    let mut sorted = pixels.clone();
    for group in groups.values() {
        let mut colours: Vec<[u8; 3]> = group.iter().map(|&(x, y)| at(pixels, x, y)).collect();
        colours.sort_unstable();
        for (&(x, y), colour) in group.iter().zip(colours) {
            let start = usize::try_from(y * pixels.size().width + x).unwrap() * 3;
            sorted.rgb_mut()[start..start + 3].copy_from_slice(&colour);
        }
    }
    sorted
}
