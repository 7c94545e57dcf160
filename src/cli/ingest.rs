//! `eyelid ingest`: photos come in, are inspected and searched for faces; an interrupted run goes on when it is run again.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use serde::Serialize;

use super::place::{House, Place};
use super::threads::at_once;
use super::{Outcome, clock, files, output};
use crate::domain::event::Event;
use crate::domain::id::PhotoId;
use crate::domain::photo::PhotoState;
use crate::domain::time::Date;
use crate::names::neutral_stem;
use crate::pipeline::intake::{Intake, receive};
use crate::pipeline::worker::Bench;
use crate::pipeline::{PipelineError, roll};
use crate::store::{JobKind, Read, Store, StoreError};
use crate::vision::{Detector, Limits};

/// Take photos in and find the faces
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid ingest card/ --event \"Sports day\" --date 2026-06-12 --roster Oak,Ash --data school")]
pub(super) struct Args {
    /// Photos, or folders that are walked
    #[arg(required = true)]
    inputs: Vec<PathBuf>,
    /// What the event is called, such as "Sports day"
    #[arg(long, value_parser = event_name)]
    event: String,
    /// The day it took place; today when left out
    #[arg(long)]
    date: Option<Date>,
    /// The classes that took part, separated by commas
    #[arg(long, value_delimiter = ',')]
    roster: Vec<String>,
    #[command(flatten)]
    place: Place,
    /// Return when the fast search for faces is done; the thorough one is left to `eyelid worker`
    #[arg(long)]
    fast: bool,
    /// One JSON object a line on standard output
    #[arg(long)]
    json: bool,
}

/// What became of a file.
#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    photo: Option<&'a PhotoId>,
    status: &'static str,
    reason: Option<String>,
}

/// A name of one line that somebody can read.
fn event_name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    let fits = !name.is_empty() && name.chars().count() <= 200 && !name.chars().any(char::is_control);
    if fits { Ok(name.to_owned()) } else { Err("give a name of one line and at most 200 characters") }
}

/// Runs the command.
///
/// # Errors
/// When the model cannot be loaded, the store fails or standard output is closed.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let house = args.place.found()?;
    let detector = Detector::open()?;
    let date = args.date.unwrap_or_else(|| house.school.policy.day_of(clock::now()));
    let event = open_event(&house, &args.event, date, &args.roster)?;
    let known = house.store.read(Read::classes)?;
    for class in args.roster.iter().filter(|class| !known.contains(class)) {
        output::note(format_args!("no class `{class}` is on the register yet: correct it, or import the roll"));
    }
    let paths = files::walk(&args.inputs, None);
    let taken = take_in(&house, &detector, &event, &paths, args.fast)?;
    let mut outcome = Outcome::Done;
    for (path, taken) in paths.iter().zip(&taken) {
        let line = settled(&house.store, path, taken, args.fast)?;
        if let Some(reason) = &line.reason {
            outcome = Outcome::SomeRefused;
            output::refuse(path, reason);
        }
        if args.json {
            output::json(&line)?;
        }
    }
    if !args.json {
        let new = taken.iter().filter(|taken| matches!(taken, Taken::Received(_))).count();
        let known = taken.iter().filter(|taken| matches!(taken, Taken::Duplicate(_))).count();
        output::note(format_args!("{new} photos taken in, {known} were here already"));
    }
    Ok(outcome)
}

/// What became of a file at the door.
pub(super) enum Taken {
    /// Its jobs are queued, and by now done.
    Received(PhotoId),
    /// It was here.
    Duplicate(PhotoId),
    /// It never came in.
    Refused(String),
}

/// The event of this name and day, opened when there is none.
///
/// # Errors
/// When the store fails.
pub(super) fn open_event(house: &House, name: &str, date: Date, roster: &[String]) -> Result<Event, StoreError> {
    let roll = house.store.read(roll)?;
    let stem = neutral_stem(name, date, &roll);
    house.store.write(&house.actor, clock::now(), |w| w.open_event(name, date, roster, &stem))
}

/// Takes files in, one after the other in the order given, while workers inspect them; returns when all are inspected.
///
/// # Errors
/// When the store fails. A file that fails is refused, and its neighbours go on.
pub(super) fn take_in(
    house: &House,
    detector: &Detector,
    event: &Event,
    paths: &[PathBuf],
    fast: bool,
) -> anyhow::Result<Vec<Taken>> {
    let House { store, school, actor } = house;
    let bench = Bench { store, school, detector, actor, clock: clock::now };
    let progress = output::Progress::new(paths.len(), "taking in");
    let mut taken = Vec::with_capacity(paths.len());
    let mut waiting: Vec<PhotoId> = Vec::new();
    for path in paths {
        taken.push(match intake(house, event, path)? {
            Taken::Received(id) if waiting.contains(&id) => Taken::Duplicate(id),
            Taken::Received(id) => {
                waiting.push(id.clone());
                Taken::Received(id)
            }
            other => other,
        });
        progress.step();
    }
    drop(progress);
    inspect_all(&bench, &waiting, fast)?;
    Ok(taken)
}

fn intake(house: &House, event: &Event, path: &Path) -> Result<Taken, StoreError> {
    let bytes = match files::read(path, Limits::default().max_bytes) {
        Ok(bytes) => bytes,
        Err(reason) => return Ok(Taken::Refused(reason.to_string())),
    };
    let extension = files::extension(path);
    let House { store, school, actor } = house;
    match receive(store, school, &bytes, extension.as_deref(), event, actor, clock::now()) {
        Ok(Intake::Received(received)) => Ok(Taken::Received(received.photo().id.clone())),
        Ok(Intake::Duplicate(photo)) => Ok(Taken::Duplicate(photo.id)),
        Err(PipelineError::Store(error)) => Err(error),
        Err(reason) => Ok(Taken::Refused(reason.to_string())),
    }
}

/// Works on every processor until these photos have come as far as they will.
fn inspect_all(bench: &Bench<'_>, photos: &[PhotoId], fast: bool) -> Result<(), StoreError> {
    let steps = |photos: usize| photos * if fast { 1 } else { 2 };
    let progress = output::Progress::new(steps(photos.len()), "inspecting");
    let work = || {
        let worker = bench.store.sign_on()?;
        loop {
            let left = steps_left(bench.store, photos, fast)?;
            progress.set(steps(photos.len()).saturating_sub(left));
            if left == 0 {
                return Ok(());
            }
            if bench.step(&worker)?.is_none() {
                // another worker has the rest, or a failed job waits for its next turn
                thread::sleep(Duration::from_millis(100));
            }
        }
    };
    at_once(work).into_iter().collect()
}

/// How many tiers of the detector, or whether a comparison, these photos still wait for.
fn steps_left(store: &Store, photos: &[PhotoId], fast: bool) -> Result<usize, StoreError> {
    store.read(|read| {
        let given_up: Vec<PhotoId> = read.dead_jobs()?.into_iter().map(|(job, _)| job.photo).collect();
        let mut left = 0;
        for id in photos.iter().filter(|id| !given_up.contains(id)) {
            left += match (read.photo(id)?.map(|photo| photo.state), fast) {
                (Some(PhotoState::Received), false) => 2,
                (Some(PhotoState::Received), true) | (Some(PhotoState::Found), false) => 1,
                (Some(PhotoState::Inspected), false) => usize::from(read.is_queued(JobKind::Match, id)?),
                _ => 0,
            };
        }
        Ok(left)
    })
}

/// What a file's line says once nothing more will happen to it.
fn settled<'a>(store: &Store, path: &'a Path, taken: &'a Taken, fast: bool) -> anyhow::Result<Line<'a>> {
    let file = path.to_str().unwrap_or("a file whose name is not text");
    let line = |photo, status, reason| Line { file, photo, status, reason };
    let (id, came) = match taken {
        Taken::Refused(reason) => return Ok(line(None, "refused", Some(reason.clone()))),
        Taken::Received(id) => (id, "received"),
        Taken::Duplicate(id) => (id, "duplicate"),
    };
    let photo = store.read(|read| read.photo(id))?.ok_or_else(|| PipelineError::NoPhoto(id.clone()))?;
    Ok(match photo.state {
        PhotoState::Refused => line(Some(id), "refused", photo.reason),
        PhotoState::Quarantined => line(Some(id), "quarantined", photo.reason),
        PhotoState::Received => line(Some(id), "refused", Some(GIVEN_UP.to_owned())),
        // the fast search is enough for people to begin; the thorough one has not come to an end
        PhotoState::Found if !fast => line(Some(id), came, Some(GIVEN_UP.to_owned())),
        PhotoState::Found | PhotoState::Inspected => line(Some(id), came, None),
        PhotoState::Destroyed => line(Some(id), "refused", Some(OVER.to_owned())),
    })
}

const OVER: &str = "the school's time for keeping this photo is over: it was destroyed and is not taken in again";
const GIVEN_UP: &str = "could not be inspected: run `eyelid doctor`, then take it in again";
