//! Rows of a roll to persons, with every doubt refused by line.

use std::collections::{BTreeMap, BTreeSet};

use super::dates;
use super::error::{Fault, ImportError, quoted};
use super::fields::{Field, Schema};
use super::headers::{Columns, key};
use super::mapping::Mapping;
use super::sheet::{Row, Sheet};
use crate::domain::id::PersonId;
use crate::domain::name::PersonName;
use crate::domain::person::{Person, PersonKind};
use crate::domain::text::unseen;
use crate::domain::time::Date;

/// A roll that was read and found sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pupils {
    /// The people, in the order of the file.
    pub people: Vec<Person>,
    /// The fields the file has a column for; what it has none for is left as the register has it.
    pub fields: BTreeSet<Field>,
    /// Rows of parents and carers, who are in no picture and were left out.
    pub left_out: usize,
}

/// Reads people from a sheet. Who is marked as gone in the file itself (OneRoster's `tobedeleted`) has left today.
///
/// Without a column for the id, the admission number is the id. The unique pupil number is that only if a mapping says
/// so, because ids stand in logs.
///
/// # Errors
/// Every problem of every row; one is enough for nothing to be read.
pub fn read_pupils(sheet: &Sheet, mapping: &Mapping, today: Date) -> Result<Pupils, ImportError> {
    let mut columns = Columns::find(sheet, mapping, Schema::Pupils, &[])?;
    columns.fall_back(Field::PupilId, Field::AdmissionNo);
    columns.fall_back(Field::LegalForename, Field::PreferredForename);
    let mut problems = ImportError::default();
    for field in [Field::PupilId, Field::LegalForename, Field::LegalSurname] {
        if columns.of(field).is_none() {
            problems.note(sheet.header_line, Fault::MissingColumn(field));
        }
    }
    problems.or(())?;

    let mut problems = ImportError::default();
    let mut seen = Seen::default();
    let mut pupils = Pupils { people: Vec::new(), fields: columns.fields(), left_out: 0 };
    for row in &sheet.rows {
        let cells = Cells { row, columns: &columns };
        match kind(cells.text(Field::Role)) {
            Ok(None) => pupils.left_out += 1,
            Ok(Some(kind)) => {
                if let Some(person) = person(&cells, kind, today, &mut problems) {
                    seen.check(&person, row.line, &mut problems);
                    pupils.people.push(person);
                }
            }
            Err(fault) => problems.note(row.line, fault),
        }
    }
    problems.or(pupils)
}

/// A row as its fields.
struct Cells<'a> {
    row: &'a Row,
    columns: &'a Columns,
}

impl<'a> Cells<'a> {
    fn text(&self, field: Field) -> &'a str {
        self.columns.of(field).map_or("", |column| self.row.cell(column))
    }

    fn words(&self, field: Field, problems: &mut ImportError) -> Option<String> {
        let text = self.text(field);
        if text.is_empty() { None } else { problems.take(self.row.line, words(field, text)) }
    }

    fn date(&self, field: Field, problems: &mut ImportError) -> Option<Date> {
        let text = self.text(field);
        if text.is_empty() { None } else { problems.take(self.row.line, dates::date(field, text)) }
    }
}

fn person(cells: &Cells<'_>, kind: PersonKind, today: Date, problems: &mut ImportError) -> Option<Person> {
    let line = cells.row.line;
    let preferred = cells.words(Field::PreferredForename, problems);
    let legal = cells.words(Field::LegalForename, problems).or_else(|| preferred.clone());
    let surname = cells.words(Field::LegalSurname, problems);
    for (field, empty) in [
        (Field::LegalForename, legal.is_none() && cells.text(Field::LegalForename).is_empty()),
        (Field::LegalSurname, cells.text(Field::LegalSurname).is_empty()),
    ] {
        if empty {
            problems.note(line, Fault::Missing(field));
        }
    }
    let born = cells.date(Field::Dob, problems);
    if let Some(fault) = born.and_then(|born| birthday(born, kind, today, cells.text(Field::Dob))) {
        problems.note(line, fault);
    }
    let gone = key(cells.text(Field::Status)) == "tobedeleted";
    let name = PersonName {
        legal_forename: legal.unwrap_or_default(),
        preferred_forename: preferred,
        legal_surname: surname.unwrap_or_default(),
    };
    let id = problems.take(line, id(cells.text(Field::PupilId), &name));
    let person = Person {
        id: id?,
        kind,
        name,
        born,
        year: cells.words(Field::Year, problems),
        class: cells.words(Field::Class, problems),
        admission_no: cells.words(Field::AdmissionNo, problems),
        upn: cells.words(Field::Upn, problems),
        leaving: cells.date(Field::LeavingDate, problems).or(gone.then_some(today)),
    };
    Some(person)
}

/// The person's kind; none for parents and carers.
fn kind(role: &str) -> Result<Option<PersonKind>, Fault> {
    match key(role).as_str() {
        "" | "pupil" | "student" | "learner" | "child" => Ok(Some(PersonKind::Pupil)),
        "staff" | "teacher" | "administrator" | "aide" | "proctor" | "governor" => Ok(Some(PersonKind::Staff)),
        "visitor" => Ok(Some(PersonKind::Visitor)),
        "parent" | "guardian" | "relative" | "carer" => Ok(None),
        _ => Err(Fault::UnknownValue {
            field: Field::Role.to_string(),
            given: quoted(role),
            known: "pupil, staff or visitor",
        }),
    }
}

/// An id that says nothing about the person: it will stand in logs.
fn id(text: &str, name: &PersonName) -> Result<PersonId, Fault> {
    if text.is_empty() {
        return Err(Fault::Missing(Field::PupilId));
    }
    // whoever names a face writes these words where an id may stand
    if ["visitor", "not-a-face", "not_a_face", "unknown"].contains(&text.to_lowercase().as_str()) {
        return Err(Fault::ReservedId(Field::PupilId));
    }
    let id: PersonId = words(Field::PupilId, text)?.parse().map_err(|_| Fault::Text(Field::PupilId))?;
    let forenames = [Some(name.legal_forename.as_str()), name.preferred_forename.as_deref(), Some(name.first())];
    let surname = key(&name.legal_surname);
    let id_key = key(text);
    let telling = forenames.into_iter().flatten().map(key).filter(|forename| !forename.is_empty()).any(|forename| {
        id_key == format!("{forename}{surname}") || id_key == format!("{surname}{forename}") || id_key == forename
    });
    let surname = !surname.is_empty() && id_key == surname;
    if telling || surname || text.contains('@') { Err(Fault::TellingId(Field::PupilId)) } else { Ok(id) }
}

fn birthday(born: Date, kind: PersonKind, today: Date, text: &str) -> Option<Fault> {
    const OLDEST_PUPIL: i16 = 26;
    const OLDEST: i16 = 120;
    let oldest = if kind == PersonKind::Pupil { OLDEST_PUPIL } else { OLDEST };
    if born > today {
        Some(Fault::Future(Field::Dob, dates::shown(text)))
    } else if today.year() - born.year() > oldest {
        Some(Fault::Absurd(Field::Dob, dates::shown(text)))
    } else {
        None
    }
}

/// One line of visible text, its spaces made single.
fn words(field: Field, text: &str) -> Result<String, Fault> {
    const LONGEST: usize = 100;
    if text.contains(unseen) || text.chars().nth(LONGEST).is_some() {
        return Err(Fault::Text(field));
    }
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What must be unique in a file, and the line it stood on first.
#[derive(Default)]
struct Seen(BTreeMap<(Field, String), u64>);

impl Seen {
    fn check(&mut self, person: &Person, line: u64, problems: &mut ImportError) {
        let values = [
            (Field::PupilId, Some(person.id.as_str())),
            (Field::AdmissionNo, person.admission_no.as_deref()),
            (Field::Upn, person.upn.as_deref()),
        ];
        for (field, value) in values.into_iter().filter_map(|(field, value)| Some((field, value?))) {
            // ids that differ in case only would be taken for each other
            let first = *self.0.entry((field, value.to_lowercase())).or_insert(line);
            if first != line {
                problems.note(line, Fault::Duplicate { field, first });
                return;
            }
        }
    }
}
