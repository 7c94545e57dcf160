//! The invariants I1 to I6, as far as they are pure, over generated schools; `EYELID_CASES` sets how many.

use std::collections::BTreeSet;
use std::env;

use eyelid::consent::ledger::{Act, Choice, Entry, Giver};
use eyelid::consent::replay::{HeadCount, Hold, StateReached, Tagging};
use eyelid::consent::{
    Clearance, Code, Decision, FaceAct, Reader, Rejection, StandingKind, Use, Verdict, Weight, explain, next_turn,
    standing,
};
use eyelid::domain::category::Medium;
use eyelid::domain::channel::Channel;
use eyelid::domain::face::{Hint, Who};
use eyelid::domain::geometry::Region;
use eyelid::domain::id::FaceId;
use eyelid::domain::person::PersonKind;
use eyelid::domain::photo::PhotoState;
use eyelid::domain::time::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::consent_worlds::{
    FRAME, PEOPLE, STEPS, World, entry, history, moment, no, people, person_id, photo_id, world,
};
use crate::oracle::{self, DAY};

fn cases() -> ProptestConfig {
    let cases = env::var("EYELID_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn the_engine_says_what_the_oracle_says(world in world(), before in people(), no in option::weighted(0.2, -1_i64..=1)) {
        let earlier = World { people: before, ..world.clone() };
        let mut world = world.signed_as(&earlier);
        if let Some(seconds) = no {
            let at = Timestamp::from_second(world.now.as_second() + seconds).unwrap();
            world.facts.rejected.insert(world.channel.id.clone(), at);
        }
        for record in world.people.values() {
            for (medium, photo) in [(Medium::Photo, Some(photo_id())), (Medium::Photo, None), (Medium::Video, None)] {
                let wanted = Use { category: &world.category, medium, photo: photo.as_ref() };
                let engine = standing(record, &wanted, &world.policy, world.now);
                let naive = oracle::standing(record, &world.category, medium, photo.as_ref(), &world.policy, world.now);
                prop_assert_eq!(engine.kind, naive);
            }
        }
        let (signed, now) = (earlier.said(None, &[]), world.said(None, &[]));
        let saw: Vec<FaceId> =
            signed.faces.iter().filter(|(_, act)| *act == FaceAct::Show).map(|(face, _)| *face).collect();
        let same = signed.faces == now.faces;
        let code = match (world.channel.needs_sign_off, oracle::agrees(&signed, &now)) {
            // a no of the very moment of the sign-off counts
            _ if no.is_some_and(|seconds| seconds >= 0) => Some(Code::Rejected),
            (false, _) => None,
            (true, false) => Some(Code::SignOffStale),
            (true, true) => (!shown_alike(&signed, &now) && !same).then_some(Code::StricterThanSigned),
        };
        let naive = world.said(code, &saw);
        let engine = world.decide();
        let acts: Vec<_> = engine.faces().iter().map(|face| (face.face, face.verdict)).collect();
        let codes: BTreeSet<_> = engine.reasons().iter().map(|reason| reason.code.as_str()).collect();
        prop_assert_eq!(oracle::Said { verdict: engine.verdict(), faces: acts, hidden: pixels(&engine.regions()), codes }, naive);
    }

    #[test]
    fn only_a_release_gives_the_token_and_it_holds_exactly_the_verdict(world in world()) {
        let decision = world.signed_as(&world).decide();
        let cleared = decision.release();
        prop_assert_eq!(cleared.is_some(), decision.verdict() == Verdict::Release);
        if let Some(cleared) = cleared.as_ref().map(Clearance::plan) {
            prop_assert_eq!(cleared.hidden(), decision.regions());
            prop_assert_eq!(cleared.shown(), decision.shown());
            prop_assert_eq!(*cleared.fingerprint(), decision.fingerprint());
            prop_assert_eq!(cleared.long_side(), decision.long_side());
        }
    }

    #[test]
    fn a_draft_shows_what_would_be_signed_and_is_not_given_of_what_cannot_be(world in world()) {
        let decision = world.decide();
        let searched = decision.reasons().iter().all(|reason| reason.code != Code::NotInspected);
        let draft = decision.draft();
        prop_assert_eq!(draft.is_some(), decision.verdict() != Verdict::Block && searched);
        if let Some(draft) = draft.as_ref().map(Clearance::plan) {
            let signed = decision.sign_off("editor".parse().unwrap(), world.now);
            prop_assert_eq!(signed.fingerprint, signed.seen.fingerprint(draft.digest()));
            prop_assert_eq!(draft.hidden(), signed.seen.hidden());
            prop_assert_eq!(draft.shown(), signed.seen.shown());
        }
        let leaves = world.signed_as(&world).decide().release();
        if let (Some(draft), Some(leaves)) = (draft, leaves) {
            prop_assert_eq!(draft.plan(), leaves.plan());
        }
    }

    #[test]
    fn a_no_never_shows_more(world in world(), seconds in -5_i64..5) {
        let world = world.signed_as(&world);
        let mut less = world.clone();
        let at = Timestamp::from_second(world.now.as_second() + seconds).unwrap();
        less.facts.rejected.insert(world.channel.id.clone(), at);
        no_more(&world, &less)?;
    }

    #[test]
    fn nothing_changes_by_itself_before_the_next_turn(world in world(), hours in 0_i64..24 * 400) {
        let World { people, facts, category, policy, now, .. } = &world;
        let turn = next_turn(&facts.photo, people, category, policy, *now);
        let later = Timestamp::from_second(now.as_second() + hours * 3600).unwrap();
        prop_assert!(turn.is_none_or(|turn| turn > *now));
        let last = turn.map_or(later, |turn| later.min(Timestamp::from_second(turn.as_second() - 1).unwrap()));
        if last > *now {
            prop_assert_eq!(world.decide(), World { now: last, ..world.clone() }.decide());
        }
    }

    #[test]
    fn a_fingerprint_tells_apart_what_looks_different(one in world(), other in world()) {
        let look = |decision: &Decision, channel: &Channel| {
            let sorted = |mut regions: Vec<Region>| { regions.sort_unstable(); regions };
            (sorted(decision.regions()), sorted(decision.shown()), decision.long_side(), channel.style, channel.cover)
        };
        let (a, b) = (one.decide(), other.decide());
        prop_assert_eq!(a.fingerprint() == b.fingerprint(), look(&a, &one.channel) == look(&b, &other.channel));
        let same_photo = World { people: other.people, ..one.clone() };
        let b = same_photo.decide();
        prop_assert_eq!(a.fingerprint() == b.fingerprint(), look(&a, &one.channel) == look(&b, &one.channel));
    }

    #[test]
    fn i2_taking_away_a_grant_in_force_never_shows_more(world in world()) {
        let world = world.signed_as(&world);
        for (id, record) in &world.people {
            for (place, entry) in record.entries.iter().enumerate() {
                let grant = matches!(entry.act, Act::Decide { decision: Choice::Granted, .. });
                if grant && oracle::alive(entry, record, &world.category, &world.policy, world.now) {
                    let mut less = world.clone();
                    less.people.get_mut(id).unwrap().entries.remove(place);
                    no_more(&world, &less)?;
                }
            }
        }
    }

    #[test]
    fn i2_taking_away_a_person_sign_off_or_headcount_never_shows_more(world in world(), which in any::<Index>()) {
        let world = world.signed_as(&world);
        let mut unknown = world.clone();
        unknown.people.remove(which.get(&PEOPLE.map(person_id)));
        // a restricted person whose record is lost would be a plain unknown one: records are never deleted while tagged
        if !world.decide().reasons().iter().any(|reason| reason.code == Code::Restricted) {
            no_more(&world, &unknown)?;
        }
        let mut unsigned = world.clone();
        unsigned.facts.sign_offs.clear();
        no_more(&world, &unsigned)?;
        prop_assert!(!world.channel.needs_sign_off || unsigned.decide().release().is_none());
        let mut uncounted = world.clone();
        uncounted.facts.headcount = None;
        no_more(&world, &uncounted)?;
        prop_assert!(!world.channel.needs_headcount || uncounted.decide().release().is_none());
    }

    #[test]
    fn i2_taking_away_a_tag_never_shows_more_of_the_face(world in world(), which in any::<Index>()) {
        let world = world.signed_as(&world);
        let place = which.index(world.facts.faces.len());
        let mut less = world.clone();
        (less.facts.faces[place].who, less.facts.faces[place].also) = (Who::Unknown, vec![]);
        let (before, after) = (world.decide(), less.decide());
        let (was, is) = (before.faces()[place].verdict, after.faces()[place].verdict);
        prop_assert!(is >= FaceAct::Obscure, "{was:?} became {is:?}");
        prop_assert!(oracle::within(&pixels(&before.regions()), &pixels(&after.regions())));
        if was != FaceAct::Block {
            no_more_but(&world, &less, &[Code::HeadcountMismatch])?;
        }
    }

    #[test]
    fn i3_a_no_never_shows_more(world in world(), before in people(), person in select(&PEOPLE[..]), no in no(), at in 0_usize..9) {
        let world = world.signed_as(&World { people: before, ..world.clone() });
        let person = person_id(person);
        let mut less = world.clone();
        if let Some(record) = less.people.get_mut(&person) {
            let at = at.min(record.entries.len());
            record.entries.insert(at, Entry { person, ..no });
        }
        no_more(&world, &less)?;
    }

    #[test]
    fn i4_neither_order_nor_doubles_matter(world in world(), swaps in vec((any::<Index>(), any::<Index>()), 0..8), double in any::<bool>()) {
        let mut other = world.clone();
        for record in other.people.values_mut().filter(|record| !record.entries.is_empty()) {
            for (a, b) in &swaps {
                let len = record.entries.len();
                record.entries.swap(a.index(len), b.index(len));
            }
            if double {
                record.entries.extend(record.entries.clone());
            }
        }
        prop_assert_eq!(world.decide(), other.decide());
    }

    #[test]
    fn i5_a_withdrawal_hides_at_once(world in world(), person in select(&PEOPLE[..]), guardian in any::<bool>()) {
        let id = person_id(person);
        let Some(record) = world.people.get(&id) else { return Ok(()) };
        let pupil = record.person.kind == PersonKind::Pupil;
        let giver = match (pupil, guardian) {
            (true, true) => Giver::Guardian("a".into()),
            (true, false) => Giver::Pupil,
            (false, _) => Giver::Own,
        };
        let act = Act::Decide { category: world.category.id.clone(), medium: Medium::Photo, photo: None, decision: Choice::Withdrawn };
        let latest = record.entries.iter().map(|entry| entry.made_at).max().unwrap_or(world.now);
        let entry = Entry { person: id.clone(), ..entry(99, act, giver, latest.max(world.now)) };
        let outvoted = pupil && guardian && world.policy.pupil_alone;
        let after = world.with(&id, entry).decide();
        for (face, verdict) in world.facts.faces.iter().zip(after.faces()) {
            prop_assert!(outvoted || face.who != Who::Person(id.clone()) || verdict.verdict >= FaceAct::Obscure);
        }
    }

    #[test]
    fn i6_the_past_is_what_it_was(world in world(), history in history(), then in 0_i64..STEPS) {
        let then = moment(then).max(history.photo.received_at);
        let replayed = history.decide_at(&world.people, &world.channel, &world.category, &world.policy, then);
        // what a clock at that moment would have found in the house
        let mut house = history.clone();
        house.states.retain(|row| row.at <= then);
        house.faces.retain(|row| row.found_at <= then);
        house.taggings.retain(|row| row.at <= then);
        house.suggestions.retain(|row| row.at <= then);
        house.headcounts.retain(|row| row.at <= then);
        house.sign_offs.retain(|row| row.at <= then);
        house.rejections.retain(|row| row.at <= then);
        house.names_in.retain(|row| row.at <= then);
        house.holds.retain(|hold| hold.from <= then);
        house.holds.iter_mut().for_each(|hold| hold.until = hold.until.filter(|until| *until <= then));
        let mut people = world.people.clone();
        for record in people.values_mut() {
            record.entries.retain(|entry| entry.recorded_at <= then);
        }
        let lived = World { facts: house.facts(), people, now: then, ..world.clone() };
        prop_assert_eq!(&replayed, &lived.decide());
        // and nothing that happened since changes it
        let mut later = history.clone();
        let since = moment(STEPS + 1);
        later.states.push(StateReached { at: since, state: PhotoState::Quarantined });
        later.taggings.extend(later.faces.clone().into_iter().map(|face| Tagging { face: face.id, who: Who::NotAFace, at: since }));
        later.headcounts.push(HeadCount { at: since, people: 77 });
        later.holds.push(Hold { from: since, until: None });
        let (channel, by) = (world.channel.id.clone(), "editor".parse().unwrap());
        later.rejections.push(Rejection { channel, at: since, by });
        let mut people = world.people.clone();
        for record in people.values_mut() {
            record.entries.push(Entry { person: record.person.id.clone(), ..entry(77, Act::Restrict, Giver::School, since) });
        }
        prop_assert_eq!(&replayed, &later.decide_at(&people, &world.channel, &world.category, &world.policy, then));
    }

    #[test]
    fn a_face_is_whom_a_human_named_or_else_whom_the_standing_suggestions_name(history in history(), then in 0_i64..STEPS) {
        let then = moment(then);
        for face in history.facts_at(then).faces {
            let mut rows: Vec<_> = history.suggestions.iter().filter(|row| row.face == face.id && row.at <= then).collect();
            rows.sort_by_key(|row| row.at);
            let (mut standing, mut rejected) = (BTreeSet::new(), BTreeSet::new());
            for row in rows {
                standing.retain(|(_, person)| *person != row.person);
                match row.hint {
                    Hint::Suggested(rank) => drop(standing.insert((rank, row.person.clone()))),
                    Hint::Rejected => drop(rejected.insert(row.person.clone())),
                    Hint::Retracted => {}
                }
            }
            let mut words: Vec<_> = history.taggings.iter().filter(|row| row.face == face.id && row.at <= then).collect();
            words.sort_by_key(|row| row.at);
            let named = words.last().map(|row| row.who.clone());
            let named = named.filter(|who| matches!(who, Who::Person(_) | Who::Visitor | Who::NotAFace));
            let hoped: Vec<_> = standing.into_iter().map(|(_, person)| person).filter(|id| !rejected.contains(id)).collect();
            let suggested: Vec<_> = face.suggested().cloned().collect();
            match (named, hoped.first()) {
                (Some(named), _) => prop_assert_eq!((face.who, suggested), (named, vec![])),
                (None, Some(best)) => prop_assert_eq!((face.who, suggested), (Who::Suggested(best.clone()), hoped)),
                (None, None) => prop_assert_eq!((face.who, suggested), (Who::Unknown, vec![])),
            }
        }
    }

    #[test]
    fn a_standing_lasts_until_it_says(world in world(), ahead in 0_i64..3 * STEPS, seconds in 0_i64..13 * DAY) {
        let World { category, policy, now, .. } = &world;
        let seconds_later = |at: Timestamp, seconds| Timestamp::from_second(at.as_second() + seconds).unwrap();
        let later = seconds_later(moment(ahead), seconds).max(*now);
        for record in world.people.values() {
            let this = photo_id();
            for photo in [None, Some(&this)] {
                let wanted = Use { category, medium: Medium::Photo, photo };
                let today = standing(record, &wanted, policy, *now);
                let shown = |at| {
                    oracle::standing(record, category, Medium::Photo, photo, policy, at) == StandingKind::Granted
                };
                let same = |at| shown(at) == shown(*now);
                let begins = || explain(record, std::slice::from_ref(category), policy, *now, Reader::Dsl)[0].begins;
                let turns = match (shown(*now), photo) {
                    (true, _) => today.until,
                    (false, None) => begins(),
                    (false, Some(_)) => None,
                };
                if let Some(turns) = turns {
                    prop_assert!(turns > *now && !same(turns) && same(seconds_later(turns, -1)));
                    prop_assert!(later >= turns || same(later));
                } else if shown(*now) || (photo.is_none() && today.kind != StandingKind::Restricted) {
                    prop_assert!(same(later));
                }
            }
        }
    }
}

/// Less shown, or as much: hidden pixels only grow, shown faces only become fewer, a block stays a block, a release
/// stays within its pixels and its size; and what was held leaves only if it had been held for what is no longer shown.
fn no_more(before: &World, after: &World) -> Result<(), TestCaseError> {
    no_more_but(before, after, &[])
}

fn no_more_but(before: &World, after: &World, freed: &[Code]) -> Result<(), TestCaseError> {
    let signed = before.channel.needs_sign_off;
    let (before, after) = (before.decide(), after.decide());
    for (was, is) in before.faces().iter().zip(after.faces()) {
        prop_assert!(is.verdict != FaceAct::Show || was.verdict == FaceAct::Show);
    }
    prop_assert!(oracle::within(&pixels(&before.regions()), &pixels(&after.regions())));
    match (before.verdict(), after.verdict()) {
        (Verdict::Block, verdict) => prop_assert_eq!(verdict, Verdict::Block),
        (Verdict::Hold, Verdict::Release) => {
            let held: Vec<Code> = before
                .reasons()
                .iter()
                .filter(|reason| reason.weight == Weight::Hold)
                .map(|reason| reason.code)
                .collect();
            // just as somebody looked at it and signed it, it may leave again
            let as_signed = held.contains(&Code::SignOffStale);
            for code in held {
                let shown_no_longer = as_signed && [Code::SignOffStale, Code::LoneLargeFace].contains(&code);
                prop_assert!(shown_no_longer || freed.contains(&code), "was held for {code:?}");
            }
        }
        (Verdict::Release, Verdict::Release) => prop_assert!(!signed || after.long_side() <= before.long_side()),
        _ => {}
    }
    Ok(())
}

fn shown_alike(one: &oracle::Said, other: &oracle::Said) -> bool {
    let shown =
        |said: &oracle::Said| -> Vec<bool> { said.faces.iter().map(|(_, act)| *act == FaceAct::Show).collect() };
    shown(one) == shown(other)
}

fn pixels(regions: &[Region]) -> Vec<bool> {
    oracle::paint(regions, FRAME)
}
