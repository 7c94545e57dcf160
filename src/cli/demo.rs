//! `eyelid demo`: the main job on a school that does not exist, and a page to look at the result.

mod waiting;

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::ingest::{Taken, open_event, take_in};
use super::place::{House, Place};
use super::{Outcome, Service, clock, files, output, table};
use crate::access::{AccountId, Role};
use crate::config::{Instead, Mail, Security, Watched};
use crate::consent::ledger::Giver;
use crate::consent::{Code, Verdict};
use crate::domain::face::{Face, Who};
use crate::domain::geometry::Rect;
use crate::domain::id::{FaceId, PersonId, PhotoId};
use crate::domain::time::Date;
use crate::import::{Extent, Mapping, SheetKind};
use crate::office::{self, Source};
use crate::pipeline::RollCache;
use crate::pipeline::release::Request;
use crate::release::pack;
use crate::store::NewAccount;
use crate::vision::Detector;

/// Take a school that does not exist through the whole way
#[derive(clap::Args)]
#[command(after_help = "Examples:\n\
\x20 eyelid demo\n\
\x20 eyelid demo --dir /tmp/hill --once")]
pub(super) struct Args {
    /// Where the demo school lives
    #[arg(long, default_value = "eyelid-demo")]
    dir: PathBuf,
    /// Where the page is served; 127.0.0.1:8080, or another port when that is taken
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Exit after the table instead of serving the page
    #[arg(long)]
    once: bool,
}

/// The school with its photos, inside the program.
static SCHOOL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures/school");

#[derive(Deserialize)]
struct Events {
    event: Vec<SchoolEvent>,
}

#[derive(Deserialize)]
struct SchoolEvent {
    name: String,
    date: toml::value::Datetime,
    roster: Vec<String>,
    folder: String,
}

/// Who somebody at the school said a face is; the box is where they saw it.
#[derive(Deserialize)]
struct Tag {
    file: String,
    x1: f32,
    y1: f32,
    x2: f32,
    y2: f32,
    person: String,
}

#[derive(Deserialize)]
struct Count {
    file: String,
    people: u32,
}

#[derive(Deserialize)]
struct Restriction {
    pupil_id: PersonId,
}

/// Runs the command.
///
/// # Errors
/// When the folder or the address cannot be used.
pub(super) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let (school, data) = (args.dir.join("school"), args.dir.join("data"));
    for folder in [&school, &data] {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder `{}`: name one that can be written", folder.display()))?;
    }
    SCHOOL.extract(&school).context("cannot lay out the demo school: make room on the disk")?;
    fs::copy(school.join("school.toml"), data.join("school.toml"))?;
    let house = Place::at(data).found()?;
    let detector = Detector::open()?;
    enrol(&house, &school)?;
    let photos = take_photos(&house, &school, &detector)?;
    name_faces(&house, &school, &photos)?;
    sign_off(&house, &photos)?;
    release(&house, &args.dir.join("released"))?;
    output::line(table::of(&house)?)?;
    output::line(format_args!("pictures that may leave: {}", args.dir.join("released").display()))?;
    if args.once {
        return Ok(Outcome::Done);
    }
    waiting::leave(&house, &school, &detector)?;
    let addresses = match &args.listen {
        Some(address) => vec![address.clone()],
        None => vec!["127.0.0.1:8080".to_owned(), "127.0.0.1:0".to_owned()],
    };
    let demo = Some(accounts(&house)?);
    family(&house)?;
    let mail = args.dir.join("mail");
    let settings =
        Watched::load(house.store.folder())?.or(Instead { address: None, mail: Some(captured(mail.clone())) });
    let store = house.store;
    let announce = Box::new(move |address| announce(address, &mail));
    Ok(Outcome::Serve(Box::new(Service { store, settings, addresses, clock: clock::now, announce, tls: None, demo })))
}

/// An account of every role, each to be tried without a password.
fn accounts(house: &House) -> anyhow::Result<Vec<AccountId>> {
    let House { store, school, actor } = house;
    let mut accounts = Vec::new();
    for role in Role::all(school.channels.iter().map(|channel| &channel.id)) {
        let login = format!("{}@demo.example", role.to_string().replace([':', '_'], "-"));
        let known = store.read(|r| r.account_of(&login))?;
        accounts.push(match known {
            Some(account) => account.id,
            None => {
                let new = NewAccount { login, name: role.title(), roles: BTreeSet::from([role]), person: None };
                store.write(actor, clock::now(), |w| w.add_account(&new))?
            }
        });
    }
    Ok(accounts)
}

/// The demo's parent decides for two children, its pupil for herself.
fn family(house: &House) -> anyhow::Result<()> {
    let House { store, actor, .. } = house;
    for child in ["P012", "P048"] {
        let child: PersonId = child.parse()?;
        let key = store.read(|r| r.ledger(&child))?.into_iter().find_map(|entry| match entry.giver {
            Giver::Guardian(key) => Some(key),
            _ => None,
        });
        store.write(actor, clock::now(), |w| office::family::link(w, &child, "parent@demo.example", key.as_deref()))?;
    }
    let pupil: PersonId = "P014".parse()?;
    store.write(actor, clock::now(), |w| match w.account_of("pupil@demo.example")? {
        Some(account) => w.set_account_person(account.id, &pupil),
        None => Ok(()),
    })?;
    Ok(())
}

/// Messages of the demo stay in a folder.
fn captured(folder: PathBuf) -> Mail {
    let from = "Millbrook Primary School <eyelid@demo.example>".to_owned();
    let (server, port, user, password_file) = (None, None, None, None);
    Mail { from, server, port, user, password_file, security: Security::default(), capture: Some(folder) }
}

fn announce(address: SocketAddr, mail: &Path) {
    output::note(format_args!("look at them on http://{address}/ (choose there who you want to be; end with Ctrl-C)"));
    output::note(format_args!("messages to families are written to {}", mail.display()));
}

fn enrol(house: &House, school: &Path) -> anyhow::Result<()> {
    let House { store, school: settings, actor } = house;
    let (pupils, consents) = (fs::read(school.join("pupils.csv"))?, fs::read(school.join("consents.csv"))?);
    let mapping = Mapping::default();
    let source =
        |bytes| Source { bytes, kind: SheetKind::Csv, mapping: &mapping, confirm_loosening: true, dry_run: false };
    let now = clock::now();
    office::enrol_pupils(store, settings, &source(&pupils), Extent::Full, actor, now)?;
    office::enrol_consents(store, settings, &source(&consents), actor, now)?;
    for Restriction { pupil_id } in rows(&school.join("restrictions.csv"))? {
        office::safeguarding::restrict(store, &pupil_id, None, actor, now)?;
    }
    Ok(())
}

/// A photo of the demo, and the school's file that tells who is on it.
struct Brought {
    /// Below the school's folder.
    file: String,
    photo: PhotoId,
    /// The photo's side over the file's.
    scale: f32,
}

fn take_photos(house: &House, school: &Path, detector: &Detector) -> anyhow::Result<Vec<Brought>> {
    let events: Events = toml::from_str(&fs::read_to_string(school.join("events.toml"))?)?;
    let mut photos = Vec::new();
    for SchoolEvent { name, date, roster, folder } in events.event {
        let date: Date = date.to_string().parse()?;
        let event = open_event(house, &name, date, &roster)?;
        let paths = files::walk(&[school.join(&folder)], None);
        output::note(format_args!("{name}: {} photos", paths.len()));
        let taken = take_in(house, detector, &event, &paths, false)?;
        for (path, taken) in paths.iter().zip(taken) {
            match taken {
                Taken::Received(photo) | Taken::Duplicate(photo) => {
                    let file = path.strip_prefix(school)?.to_string_lossy().into_owned();
                    photos.push(Brought { file, photo, scale: 1.0 });
                }
                Taken::Refused(reason) => output::refuse(path, &reason),
            }
        }
    }
    Ok(photos)
}

/// Applies the school's tags to the faces that were found, adds those that were not, and confirms the counts. A photo that was
/// counted is done: what people have said of it since then stays.
fn name_faces(house: &House, school: &Path, photos: &[Brought]) -> anyhow::Result<()> {
    let House { store, actor, .. } = house;
    let tags: Vec<Tag> = rows(&school.join("tags.csv"))?;
    let counts: Vec<Count> = rows(&school.join("headcounts.csv"))?;
    for Brought { file, photo, scale } in photos {
        if store.read(|read| read.photo_history(photo))?.facts().headcount.is_some() {
            continue;
        }
        for tag in tags.iter().filter(|tag| tag.file == *file) {
            let [x1, y1, x2, y2] = [tag.x1, tag.y1, tag.x2, tag.y2].map(|at| at * scale);
            let seen = Rect::new(x1, y1, x2, y2).context("a tag of the demo school has no extent")?;
            let who = match tag.person.as_str() {
                "visitor" => Who::Visitor,
                id => Who::Person(id.parse()?),
            };
            let faces = store.read(|read| read.faces(photo))?;
            let face = match closest(&faces, &seen) {
                Some(face) => face,
                None => office::add_face(store, photo, seen, actor, clock::now())?,
            };
            office::tag(store, photo, face, &who, actor, clock::now())?;
        }
        for count in counts.iter().filter(|count| count.file == *file) {
            store.write(actor, clock::now(), |w| w.set_headcount(photo, count.people))?;
        }
    }
    Ok(())
}

fn closest(faces: &[Face], seen: &Rect) -> Option<FaceId> {
    let shared = faces.iter().map(|face| (face.id, face.rect.iou(seen))).filter(|(_, shared)| *shared >= 0.3);
    shared.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(id, _)| id)
}

/// Signs off whatever can be and nobody has judged: a blocked photo cannot, and what was turned down or lost its sign-off is a
/// person's to look at.
fn sign_off(house: &House, photos: &[Brought]) -> anyhow::Result<()> {
    each_channel(house, |request| {
        for Brought { photo, .. } in photos {
            let decision = house.store.read(|read| request.decide(read, photo, clock::now()))?;
            let has = |code| decision.reasons().iter().any(|reason| reason.code == code);
            if decision.verdict() != Verdict::Block && has(Code::SignOffMissing) && !has(Code::Rejected) {
                office::sign_off(&house.store, request, photo, None, clock::now())?;
            }
        }
        Ok(())
    })
}

fn release(house: &House, folder: &Path) -> anyhow::Result<()> {
    each_channel(house, |request| {
        pack(&house.store, request, &folder.join(request.channel.id.as_str()), clock::now, |photo, answer| {
            if let Err(error) = answer {
                output::note(format_args!("photo {}: {error}", photo.id));
            }
        })?;
        Ok(())
    })
}

fn each_channel(house: &House, mut work: impl FnMut(&Request<'_>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let House { school, actor, .. } = house;
    let roll = RollCache::default();
    school
        .channels()
        .try_for_each(|(channel, category)| work(&Request { school, roll: &roll, channel, category, actor }))
}

fn rows<T: DeserializeOwned>(path: &Path) -> anyhow::Result<Vec<T>> {
    let rows = csv::Reader::from_path(path)?.into_deserialize().collect::<Result<_, _>>();
    rows.with_context(|| format!("`{}`", path.display()))
}
