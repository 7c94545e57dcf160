//! What a roll would change in the register, by ids only.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::error::{Fault, ImportError};
use super::fields::Field;
use super::pupils::Pupils;
use crate::domain::id::PersonId;
use crate::domain::person::{Person, PersonKind};
use crate::domain::time::Date;

/// Whether a file lists everybody of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Who is missing has left.
    Full,
    /// Who is missing is not meant.
    Part,
}

/// What a roll does to the register.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RollDiff {
    /// Not in the register so far.
    pub added: Vec<Person>,
    /// In the register with other values; what changed stands beside the row as it would be.
    pub changed: Vec<(Person, BTreeSet<Field>)>,
    /// Changes that could show more of a person: a leaving date taken back or put off, an earlier date of birth, another
    /// role. They wait for a confirmation.
    pub loosened: Vec<(Person, BTreeSet<Field>)>,
    /// Missing from a full roll: leave today, and stay in the register.
    pub left: Vec<Person>,
    /// How many are in the register just so.
    pub unchanged: usize,
    /// Rows of parents and carers, left out.
    pub left_out: usize,
}

impl RollDiff {
    /// Compares a roll with the register. Of a full roll, only kinds of people that it lists can have left by missing.
    ///
    /// # Errors
    /// Somebody of the register under another id, known by the admission number or the unique pupil number: a refusal or a
    /// restriction would stay behind with the old id.
    pub fn new(roll: &Pupils, register: &[Person], extent: Extent, today: Date) -> Result<Self, ImportError> {
        check_ids(roll, register)?;
        let known: BTreeMap<&PersonId, &Person> = register.iter().map(|person| (&person.id, person)).collect();
        let listed: BTreeSet<&PersonId> = roll.people.iter().map(|person| &person.id).collect();
        let kinds: BTreeSet<PersonKind> = roll.people.iter().map(|person| person.kind).collect();
        let mut diff = Self { left_out: roll.left_out, ..Self::default() };
        for row in &roll.people {
            match known.get(&row.id) {
                None => diff.added.push(row.clone()),
                Some(old) => diff.compare(old, merged(row, old, &roll.fields, today)),
            }
        }
        let gone = |person: &&Person| {
            let here = person.leaving.is_none_or(|last| last > today);
            extent == Extent::Full && here && kinds.contains(&person.kind) && !listed.contains(&person.id)
        };
        diff.left.extend(register.iter().filter(gone).map(|p| Person { leaving: Some(today), ..p.clone() }));
        Ok(diff)
    }

    /// The rows to write; without a confirmation what loosens is left as the register has it.
    pub fn rows(&self, confirm_loosening: bool) -> impl Iterator<Item = &Person> {
        let changed = self.changed.iter().map(|(person, _)| person);
        let loosened = self.loosened.iter().filter(move |_| confirm_loosening).map(|(person, _)| person);
        self.added.iter().chain(changed).chain(loosened).chain(&self.left)
    }

    fn compare(&mut self, old: &Person, new: Person) {
        let fields = differences(old, &new);
        if fields.is_empty() {
            self.unchanged += 1;
        } else if loosens(old, &new) {
            self.loosened.push((new, fields));
        } else {
            self.changed.push((new, fields));
        }
    }
}

impl fmt::Display for RollDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "new: {}", self.added.len())?;
        writeln!(f, "changed: {}", self.changed.len())?;
        listed(f, &self.changed)?;
        if !self.loosened.is_empty() {
            writeln!(f, "changed so that more could be shown (needs --confirm-loosening): {}", self.loosened.len())?;
            listed(f, &self.loosened)?;
        }
        writeln!(f, "missing from the file, so marked as left: {}", self.left.len())?;
        self.left.iter().try_for_each(|person| writeln!(f, "  {}", person.id))?;
        if self.left_out > 0 {
            writeln!(f, "rows of parents and carers, left out: {}", self.left_out)?;
        }
        write!(f, "unchanged: {}", self.unchanged)
    }
}

fn listed(f: &mut fmt::Formatter<'_>, changes: &[(Person, BTreeSet<Field>)]) -> fmt::Result {
    changes.iter().try_for_each(|(person, fields)| {
        let fields: Vec<&str> = fields.iter().map(|field| field.as_str()).collect();
        writeln!(f, "  {}: {}", person.id, fields.join(", "))
    })
}

/// The row with the register's values where the file has no column; whoever is listed again without a leaving date is back.
fn merged(row: &Person, old: &Person, fields: &BTreeSet<Field>, today: Date) -> Person {
    let has = |field| fields.contains(&field);
    let keep = |field, new: &Option<String>, old: &Option<String>| if has(field) { new.clone() } else { old.clone() };
    let mut new = row.clone();
    new.name.preferred_forename =
        keep(Field::PreferredForename, &row.name.preferred_forename, &old.name.preferred_forename);
    new.year = keep(Field::Year, &row.year, &old.year);
    new.class = keep(Field::Class, &row.class, &old.class);
    new.admission_no = keep(Field::AdmissionNo, &row.admission_no, &old.admission_no);
    new.upn = keep(Field::Upn, &row.upn, &old.upn);
    new.born = if has(Field::Dob) { row.born } else { old.born };
    if has(Field::Status) && row.leaving == Some(today) {
        // marked as gone, not leaving anew with every import
        new.leaving = old.leaving.filter(|last| *last <= today).or(row.leaving);
    } else if !has(Field::LeavingDate) {
        new.leaving = old.leaving.filter(|last| *last > today);
    }
    if !has(Field::Role) {
        new.kind = old.kind;
    }
    new
}

fn check_ids(roll: &Pupils, register: &[Person]) -> Result<(), ImportError> {
    let numbers = |person: &Person| {
        [(Field::AdmissionNo, person.admission_no.clone()), (Field::Upn, person.upn.clone())]
            .into_iter()
            .filter_map(|(field, number)| Some((field, number?.to_lowercase())))
    };
    let known: BTreeMap<(Field, String), &PersonId> =
        register.iter().flat_map(|person| numbers(person).map(move |number| (number, &person.id))).collect();
    let mut problems = ImportError::default();
    for person in &roll.people {
        let other = numbers(person).find_map(|number| Some((number.0, *known.get(&number)?)));
        if let Some((field, id)) = other.filter(|(_, id)| **id != person.id) {
            problems.note(None, Fault::OtherId { id: person.id.clone(), field, known: id.clone() });
        }
    }
    problems.or(())
}

fn differences(old: &Person, new: &Person) -> BTreeSet<Field> {
    [
        (Field::Role, old.kind != new.kind),
        (Field::LegalForename, old.name.legal_forename != new.name.legal_forename),
        (Field::PreferredForename, old.name.preferred_forename != new.name.preferred_forename),
        (Field::LegalSurname, old.name.legal_surname != new.name.legal_surname),
        (Field::Dob, old.born != new.born),
        (Field::Year, old.year != new.year),
        (Field::Class, old.class != new.class),
        (Field::AdmissionNo, old.admission_no != new.admission_no),
        (Field::Upn, old.upn != new.upn),
        (Field::LeavingDate, old.leaving != new.leaving),
    ]
    .into_iter()
    .filter_map(|(field, differs)| differs.then_some(field))
    .collect()
}

/// Whether the row seems to be of somebody else, to whom the consents and tags of this id would pass: both names differ, or
/// a number that nobody shares does.
fn is_another(old: &Person, new: &Person) -> bool {
    let renamed =
        old.name.legal_surname != new.name.legal_surname && old.name.legal_forename != new.name.legal_forename;
    let renumbered = |old: &Option<String>, new: &Option<String>| old.is_some() && old != new;
    renamed || renumbered(&old.upn, &new.upn) || renumbered(&old.admission_no, &new.admission_no)
}

fn loosens(old: &Person, new: &Person) -> bool {
    let stays_longer = old.leaving.is_some_and(|last| new.leaving.is_none_or(|later| later > last));
    let older = old.born.zip(new.born).is_some_and(|(old, new)| new < old);
    stays_longer || older || old.kind != new.kind || is_another(old, new)
}
