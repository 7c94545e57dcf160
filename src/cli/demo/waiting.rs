//! An afternoon of the demo whose photos wait for people: some to be signed off, some to be named first.

use std::fs;
use std::path::Path;

use super::{Brought, House, name_faces, open_event, output, take_in};
use crate::cli::ingest::Taken;
use crate::domain::time::Date;
use crate::vision::{Detector, Limits, decode, encode_jpeg, resize};

/// The photos of which the afternoon's are smaller frames: the first ones are named and counted already.
const FRAMES: [(&str, bool); 6] = [
    ("photos/playground-opening/DSC00432.JPG", true),
    ("photos/sports-day/IMG_2057.JPG", true),
    ("photos/sports-day/Ibrahim Hussain egg and spoon.jpg", true),
    ("photos/playground-opening/DSC00431.JPG", false),
    ("photos/harvest-assembly/IMG_2203.JPG", false),
    ("photos/art-exhibition/IMG_0032.JPG", false),
];

const LONG_SIDE: u32 = 1280;

/// Takes the afternoon's photos in, and leaves them to whoever tries the demo; what people have done with them stays.
///
/// # Errors
/// When the folder cannot be written or the store fails.
pub(super) fn leave(house: &House, school: &Path, detector: &Detector) -> anyhow::Result<()> {
    let folder = school.join("open-afternoon");
    fs::create_dir_all(&folder)?;
    let mut frames = Vec::new();
    for (place, (file, named)) in (1..).zip(FRAMES) {
        let pixels = decode(&fs::read(school.join(file))?, None, &Limits::default())?.pixels;
        let small = resize(&pixels, LONG_SIDE)?;
        let scale = small.size().long_side() as f32 / pixels.size().long_side() as f32;
        let path = folder.join(format!("{place}.jpg"));
        fs::write(&path, encode_jpeg(&small, None)?)?;
        frames.push((path, file, scale, named));
    }
    let classes = ["Beech", "Oak", "Elm"].map(str::to_owned);
    let event = open_event(house, "Open afternoon", Date::constant(2026, 10, 16), &classes)?;
    let paths: Vec<_> = frames.iter().map(|(path, ..)| path.clone()).collect();
    output::note(format_args!("Open afternoon: {} photos, left to you", paths.len()));
    let mut named = Vec::new();
    for ((path, file, scale, is_named), taken) in
        frames.into_iter().zip(take_in(house, detector, &event, &paths, false)?)
    {
        match taken {
            Taken::Received(photo) | Taken::Duplicate(photo) if is_named => {
                named.push(Brought { file: file.to_owned(), photo, scale });
            }
            Taken::Received(_) | Taken::Duplicate(_) => {}
            Taken::Refused(reason) => output::refuse(&path, &reason),
        }
    }
    name_faces(house, school, &named)
}
