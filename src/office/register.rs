//! The register at the desk: finding people, and everything the school has on one person's consent.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::config::School;
use crate::consent::ledger::{Entry, Giver, Record};
use crate::consent::{Due, Line, Reader, due, explain};
use crate::domain::id::PersonId;
use crate::domain::person::{Person, PersonKind};
use crate::domain::time::Timestamp;
use crate::store::{Guardianship, Read, StoreError};

use super::error::OfficeError;

/// Whom somebody looks for.
#[derive(Debug, Clone, Default)]
pub struct Search {
    /// Parts of names, or an id; everybody when empty.
    pub text: String,
    /// Only this class.
    pub class: Option<String>,
}

/// The people found, by surname and first name.
///
/// # Errors
/// When the store fails.
pub fn search(read: &Read, wanted: &Search) -> Result<Vec<Person>, StoreError> {
    let words: Vec<String> = wanted.text.split_whitespace().map(folded).collect();
    let matches = |person: &Person| {
        let name = &person.name;
        let preferred = name.preferred_forename.as_deref().unwrap_or_default();
        let all = folded(&format!("{preferred} {} {} {}", name.legal_forename, name.legal_surname, person.id));
        words.iter().all(|word| all.contains(word))
            && wanted.class.as_deref().is_none_or(|class| person.class.as_deref() == Some(class))
    };
    let mut found: Vec<Person> = read.people()?.into_values().filter(matches).collect();
    found.sort_by_cached_key(|person| {
        (folded(&person.name.legal_surname), folded(person.name.first()), person.id.clone())
    });
    Ok(found)
}

/// The classes of the register.
///
/// # Errors
/// When the store fails.
pub fn classes(read: &Read) -> Result<Vec<String>, StoreError> {
    let classes: BTreeSet<String> = read.people()?.into_values().filter_map(|person| person.class).collect();
    Ok(classes.into_iter().collect())
}

/// Everything on one person's consent that a reader may know.
#[derive(Debug)]
pub struct File {
    /// The row of the register.
    pub person: Person,
    /// Where they stand for each use.
    pub lines: Vec<Line>,
    /// What was said, first to last.
    pub entries: Vec<Entry>,
    /// Who decides for them on these pages, with the address; who did is left out.
    pub guardians: Vec<(Guardianship, String)>,
    /// The keys of the guardians who have spoken.
    pub keys: BTreeSet<String>,
}

/// One person's file. Only whoever may restrict learns of restrictions.
///
/// # Errors
/// When there is no such person, or the store fails.
pub fn file(read: &Read, school: &School, id: &PersonId, reader: Reader, now: Timestamp) -> Result<File, OfficeError> {
    let person = read.person(id)?.ok_or_else(|| OfficeError::NoPerson(id.clone()))?;
    let record = Record { entries: read.ledger(id)?, person };
    let lines = explain(&record, &school.categories, &school.policy, now, reader);
    let Record { person, entries } = record.told_to(reader, now).into_owned();
    let keys = entries.iter().filter_map(|entry| match &entry.giver {
        Giver::Guardian(key) => Some(key.clone()),
        _ => None,
    });
    let keys = keys.collect();
    let mut guardians = Vec::new();
    for known in read.guardianships(id)?.into_iter().filter(|known| known.until.is_none()) {
        let login = read.account(known.account)?.map_or_else(String::new, |account| account.login);
        guardians.push((known, login));
    }
    Ok(File { person, lines, entries, guardians, keys })
}

/// Who must be asked or reminded, as the reader may know it, with the reasons; pupils only, by surname and first name.
///
/// # Errors
/// When the store fails.
pub fn due_list(
    read: &Read,
    school: &School,
    class: Option<&str>,
    now: Timestamp,
    before: Timestamp,
    reader: Reader,
) -> Result<Vec<(Person, Vec<Due>)>, StoreError> {
    let wanted = Search { class: class.map(str::to_owned), ..Search::default() };
    let mut all = Vec::new();
    for person in search(read, &wanted)?.into_iter().filter(|person| person.kind == PersonKind::Pupil) {
        let record = Record { entries: read.ledger(&person.id)?, person };
        let found = due([&*record.told_to(reader, now)], &school.categories, &school.policy, now, before);
        if !found.is_empty() {
            all.push((record.person, found));
        }
    }
    Ok(all)
}

/// A text without case and marks, so that `Zoe` finds `Zoë`.
fn folded(text: &str) -> String {
    text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}
