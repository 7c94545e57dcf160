//! How long the decision on a crowded photo takes, and finding what a ledger entry touches in a large school.

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;

use anyhow::{Context, Result};
use criterion::Criterion;
use eyelid::consent::impact::{Photos, impact};
use eyelid::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use eyelid::consent::{People, PhotoFacts, Policy, decide, policy};
use eyelid::domain::category::Medium;
use eyelid::domain::face::{Face, Origin, Who};
use eyelid::domain::geometry::{Rect, Size};
use eyelid::domain::id::{CategoryId, Digest, EntryId, EventId, FaceId, PersonId, PhotoId};
use eyelid::domain::name::PersonName;
use eyelid::domain::person::{Person, PersonKind};
use eyelid::domain::photo::{Photo, PhotoState};
use eyelid::domain::time::{Date, Timestamp};

const FACES: u16 = 30;
const ENTRIES: u16 = 20;
const PUPILS: usize = 1_000;
const PHOTOS: usize = 100_000;
const PHOTOS_OF_ONE: usize = 500;

fn main() -> Result<()> {
    let mut criterion = Criterion::default().configure_from_args();
    decisions(&mut criterion)?;
    impacts(&mut criterion)?;
    criterion.final_summary();
    Ok(())
}

fn decisions(criterion: &mut Criterion) -> Result<()> {
    let (categories, channels) = (policy::categories()?, policy::channels()?);
    let channel = channels.first().context("no channel")?;
    let category = categories.iter().find(|c| c.id == channel.category).context("no category")?;
    let people = (0..FACES).map(|n| Ok((pupil(n)?, record(n, &category.id)?))).collect::<Result<People>>()?;
    let now = moment(400)?;
    let policy = Policy::default();
    let mut facts = facts()?;
    let sign_off = decide(&facts, &people, channel, category, &policy, now).sign_off("editor".parse()?, now);
    facts.sign_offs.insert(channel.id.clone(), sign_off);
    criterion.bench_function("decide 30 faces x 20 entries", |bencher| {
        bencher.iter(|| decide(black_box(&facts), black_box(&people), channel, category, &policy, now));
    });
    let renewed = Policy { renewal: Some("09-01".to_owned().try_into()?), ..Policy::default() };
    criterion.bench_function("decide 30 faces x 20 entries, yearly renewal", |bencher| {
        bencher.iter(|| decide(black_box(&facts), black_box(&people), channel, category, &renewed, now));
    });
    Ok(())
}

fn impacts(criterion: &mut Criterion) -> Result<()> {
    let channels = policy::channels()?;
    let ids: Vec<PhotoId> = (0..PHOTOS).map(|n| PhotoId::of(&Digest::of(&n.to_le_bytes()))).collect();
    let mut photos: Photos = BTreeMap::new();
    for n in 0..PUPILS {
        // every pupil in 500 photos: five faces a photo
        let theirs: BTreeSet<PhotoId> =
            ids.iter().skip(n * 97 % PHOTOS).step_by(200).take(PHOTOS_OF_ONE).cloned().collect();
        photos.insert(format!("P{n}").parse()?, theirs);
    }
    let entry = entry(0, 1, &"website".parse()?, Choice::Withdrawn)?;
    criterion.bench_function("impact 1,000 pupils x 100,000 photos", |bencher| {
        bencher.iter(|| impact(black_box(&entry), black_box(&photos), &channels));
    });
    Ok(())
}

fn pupil(n: u16) -> Result<PersonId> {
    Ok(format!("P{n}").parse()?)
}

fn moment(day: u16) -> Result<Timestamp> {
    Ok(Timestamp::from_second(1_740_000_000 + i64::from(day) * 86_400)?)
}

fn entry(person: u16, n: u16, category: &CategoryId, decision: Choice) -> Result<Entry> {
    let giver = if n.is_multiple_of(3) { Giver::Pupil } else { Giver::Guardian(format!("guardian {}", n % 2)) };
    let act = Act::Decide { category: category.clone(), medium: Medium::Photo, photo: None, decision };
    let (valid_from, valid_until, evidence) = (None, None, None);
    let (id, person, made_at) = (EntryId(i64::from(n)), pupil(person)?, moment(n)?);
    let method = Method::Portal;
    Ok(Entry { id, person, act, giver, method, made_at, recorded_at: made_at, valid_from, valid_until, evidence })
}

fn record(n: u16, category: &CategoryId) -> Result<Record> {
    let person = Person {
        id: pupil(n)?,
        kind: PersonKind::Pupil,
        name: PersonName::default(),
        born: Some(Date::new(2012, 1, 1)?),
        year: None,
        class: None,
        admission_no: None,
        upn: None,
        leaving: None,
    };
    let choice = |at: u16| if at.is_multiple_of(7) { Choice::Refused } else { Choice::Granted };
    let entries = (0..ENTRIES).map(|at| entry(n, at, category, choice(at))).collect::<Result<_>>()?;
    Ok(Record { person, entries })
}

fn facts() -> Result<PhotoFacts> {
    let face = |n: u16| -> Result<Face> {
        let (x, y) = (f32::from(n % 10) * 390.0, f32::from(n / 10) * 900.0);
        let rect = Rect::new(x, y, x + 150.0, y + 200.0).context("no box")?;
        let who = Who::Person(pupil(n)?);
        Ok(Face { id: FaceId(u32::from(n) + 1), rect, score: None, origin: Origin::Detected, who })
    };
    let digest = Digest::of(b"photo");
    Ok(PhotoFacts {
        photo: Photo {
            id: PhotoId::of(&digest),
            digest,
            event: EventId(1),
            ordinal: 1,
            received_at: moment(300)?,
            state: PhotoState::Inspected,
            size: Some(Size { width: 4000, height: 3000 }),
            camera: None,
            reason: None,
        },
        faces: (0..FACES).map(face).collect::<Result<_>>()?,
        headcount: Some(u32::from(FACES)),
        sign_offs: BTreeMap::new(),
        rejected: BTreeMap::new(),
        names_in: vec![],
        uploader: None,
    })
}
