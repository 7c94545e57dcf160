//! Many hands at once: whatever they do in whatever order, nothing that is fetched after a no had its answer shows whom it is about.
//!
//! A program is a list of steps for each of a few clients, who do theirs at the same time over HTTP. Every step notes when it began
//! and when it had its answer. When all are done, each picture that was fetched is looked at: a face may be seen in it only if
//! what was said could at any moment of that request have let it be seen.
//!
//! That it finds what it is there for was tried by planting these faults, one at a time, with three seeds each and the usual number of
//! steps. It found every one:
//!
//! - a picture that was fetched is given again without a decision;
//! - the decision rests on a ledger that was remembered for a few requests;
//! - whoever knows a picture's tag is told that it still stands;
//! - a yes that lapses does not;
//! - a restriction hides and does not block what was signed off before;
//! - a sign-off stands after more would be shown than was seen;
//! - the face of somebody who withdrew is left out of what is painted over;
//! - a hold for an incident is passed over;
//! - a face that was found after the sign-off is left out of what is painted over;
//! - a yes after a no does not count;
//! - a feed is given from memory after something was said;
//! - the kept rendition of another verdict is given;
//! - the heads need no count once a photo was signed off.
//!
//! That a pack decides everything at its start lies within the time of one request, and is for the slow reader of `packs` to find,
//! who does.
//!
//! `EYELID_INTERLEAVINGS` sets how many steps are done, `EYELID_SEED` repeats a failed run.
#![cfg(test)]

mod act;
mod judge;
mod photo;
mod step;
mod world;

use std::env;
use std::sync::Mutex;
use std::thread;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use judge::Settled;
use photo::{DRAWN, PHOTOS, bears};
use step::{Step, step};
use world::{PEOPLE, World};

const CLIENTS: usize = 4;
const STEPS: usize = 40;

/// What a run has seen.
#[derive(Default)]
struct Tally {
    pictures: usize,
    faces: usize,
    hidden: usize,
    known: usize,
    settled: Settled,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.pictures += other.pictures;
        self.faces += other.faces;
        self.hidden += other.hidden;
        self.known += other.known;
        self.settled.left += other.settled.left;
        self.settled.freed += other.settled.freed;
        self.settled.signed += other.settled.signed;
        self.settled.lapsed += other.settled.lapsed;
    }
}

/// Runs a program, and judges everything that was fetched.
fn run(program: &[Vec<Step>]) -> Result<Tally, String> {
    let world = World::new();
    let hands = world.hands();
    for person in 0..PEOPLE {
        world.act(&hands, &Step::Yes { person, lapses: false });
    }
    for photo in 0..PHOTOS {
        for face in 0..DRAWN {
            world.act(&hands, &Step::Tag { photo, face, person: Some(bears(photo, face)) });
        }
        world.act(&hands, &Step::Count { photo, sloppy: false });
        world.act(&hands, &Step::SignOff { photo });
    }
    thread::scope(|scope| {
        for steps in program {
            scope.spawn(|| steps.iter().for_each(|step| world.act(&hands, step)));
        }
    });
    let settled = world.settled(&hands)?;
    let pulls = world.pulls.lock().unwrap();
    for pull in pulls.iter() {
        if let Some(fault) = world.fault(pull) {
            return Err(format!("{fault}\nafter {:?}", world.changes()));
        }
    }
    let faces: Vec<bool> = pulls.iter().filter_map(|pull| pull.seen).flatten().collect();
    let shown = faces.iter().filter(|seen| **seen).count();
    let known = pulls.iter().filter(|pull| pull.how == "known image").count();
    Ok(Tally { pictures: pulls.len(), faces: shown, hidden: faces.len() - shown, known, settled })
}

#[test]
#[expect(clippy::print_stdout, reason = "whoever lets it run for long wants to know what was tried")]
fn nothing_fetched_after_a_no_shows_whom_it_is_about() {
    let number = |name| env::var(name).ok().map(|text: String| text.parse::<u64>().unwrap());
    let steps = number("EYELID_INTERLEAVINGS").unwrap_or(1200);
    let each = u64::try_from(CLIENTS * STEPS).unwrap();
    let seed = number("EYELID_SEED").unwrap_or_else(|| getrandom::u64().unwrap());
    let bytes: Vec<u8> = (0..4).flat_map(|part: u64| seed.wrapping_add(part).to_le_bytes()).collect();
    let cases = u32::try_from(steps.div_ceil(each)).unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 40, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let program = prop::collection::vec(prop::collection::vec(step(), STEPS), CLIENTS);
    let tally = Mutex::new(Tally::default());
    let done = runner.run(&program, |program| {
        let seen = run(&program).map_err(TestCaseError::fail)?;
        tally.lock().unwrap().add(&seen);
        Ok(())
    });
    match done {
        Ok(()) => {}
        Err(TestError::Fail(why, program)) => panic!("EYELID_SEED={seed}: {why}\nfor {program:?}"),
        Err(error) => panic!("EYELID_SEED={seed}: {error}"),
    }
    let Tally { pictures, faces, hidden, known, settled: Settled { left, freed, signed, lapsed } } =
        tally.into_inner().unwrap();
    let tried = format!(
        "{pictures} pictures, {known} of them known, {faces} faces seen, {hidden} hidden; when all was quiet {left} \
         left at once, {freed} when they were freed, {signed} when they were signed off, {lapsed} when time had passed"
    );
    println!("EYELID_SEED={seed}: {tried}");
    assert!(faces > 0 && hidden > 0 && known > 0 && left + freed > 0 && signed > 0, "too little was tried: {tried}");
}
