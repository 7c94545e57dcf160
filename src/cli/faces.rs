//! `eyelid faces`: the faces of a photo and who they are.

use serde::Serialize;

use super::place::Question;
use super::{Outcome, output};
use crate::domain::face::{Face, Origin, Who};
use crate::domain::geometry::Rect;
use crate::domain::id::{FaceId, PersonId, PhotoId};
use crate::pipeline::PipelineError;

/// List the faces of a photo
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid faces 3f9a01c2d4e5f6071829 --json --data school")]
pub(super) struct Args {
    /// The photo's id
    photo: PhotoId,
    #[command(flatten)]
    question: Question,
}

#[derive(Serialize)]
struct Line {
    face: FaceId,
    #[serde(rename = "box")]
    rect: Rect,
    score: Option<f32>,
    maybe: bool,
    person: Option<PersonId>,
    who: &'static str,
    /// Whom the matcher suggests, the likeliest first; no human has confirmed any of them.
    suggestions: Vec<PersonId>,
}

/// Runs the command.
///
/// # Errors
/// When there is no such photo, the store fails or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let house = args.question.place.open()?;
    let faces = house.store.read(|read| {
        read.photo(&args.photo)?.ok_or_else(|| PipelineError::NoPhoto(args.photo.clone()))?;
        Ok::<_, PipelineError>(read.faces(&args.photo)?)
    })?;
    for face in faces {
        let line = line(face);
        if args.question.json {
            output::json(&line)?;
        } else {
            let person = line.person.as_ref().map_or(line.who, PersonId::as_str);
            let Rect { x1, y1, x2, y2 } = line.rect;
            let maybe = if line.maybe { " (maybe a face)" } else { "" };
            let suggested: Vec<&str> = line.suggestions.iter().map(PersonId::as_str).collect();
            let suggested = if suggested.is_empty() { String::new() } else { format!(" ({}?)", suggested.join(", ")) };
            let face = line.face;
            output::line(format_args!("{face}: {person}{suggested}{maybe}, box {x1:.0} {y1:.0} {x2:.0} {y2:.0}"))?;
        }
    }
    Ok(Outcome::Done)
}

fn line(face: Face) -> Line {
    let suggestions = face.suggested().cloned().collect();
    let (person, who) = match face.who {
        Who::Unknown => (None, "unknown"),
        Who::Person(id) => (Some(id), "person"),
        Who::Visitor => (None, "visitor"),
        Who::NotAFace => (None, "not-a-face"),
        Who::Suggested(_) => (None, "suggested"),
    };
    let maybe = face.origin == Origin::Maybe;
    Line { face: face.id, rect: face.rect, score: face.score, maybe, person, who, suggestions }
}
