//! Any bytes as answers about two people: answers or a refusal, never a panic; recorded once, the same file adds nothing,
//! and unconfirmed it shows nobody who was not shown before and had been asked.
#![no_main]

use std::collections::BTreeMap;
use std::sync::LazyLock;

use eyelid::consent::ledger::Record;
use eyelid::consent::policy::categories;
use eyelid::consent::{Policy, StandingKind, Use, standing};
use eyelid::domain::category::{Category, Medium};
use eyelid::domain::id::{EntryId, PersonId};
use eyelid::domain::time::{Date, Timestamp};
use eyelid::import::{ConsentDiff, Limits, Mapping, School, Sheet, SheetKind, read_consents, read_pupils};
use libfuzzer_sys::fuzz_target;

struct House {
    records: BTreeMap<PersonId, Record>,
    categories: Vec<Category>,
    policy: Policy,
    now: Timestamp,
}

static HOUSE: LazyLock<House> = LazyLock::new(|| {
    let mapping = Mapping::default();
    let roll = "pupil_id,forename,surname,upn,role\nP1,Ada,Lovelace,A1,\nS1,Grace,Hopper,,staff\n";
    let sheet = Sheet::read(roll.as_bytes(), SheetKind::Csv, &Limits::default(), &mapping).expect("a sheet");
    let people = read_pupils(&sheet, &mapping, Date::constant(2026, 9, 10)).expect("a roll").people;
    let records = people.into_iter().map(|person| (person.id.clone(), Record { person, entries: vec![] })).collect();
    let now = "2026-09-10T12:00:00Z".parse().expect("a moment");
    House { records, categories: categories().expect("categories"), policy: Policy::default(), now }
});

fuzz_target!(|data: &[u8]| {
    // a zero byte, which no sound file holds, parts the mapping from the first and the second list
    let mut parts = data.splitn(3, |byte| *byte == 0);
    let (Some(map), Some(first), Some(second)) = (parts.next(), parts.next(), parts.next()) else { return };
    let mapping = std::str::from_utf8(map).ok().and_then(|map| Mapping::parse(map).ok()).unwrap_or_default();
    let mut records = HOUSE.records.clone();
    for bytes in [first, second] {
        let before = records.clone();
        let Ok(sheet) = Sheet::read(bytes, SheetKind::Csv, &Limits::default(), &mapping) else { return };
        let House { categories, policy, now, .. } = &*HOUSE;
        let diff = {
            let school = School { records: &before, categories, policy, now: *now };
            let Ok(answers) = read_consents(&sheet, &mapping, &school) else { return };
            ConsentDiff::new(answers, &school)
        };
        for answer in diff.answers(false) {
            let entries = &mut records.get_mut(&answer.person).expect("a person of the register").entries;
            let id = EntryId(i64::try_from(entries.len()).expect("few") + 1);
            entries.push(answer.entry(id, *now, None));
        }
        for (old, new) in before.values().zip(records.values()) {
            for category in categories {
                for medium in [Medium::Photo, Medium::Video] {
                    let stand = |record| standing(record, &Use { category, medium, photo: None }, policy, *now).kind;
                    let asked = !matches!(stand(old), StandingKind::Granted | StandingKind::NeverAsked);
                    assert!(!asked || stand(new) != StandingKind::Granted, "{diff}");
                }
            }
        }
    }
});
