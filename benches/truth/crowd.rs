//! Crowds: photos of 12 million pixels with forty small faces more than the photo had.

use std::path::Path;

use crate::compose::{Dice, Scene, heads};
use crate::faces::{self, Truth};

/// How many photos, and how many small faces are laid on each.
const PHOTOS: usize = 8;
const FACES: usize = 40;
/// A photo of 1600 x 1067 becomes one of 4240 x 2828.
const ENLARGED: f32 = 2.65;

/// Writes the pictures and their truth.json into a folder.
pub(crate) fn write(school: &Path, folder: &Path) {
    let heads = heads(school, "portraits/", |_| true);
    let truth = faces::read(school);
    let photos: Vec<_> = truth.iter().filter(|(path, _)| path.starts_with("photos/")).collect();
    let mut written = Truth::new();
    for (at, (path, on_it)) in photos.iter().step_by(photos.len() / PHOTOS).take(PHOTOS).enumerate() {
        let name = format!("crowd-{at}.jpg");
        let mut dice = Dice::new(&name);
        let mut scene = Scene::of(school, path, on_it, ENLARGED);
        for _ in 0..FACES {
            // most are hard: 16 to 40 pixels, some up to 64
            let most = if dice.between(0.0, 1.0) < 0.85 { 40.0 } else { 64.0 };
            let height = dice.between(16.0, most);
            if let Some(place) = scene.place(&mut dice, height) {
                scene.lay(dice.one_of(&heads), &place, true, "");
            }
        }
        scene.noise(&mut dice, 3.0);
        scene.write(&folder.join(&name));
        written.insert(name, scene.faces);
    }
    let bytes = serde_json::to_vec(&written).expect("boxes and numbers");
    std::fs::write(folder.join("truth.json"), bytes).expect("a writable folder for composed pictures");
}
