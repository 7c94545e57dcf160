//! One person's whole file as a ZIP, for a request for access: theirs alone, with nobody else's name or face in it.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;
use serde_json::{Value, json};
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};

use crate::config::School;
use crate::consent::ledger::{Act, Entry, Giver};
use crate::consent::{Policy, Reader, explain};
use crate::domain::face::Who;
use crate::domain::id::{Digest, PersonId, PhotoId};
use crate::domain::time::Timestamp;
use crate::pipeline::{Identified, PipelineError, subject};
use crate::store::{AuditFilter, Read, Store, StoreError};

use super::error::OfficeError;
use super::records::told;

/// A file that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Whoever reads it has gone.
    #[error("the file could not be written to its end")]
    Broken(#[from] std::io::Error),
    /// The archive could not be made.
    #[error("the archive could not be made")]
    Archive(#[from] zip::result::ZipError),
    /// A part of it could not be written as JSON.
    #[error("a part of the file could not be written")]
    Json(#[from] serde_json::Error),
    /// There is no such person, or a picture cannot be made.
    #[error(transparent)]
    Office(#[from] OfficeError),
}

impl From<StoreError> for FileError {
    fn from(error: StoreError) -> Self {
        Self::Office(error.into())
    }
}

impl From<PipelineError> for FileError {
    fn from(error: PipelineError) -> Self {
        Self::Office(error.into())
    }
}

/// What the file holds, and what it leaves out.
#[derive(Serialize)]
struct Manifest<'a> {
    about: &'a PersonId,
    made_at: Timestamp,
    school: &'a str,
    note: &'static str,
    files: BTreeMap<String, Digest>,
    without_picture: Vec<PhotoId>,
}

const NOTE: &str = "Everybody else in a picture is hidden, or everything else where that was not certain. \
    Guardians are numbered. Safeguarding records are not part of this file: ask the designated safeguarding lead.";

/// Writes a person's file to `out` as it is made: their row of the register, their part of the ledger and where they stand, their
/// faces, the photos that they are named in with everybody else hidden, the audit rows about them, and a manifest with digests.
///
/// # Errors
/// When there is no such person, `out` cannot be written, or the store fails.
pub fn write(
    store: &Store,
    school: &School,
    person: &PersonId,
    now: Timestamp,
    out: impl Write,
) -> Result<(), FileError> {
    let (texts, photos) = store.read(|r| texts(r, school, person, now))?;
    let mut archive = Archive { zip: ZipWriter::new_stream(out), files: BTreeMap::new() };
    for (name, text) in &texts {
        archive.add(name, text)?;
    }
    let mut without_picture = Vec::new();
    for (at, photo) in photos.into_iter().enumerate() {
        let facts = store.read(|r| r.photo_history(&photo))?.facts();
        match subject::copy_for(store, &facts, person) {
            Ok(Some(bytes)) => archive.add(&format!("photos/{:04}-{photo}.jpg", at + 1), &bytes)?,
            Ok(None) => without_picture.push(photo),
            // one photo that cannot be made does not keep the others from its owner
            Err(error) if error.is_of_photo() => without_picture.push(photo),
            Err(error) => return Err(error.into()),
        }
    }
    let files = std::mem::take(&mut archive.files);
    let manifest = Manifest { about: person, made_at: now, school: &school.name, note: NOTE, files, without_picture };
    archive.add("manifest.json", &serde_json::to_vec_pretty(&manifest)?)?;
    archive.zip.finish()?.into_inner().flush()?;
    Ok(())
}

struct Archive<W: Write> {
    zip: ZipWriter<StreamWriter<W>>,
    files: BTreeMap<String, Digest>,
}

impl<W: Write> Archive<W> {
    fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), FileError> {
        self.zip.start_file(name, SimpleFileOptions::default())?;
        self.zip.write_all(bytes)?;
        self.files.insert(name.to_owned(), Digest::of(bytes));
        Ok(())
    }
}

type Texts = Vec<(&'static str, Vec<u8>)>;

/// All of the file but its pictures, of one moment.
fn texts(read: &Read, school: &School, person: &PersonId, now: Timestamp) -> Result<(Texts, Vec<PhotoId>), FileError> {
    let record = read.records([person])?.remove(person).ok_or_else(|| OfficeError::NoPerson(person.clone()))?;
    let policy: &Policy = &school.policy;
    let lines = explain(&record, &school.categories, policy, now, Reader::Other);
    let entries: Vec<Value> = ledger(&record.entries);
    let mut photos = Vec::new();
    let mut faces = Vec::new();
    let roll = crate::pipeline::roll(read)?;
    for id in read.photos_of(person)? {
        let identified = Identified::load(read, &roll, &id)?;
        let facts = identified.history().facts();
        let own = facts.faces.iter().filter(|face| matches!(&face.who, Who::Person(known) if known == person));
        let before = faces.len();
        faces.extend(own.map(|face| json!({ "photo": id, "face": face.id, "box": face.rect })));
        if faces.len() > before {
            photos.push(id);
        }
    }
    let mut rows = Vec::new();
    let mut filter = AuditFilter { person: Some(person.clone()), conceal: true, ..AuditFilter::default() };
    loop {
        let found = read.search_audit(&filter, PAGE)?;
        let Some(last) = found.last() else { break };
        filter.before = Some(last.row.seq);
        for found in found {
            let told = told(found, true);
            serde_json::to_writer(
                &mut rows,
                &json!({ "seq": told.seq, "at": told.at, "by": told.by, "what": told.event, "hash": told.hash }),
            )?;
            rows.push(b'\n');
        }
    }
    let released: Vec<Value> = releases(read, &photos)?;
    let pretty = |value: &Value| serde_json::to_vec_pretty(value);
    Ok((
        vec![
            ("register.json", pretty(&json!(record.person))?),
            ("consents.json", pretty(&json!({ "now": lines, "said": entries }))?),
            ("faces.json", pretty(&json!(faces))?),
            ("released.json", pretty(&json!(released))?),
            ("audit.jsonl", rows),
        ],
        photos,
    ))
}

const PAGE: u32 = 1000;

/// The entries with numbers in place of guardians' names, without those of the safeguarding lead.
fn ledger(entries: &[Entry]) -> Vec<Value> {
    let mut guardians: Vec<&str> = Vec::new();
    let mut told = Vec::new();
    for entry in entries.iter().filter(|entry| !matches!(entry.act, Act::Restrict | Act::Lift)) {
        let giver = match &entry.giver {
            Giver::Guardian(key) => {
                let known = guardians.iter().position(|known| known == key).unwrap_or_else(|| {
                    guardians.push(key);
                    guardians.len() - 1
                });
                json!(format!("guardian {}", known + 1))
            }
            other => json!(other),
        };
        told.push(json!({
            "entry": entry.id, "said": entry.act, "by": giver, "method": entry.method, "made_at": entry.made_at,
            "recorded_at": entry.recorded_at, "valid_from": entry.valid_from, "valid_until": entry.valid_until,
        }));
    }
    told
}

fn releases(read: &Read, photos: &[PhotoId]) -> Result<Vec<Value>, StoreError> {
    let mut all = Vec::new();
    for photo in photos {
        all.extend(read.releases_of(photo)?.into_iter().map(|release| {
            json!({
                "photo": release.photo, "channel": release.channel, "released_at": release.released_at,
                "withdrawn_at": release.withdrawn_at,
            })
        }));
    }
    Ok(all)
}
