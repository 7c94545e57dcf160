//! `eyelid tag`, `add-face`, `headcount` and `sign-off`: what people say of a photo.

use super::place::{House, Place};
use super::{Outcome, clock, output};
use crate::domain::face::Who;
use crate::domain::geometry::Rect;
use crate::domain::id::{ChannelId, FaceId, PersonId, PhotoId};
use crate::office;
use crate::pipeline::release::Request;
use crate::pipeline::{PipelineError, RollCache};

/// Say who a face is
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid tag 3f9a01c2d4e5f6071829 2 P012 --data school\n\
\x20 eyelid tag 3f9a01c2d4e5f6071829 3 visitor --data school")]
pub(super) struct TagArgs {
    /// The photo's id
    photo: PhotoId,
    /// The face's number, as `eyelid faces` prints it
    face: FaceId,
    /// A person's id, `visitor`, `not-a-face`, or `unknown` to take a tag back
    person: String,
    #[command(flatten)]
    place: Place,
}

/// Add a face that the detector missed
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid add-face 3f9a01c2d4e5f6071829 620 240 700 340 --data school")]
pub(super) struct AddFaceArgs {
    /// The photo's id
    photo: PhotoId,
    /// Left edge in pixels of the upright photo
    #[arg(allow_negative_numbers = true)]
    x1: f32,
    /// Top edge
    #[arg(allow_negative_numbers = true)]
    y1: f32,
    /// Right edge
    x2: f32,
    /// Bottom edge
    y2: f32,
    #[command(flatten)]
    place: Place,
}

/// Confirm how many people a photo shows
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid headcount 3f9a01c2d4e5f6071829 5 --data school")]
pub(super) struct HeadcountArgs {
    /// The photo's id
    photo: PhotoId,
    /// How many
    #[arg(value_parser = clap::value_parser!(u32).range(..=10_000))]
    count: u32,
    #[command(flatten)]
    place: Place,
}

/// Sign a photo off for a channel
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid sign-off 3f9a01c2d4e5f6071829 website --data school")]
pub(super) struct SignOffArgs {
    /// The photo's id
    photo: PhotoId,
    /// The channel
    channel: ChannelId,
    #[command(flatten)]
    place: Place,
}

/// Runs `eyelid tag`.
///
/// # Errors
/// When there is no such photo, face or person, or the store fails.
pub(super) fn tag(args: &TagArgs) -> anyhow::Result<Outcome> {
    let house = args.place.open()?;
    let who = match args.person.as_str() {
        "visitor" => Who::Visitor,
        "not-a-face" => Who::NotAFace,
        "unknown" => Who::Unknown,
        id => Who::Person(id.parse::<PersonId>()?),
    };
    office::tag(&house.store, &args.photo, args.face, &who, &house.actor, clock::now())?;
    Ok(Outcome::Done)
}

/// Runs `eyelid add-face` and prints the new face's number.
///
/// # Errors
/// When there is no such photo, the box is outside it, or the store fails.
pub(super) fn add_face(args: &AddFaceArgs) -> anyhow::Result<Outcome> {
    let house = args.place.open()?;
    let Some(rect) = Rect::new(args.x1, args.y1, args.x2, args.y2) else {
        anyhow::bail!("the box has no extent: give left, top, right and bottom in this order");
    };
    let face = office::add_face(&house.store, &args.photo, rect, &house.actor, clock::now())?;
    output::line(face)?;
    Ok(Outcome::Done)
}

/// Runs `eyelid headcount`.
///
/// # Errors
/// When there is no such photo or the store fails.
pub(super) fn headcount(args: &HeadcountArgs) -> anyhow::Result<Outcome> {
    let House { store, actor, .. } = args.place.open()?;
    store.write(&actor, clock::now(), |w| {
        w.photo(&args.photo)?.ok_or_else(|| PipelineError::NoPhoto(args.photo.clone()))?;
        w.set_headcount(&args.photo, args.count)?;
        Ok::<_, PipelineError>(())
    })?;
    Ok(Outcome::Done)
}

/// Runs `eyelid sign-off`.
///
/// # Errors
/// When there is no such photo or channel, the photo is blocked or not inspected, or the store fails.
pub(super) fn sign_off(args: &SignOffArgs) -> anyhow::Result<Outcome> {
    let house = args.place.open()?;
    let (channel, category) = house.channel(&args.channel)?;
    let roll = RollCache::default();
    let request = Request { school: &house.school, roll: &roll, channel, category, actor: &house.actor };
    office::sign_off(&house.store, &request, &args.photo, None, clock::now())?;
    Ok(Outcome::Done)
}
