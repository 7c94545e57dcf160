//! What the naming page shows, made from the photo's sheet.

use askama::Template;

use crate::domain::face::{Face, Origin, Who};
use crate::domain::geometry::Size;
use crate::domain::id::FaceId;
use crate::domain::photo::PhotoState;
use crate::office::album::Sheet;
use crate::web::error::sentence;
use crate::web::form::Errors;
use crate::web::frame::{Frame, Section};
use crate::web::guard::Caller;

/// What the page is asked for besides the photo.
#[derive(Default)]
pub(super) struct Asked {
    /// The face at hand; nothing for the first that waits.
    pub(super) face: Option<FaceId>,
    /// What was typed.
    pub(super) typed: String,
    /// The people whom that fits: id and label.
    pub(super) several: Vec<(String, String)>,
    pub(super) errors: Errors,
    /// Whether somebody else has judged the face since.
    pub(super) meanwhile: bool,
}

#[derive(Template)]
#[template(path = "photo.html", config = "src/web/askama.toml")]
pub(super) struct Naming {
    frame: Frame,
    photo: String,
    place: u32,
    event: i64,
    event_name: String,
    size: Size,
    unit: u32,
    stopped: Option<String>,
    faces: Vec<Marked>,
    away: Vec<Marked>,
    current: Option<Current>,
    roster: Vec<String>,
    typed: String,
    several: Vec<(String, String)>,
    headcount: Option<u32>,
    counted: u32,
    undo: Option<Undo>,
    doubles: Vec<String>,
    next: Option<String>,
    thorough: bool,
    meanwhile: Option<String>,
    errors: Errors,
}

/// A face on the photo and in the list.
struct Marked {
    face: FaceId,
    left: f32,
    top: f32,
    width: f32,
    height: f32,
    label: String,
    colour: &'static str,
    kind: &'static str,
}

/// The face at hand.
struct Current {
    face: FaceId,
    left: i64,
    top: i64,
    width: i64,
    height: i64,
    seen: i64,
    label: String,
    waits: bool,
    suggested: Option<(String, String)>,
    likely: Vec<(String, String)>,
}

struct Undo {
    seen: i64,
    text: String,
}

/// The page.
pub(super) fn naming(caller: &Caller, sheet: &Sheet, asked: Asked) -> Naming {
    let Asked { face, typed, several, errors, meanwhile } = asked;
    let at_hand = face.and_then(|face| sheet.faces.iter().find(|known| known.id == face));
    let at_hand = at_hand.or_else(|| sheet.to_name(None)).filter(|_| sheet.is_open());
    let (away, faces) = sheet.faces.iter().partition::<Vec<&Face>, _>(|face| face.who == Who::NotAFace);
    let shown = |face: &Face| marked(sheet, face, at_hand);
    let size = sheet.photo.size.unwrap_or(Size { width: 3, height: 2 });
    let counted = sheet.faces.iter().filter(|face| face.counts()).count();
    Naming {
        frame: Frame::new(caller, Section::Photos),
        photo: sheet.photo.id.to_string(),
        place: sheet.photo.ordinal,
        event: sheet.event.id.0,
        event_name: sheet.event.name.clone(),
        size,
        unit: (size.long_side() / 240).max(1),
        stopped: stopped(sheet),
        faces: faces.into_iter().map(shown).collect(),
        away: away.into_iter().map(shown).collect(),
        current: at_hand.map(|face| current(sheet, face)),
        roster: sheet.choices.iter().filter(|choice| choice.on_roster).map(|choice| choice.label.clone()).collect(),
        typed,
        several,
        headcount: sheet.headcount,
        counted: u32::try_from(counted).unwrap_or(u32::MAX),
        undo: sheet.to_undo(caller.actor()).map(|saying| Undo {
            seen: saying.id,
            text: format!("You said: face {} is {}.", saying.face, label(sheet, &saying.who, false)),
        }),
        doubles: sheet.doubles().iter().map(|(id, faces)| double(sheet, id, faces)).collect(),
        next: sheet.next.as_ref().map(ToString::to_string),
        thorough: sheet.photo.state == PhotoState::Inspected,
        meanwhile: at_hand
            .filter(|_| meanwhile)
            .map(|face| format!("Somebody else judged face {} just now: {}.", face.id, label(sheet, &face.who, false))),
        errors,
    }
}

fn stopped(sheet: &Sheet) -> Option<String> {
    let reason = sheet.photo.reason.as_deref().map(sentence).unwrap_or_default();
    match sheet.photo.state {
        PhotoState::Received => Some("Eyelid is still looking for faces. Open the page again in a moment.".to_owned()),
        PhotoState::Quarantined | PhotoState::Refused => Some(reason),
        PhotoState::Destroyed => Some("The time for keeping this photo is over: it was destroyed.".to_owned()),
        PhotoState::Found | PhotoState::Inspected => None,
    }
}

fn marked(sheet: &Sheet, face: &Face, at_hand: Option<&Face>) -> Marked {
    let (colour, kind) = match (&face.who, face.origin) {
        (Who::Unknown | Who::Suggested(_), Origin::Maybe) => ("grey", "maybe"),
        (Who::Unknown | Who::Suggested(_), _) => ("yellow", "waits"),
        (Who::Person(_) | Who::Visitor, _) => ("green", "named"),
        (Who::NotAFace, _) => ("grey", "away"),
    };
    let kind = if at_hand.is_some_and(|at_hand| at_hand.id == face.id) { "current" } else { kind };
    let rect = face.rect;
    Marked {
        face: face.id,
        left: rect.x1,
        top: rect.y1,
        width: rect.width(),
        height: rect.height(),
        label: label(sheet, &face.who, face.origin == Origin::Maybe),
        colour,
        kind,
    }
}

fn current(sheet: &Sheet, face: &Face) -> Current {
    let rect = face.rect;
    Current {
        face: face.id,
        left: whole(rect.x1),
        top: whole(rect.y1),
        width: whole(rect.width()).max(1),
        height: whole(rect.height()).max(1),
        seen: sheet.seen(face.id),
        label: label(sheet, &face.who, face.origin == Origin::Maybe),
        waits: matches!(face.who, Who::Unknown | Who::Suggested(_)),
        suggested: match &face.who {
            Who::Suggested(id) => sheet.choices.label(id).map(|label| (id.to_string(), label.to_owned())),
            _ => None,
        },
        likely: sheet.likely(face).iter().take(6).map(|c| (c.id.to_string(), c.label.clone())).collect(),
    }
}

/// Who a face is, in words.
fn label(sheet: &Sheet, who: &Who, maybe: bool) -> String {
    let called = |id| sheet.choices.label(id).unwrap_or("somebody who is not on the register any more").to_owned();
    match who {
        Who::Person(id) => called(id),
        Who::Suggested(id) => format!("{}?", called(id)),
        Who::Visitor => "a visitor".to_owned(),
        Who::NotAFace => "not a face".to_owned(),
        Who::Unknown if maybe => "maybe a face".to_owned(),
        Who::Unknown => "to name".to_owned(),
    }
}

fn double(sheet: &Sheet, id: &crate::domain::id::PersonId, faces: &[FaceId]) -> String {
    let numbers: Vec<String> = faces.iter().map(ToString::to_string).collect();
    let called = sheet.choices.label(id).unwrap_or("Somebody");
    format!("{called} is named on the faces {}. Check that both are right.", numbers.join(" and "))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a float cast saturates; a box lies within some ten thousand pixels"
)]
fn whole(pixels: f32) -> i64 {
    pixels.round() as i64
}
