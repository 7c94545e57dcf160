//! What was found of what is there: counted, grouped, printed and given as JSON.

use eyelid::domain::geometry::Rect;
use serde_json::{Value, json};

use crate::faces::{Face, compare};

/// What the group of heads is called that are seen from behind: no faces, so that finding one is neither right nor wrong.
pub(crate) const BACKS: &str = "back of a head, no face";

/// What somebody found in a picture.
pub(crate) struct Seen {
    /// Those that it is sure of.
    pub(crate) sure: Vec<Rect>,
    /// Those that it would have a person judge; hidden until then.
    pub(crate) maybe: Vec<Rect>,
    /// Milliseconds of one core.
    pub(crate) ms: f64,
}

/// A face of the truth and how it fared.
struct Met {
    face: Face,
    sure: bool,
    found: bool,
}

/// The faces of many pictures.
#[derive(Default)]
pub(crate) struct Tally {
    met: Vec<Met>,
    false_sure: usize,
    false_maybe: usize,
    photos: usize,
    ms: f64,
}

impl Tally {
    /// Holds a picture's boxes against its truth; the faces that nobody found.
    pub(crate) fn add(&mut self, truth: &[Face], seen: &Seen) -> Vec<Rect> {
        let boxes: Vec<Rect> = truth.iter().map(|face| face.rect).collect();
        let all: Vec<Rect> = seen.sure.iter().chain(&seen.maybe).copied().collect();
        let (sure, false_sure) = compare(&boxes, &seen.sure);
        let (found, false_all) = compare(&boxes, &all);
        self.false_sure += false_sure;
        self.false_maybe += false_all.saturating_sub(false_sure);
        self.photos += 1;
        self.ms += seen.ms;
        for ((face, &sure), &found) in truth.iter().zip(&sure).zip(&found) {
            self.met.push(Met { face: face.clone(), sure, found });
        }
        let missed = truth.iter().zip(found).filter(|(face, found)| !found && face.group != BACKS);
        missed.map(|(face, _)| face.rect).collect()
    }

    /// Faces found for sure, faces hidden, all faces; the same of those that are half visible at least.
    fn recall(&self) -> ([usize; 3], [usize; 3]) {
        let count = |faces: &[&Met]| {
            let sure = faces.iter().filter(|met| met.sure).count();
            [sure, faces.iter().filter(|met| met.found).count(), faces.len()]
        };
        let all: Vec<&Met> = self.met.iter().filter(|met| met.face.group != BACKS).collect();
        let clear: Vec<&Met> = all.iter().copied().filter(|met| met.face.visible >= 0.5).collect();
        (count(&all), count(&clear))
    }

    fn per_photo(&self, count: f64) -> f64 {
        count / self.photos.max(1) as f64
    }

    /// One line: recall, false boxes and time.
    pub(crate) fn line(&self) -> String {
        let ([sure, found, all], [clear_sure, clear_found, clear]) = self.recall();
        format!(
            "sure {sure}/{all}, hidden {found}/{all} (half visible: {clear_sure} and {clear_found} of {clear}); false per \
             photo {:.2} sure, {:.2} maybe; {:.0} ms of one core a photo",
            self.per_photo(self.false_sure as f64),
            self.per_photo(self.false_maybe as f64),
            self.per_photo(self.ms),
        )
    }

    /// The hidden of all faces by height, by yaw and, where the truth has groups, by group: a line each.
    pub(crate) fn tables(&self) -> Vec<String> {
        let row = |name: &str, parts: &[Part]| {
            let cells: Vec<String> =
                parts.iter().map(|part| format!("{} {}/{}", part.name, part.found, part.faces)).collect();
            format!("    by {name}: {}", cells.join(", "))
        };
        let mut lines = vec![row("height in px", &self.by_height()), row("yaw", &self.by_yaw())];
        let groups = self.by_group();
        let best = groups.iter().filter(|part| part.name != BACKS).map(Part::share).fold(0.0, f64::max);
        for part in &groups {
            if part.name == BACKS {
                lines.push(format!("    {:42} boxes on {} of {}", part.name, part.found, part.faces));
                continue;
            }
            let behind = (best - part.share()) * 100.0;
            lines.push(format!(
                "    {:42} hidden {:3}/{:3} {:5.1} %, {behind:4.1} behind the best",
                part.name,
                part.found,
                part.faces,
                part.share() * 100.0
            ));
        }
        lines
    }

    /// All of it.
    pub(crate) fn json(&self) -> Value {
        let (all, clear) = self.recall();
        let parts = |parts: Vec<Part>| parts.iter().map(Part::json).collect::<Vec<_>>();
        json!({
            "photos": self.photos, "faces": all[2], "sure": all[0], "found": all[1],
            "clear": { "faces": clear[2], "sure": clear[0], "found": clear[1] },
            "false_sure_per_photo": self.per_photo(self.false_sure as f64),
            "false_maybe_per_photo": self.per_photo(self.false_maybe as f64),
            "core_ms_per_photo": self.per_photo(self.ms),
            "by_height": parts(self.by_height()), "by_yaw": parts(self.by_yaw()), "by_group": parts(self.by_group()),
        })
    }

    fn by_height(&self) -> Vec<Part> {
        self.ranges(&[0.0, 16.0, 24.0, 40.0, 80.0, 160.0, f32::INFINITY], |face| face.rect.height())
    }

    fn by_yaw(&self) -> Vec<Part> {
        self.ranges(&[0.0, 20.0, 40.0, 60.0, f32::INFINITY], |face| face.yaw.abs())
    }

    fn ranges(&self, edges: &[f32], of: impl Fn(&Face) -> f32) -> Vec<Part> {
        let part = |from: f32, to: f32| {
            let name = if to.is_finite() { format!("{from}-{to}") } else { format!("{from}-") };
            self.part(name, |face| (from..to).contains(&of(face)))
        };
        edges.windows(2).map(|pair| part(pair[0], pair[1])).filter(|part| part.faces > 0).collect()
    }

    fn by_group(&self) -> Vec<Part> {
        let mut names: Vec<&str> = self.met.iter().map(|met| met.face.group.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        names.retain(|name| !name.is_empty());
        names.into_iter().map(|name| self.part(name.to_owned(), |face| face.group == name)).collect()
    }

    fn part(&self, name: String, inside: impl Fn(&Face) -> bool) -> Part {
        let wanted = |met: &&Met| inside(&met.face) && (name == BACKS || met.face.group != BACKS);
        let met: Vec<&Met> = self.met.iter().filter(wanted).collect();
        let sure = met.iter().filter(|met| met.sure).count();
        Part { name, faces: met.len(), sure, found: met.iter().filter(|met| met.found).count() }
    }
}

/// The faces that have something in common.
struct Part {
    name: String,
    faces: usize,
    sure: usize,
    found: usize,
}

impl Part {
    fn share(&self) -> f64 {
        self.found as f64 / self.faces.max(1) as f64
    }

    fn json(&self) -> Value {
        json!({ "name": self.name, "faces": self.faces, "sure": self.sure, "found": self.found })
    }
}
