//! Rows of a consent list, long or wide, to answers, with every doubt refused by line.

use std::collections::BTreeMap;

use super::choices;
use super::dates::{self, When};
use super::error::{Fault, ImportError, quoted};
use super::fields::{Field, Schema};
use super::headers::{self, Columns, key};
use super::mapping::{Mapping, listed};
use super::sheet::{Row, Sheet};
use crate::consent::Policy;
use crate::consent::ledger::{Act, Choice, Entry, Giver, Method, Record};
use crate::domain::category::{Category, Medium};
use crate::domain::id::{CategoryId, Digest, EntryId, PersonId};
use crate::domain::person::Person;
use crate::domain::time::Timestamp;

/// What a list is read against.
#[derive(Debug, Clone, Copy)]
pub struct School<'a> {
    /// The register with its ledger.
    pub records: &'a BTreeMap<PersonId, Record>,
    /// The categories the school asks for.
    pub categories: &'a [Category],
    /// The school's rules; here its time zone.
    pub policy: &'a Policy,
    /// The present.
    pub now: Timestamp,
}

/// One answer of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The line it stands on.
    pub line: u64,
    /// Whose pictures it is about.
    pub person: PersonId,
    /// The use.
    pub category: CategoryId,
    /// Photo or video.
    pub medium: Medium,
    /// The answer.
    pub choice: Choice,
    /// Who gave it.
    pub giver: Giver,
    /// How it reached the school.
    pub method: Method,
    /// When it was given, as the file says; nothing when it says nothing.
    pub made: Option<When>,
    /// The moment the ledger is given. Of a day without a time a yes counts from its start and a no from its end, so that
    /// of two answers of one day the no holds.
    pub made_at: Timestamp,
    /// From when it holds.
    pub valid_from: Option<Timestamp>,
    /// The first moment at which it holds no more.
    pub valid_until: Option<Timestamp>,
}

impl Answer {
    /// The ledger's entry for it; the file's digest is its evidence.
    #[must_use]
    pub fn entry(&self, id: EntryId, recorded_at: Timestamp, evidence: Option<Digest>) -> Entry {
        let Self { category, medium, choice, .. } = self.clone();
        Entry {
            id,
            person: self.person.clone(),
            act: Act::Decide { category, medium, photo: None, decision: choice },
            giver: self.giver.clone(),
            method: self.method,
            made_at: self.made_at,
            recorded_at,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            evidence,
        }
    }
}

/// Reads the answers of a sheet. An empty cell and a pending answer are no answer.
///
/// The person is found by `pupil_id`, else by admission number, else by unique pupil number.
///
/// # Errors
/// Every problem of every row; one is enough for nothing to be read.
pub fn read_consents(sheet: &Sheet, mapping: &Mapping, school: &School<'_>) -> Result<Vec<Answer>, ImportError> {
    let mut problems = ImportError::default();
    let categories: Vec<CategoryId> = school.categories.iter().map(|category| category.id.clone()).collect();
    mapping.check_categories(&categories, &mut problems);
    problems.or(())?;
    let columns = Columns::find(sheet, mapping, Schema::Consents, &categories)?;
    let list = List { columns, categories, mapping, school, people: People::new(school) };
    list.check(sheet)?;

    let mut problems = ImportError::default();
    let mut answers = Vec::new();
    for row in &sheet.rows {
        list.read(row, &mut answers, &mut problems);
    }
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for Answer { line, person, category, medium, .. } in &answers {
        let count = counts.entry((person, category, *medium)).or_default();
        *count += 1;
        if *count == MAX_ANSWERS + 1 {
            problems.note(*line, Fault::TooManyAnswers(MAX_ANSWERS));
        }
    }
    problems.or(answers)
}

/// A person's answers for one use in one file: every one is weighed against the others.
const MAX_ANSWERS: usize = 100;

struct List<'a> {
    columns: Columns,
    categories: Vec<CategoryId>,
    mapping: &'a Mapping,
    school: &'a School<'a>,
    people: People<'a>,
}

/// What a row says beside its answers.
struct Said {
    person: PersonId,
    giver: Giver,
    method: Method,
    made: Option<When>,
    valid_from: Option<When>,
    valid_until: Option<When>,
}

impl List<'_> {
    fn check(&self, sheet: &Sheet) -> Result<(), ImportError> {
        let mut problems = ImportError::default();
        let mut note = |fault| problems.note(sheet.header_line, fault);
        let has = |field| self.columns.of(field).is_some();
        if ![Field::PupilId, Field::AdmissionNo, Field::Upn].into_iter().any(has) {
            note(Fault::MissingColumn(Field::PupilId));
        }
        match (has(Field::Decision), self.columns.answers.is_empty()) {
            (true, false) => note(Fault::BothLayouts),
            (true, true) if !has(Field::Category) => note(Fault::MissingColumn(Field::Category)),
            (false, true) => note(headers::no_answers(&self.categories)),
            _ => {}
        }
        problems.or(())
    }

    fn read(&self, row: &Row, answers: &mut Vec<Answer>, problems: &mut ImportError) {
        let found = self.decisions(row, problems);
        let Some(said) = self.said(row, problems) else { return };
        for (category, medium, choice) in found {
            answers.push(self.answer(row.line, &said, category, medium, choice));
        }
    }

    fn answer(&self, line: u64, said: &Said, category: CategoryId, medium: Medium, choice: Choice) -> Answer {
        let School { policy, now, .. } = *self.school;
        let made_at = match said.made {
            Some(When::Moment(moment)) => moment,
            Some(When::Day(day)) => policy.said_on(day, choice, now),
            None => now,
        };
        Answer {
            line,
            person: said.person.clone(),
            category,
            medium,
            choice,
            giver: said.giver.clone(),
            method: said.method,
            made: said.made,
            made_at,
            valid_from: said.valid_from.map(|when| when.start(policy)),
            valid_until: said.valid_until.map(|when| when.end(policy)),
        }
    }

    /// The row's answers: one in a long list, one a column in a wide one.
    fn decisions(&self, row: &Row, problems: &mut ImportError) -> Vec<(CategoryId, Medium, Choice)> {
        let mut found = Vec::new();
        let cell = |field| self.cell(row, field);
        if self.columns.of(Field::Decision).is_some() {
            let decision = problems.take(row.line, choices::decision(Field::Decision.as_str(), cell(Field::Decision)));
            let categories = problems.take(row.line, self.categories(cell(Field::Category)));
            let medium = problems.take(row.line, choices::medium(cell(Field::Medium)));
            if let (Some(choice), Some(categories), Some(medium)) = (decision.flatten(), categories, medium) {
                found.extend(categories.into_iter().map(|(category, own)| (category, own.unwrap_or(medium), choice)));
            }
        }
        for answer in &self.columns.answers {
            if let Some(Some(choice)) =
                problems.take(row.line, choices::decision(&answer.header, row.cell(answer.column)))
            {
                found.push((answer.category.clone(), answer.medium, choice));
            }
        }
        found
    }

    /// The categories a cell means, with the medium where the cell names it.
    fn categories(&self, cell: &str) -> Result<Vec<(CategoryId, Option<Medium>)>, Fault> {
        let word = key(cell);
        let mapped = self.mapping.consent_type.iter().find(|(name, _)| key(name) == word);
        if let Some((_, categories)) = mapped {
            return Ok(categories.iter().map(|category| (category.clone(), None)).collect());
        }
        if word.is_empty() {
            return Err(Fault::Missing(Field::Category));
        }
        let known = || Fault::UnknownCategory { given: quoted(cell), known: listed(&self.categories) };
        let (category, medium) = headers::answer(&word, &self.categories).ok_or_else(known)?;
        Ok(vec![(category, (medium == Medium::Video).then_some(medium))])
    }

    fn said(&self, row: &Row, problems: &mut ImportError) -> Option<Said> {
        let policy = self.school.policy;
        let cell = |field| self.cell(row, field);
        let when = |field, problems: &mut ImportError| {
            let text = cell(field);
            if text.is_empty() { None } else { problems.take(row.line, dates::when(field, text, &policy.time_zone)) }
        };
        let person = problems.take(row.line, self.person(row));
        let made = when(Field::MadeAt, problems);
        let valid_from = when(Field::ValidFrom, problems);
        let valid_until = when(Field::ValidUntil, problems);
        if made.is_some_and(|made| made.start(policy) > self.school.now) {
            problems.note(row.line, Fault::Future(Field::MadeAt, dates::shown(cell(Field::MadeAt))));
        }
        let begin = valid_from.or(made).map(|when| when.start(policy));
        if begin.zip(valid_until).is_some_and(|(begin, until)| until.end(policy) <= begin) {
            problems.note(row.line, Fault::EndsBefore(dates::shown(cell(Field::ValidUntil))));
        }
        let method = problems.take(row.line, choices::method(cell(Field::Method)));
        let person = person?;
        let giver = choices::giver(cell(Field::GiverRole), cell(Field::Giver), person.kind);
        let giver = problems.take(row.line, giver)?;
        Some(Said { person: person.id.clone(), giver, method: method?, made, valid_from, valid_until })
    }

    fn person(&self, row: &Row) -> Result<&Person, Fault> {
        let given = [Field::PupilId, Field::AdmissionNo, Field::Upn].into_iter().find_map(|field| {
            let text = self.cell(row, field);
            (!text.is_empty()).then_some((field, text))
        });
        let (field, text) = given.ok_or(Fault::Missing(Field::PupilId))?;
        self.people.find(field, text).ok_or(Fault::UnknownPerson(field))
    }

    fn cell<'r>(&self, row: &'r Row, field: Field) -> &'r str {
        self.columns.of(field).map_or("", |column| row.cell(column))
    }
}

/// The register by every number a list may use; a number that two people have finds neither.
struct People<'a>(BTreeMap<(Field, &'a str), Option<&'a Person>>);

impl<'a> People<'a> {
    fn new(school: &School<'a>) -> Self {
        let mut people = BTreeMap::new();
        for Record { person, .. } in school.records.values() {
            let numbers = [
                (Field::PupilId, Some(person.id.as_str())),
                (Field::AdmissionNo, person.admission_no.as_deref()),
                (Field::Upn, person.upn.as_deref()),
            ];
            for (field, number) in numbers.into_iter().filter_map(|(field, number)| Some((field, number?))) {
                people.entry((field, number)).and_modify(|twice| *twice = None).or_insert(Some(person));
            }
        }
        Self(people)
    }

    fn find(&self, field: Field, text: &str) -> Option<&'a Person> {
        self.0.get(&(field, text)).copied().flatten()
    }
}
