//! Which column of a list is which field: by its header, or by the mapping where that does not say.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{Fault, ImportError, quoted};
use super::fields::{Field, Schema, UNREAD};
use super::mapping::{Mapping, listed};
use super::sheet::Sheet;
use crate::domain::category::Medium;
use crate::domain::id::CategoryId;

/// A column of answers for one category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AnswerColumn {
    pub(super) column: usize,
    pub(super) header: String,
    pub(super) category: CategoryId,
    pub(super) medium: Medium,
}

/// Which column is which.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Columns {
    fields: BTreeMap<Field, usize>,
    pub(super) answers: Vec<AnswerColumn>,
}

impl Columns {
    /// Finds every column's field; categories count only in lists of consents.
    pub(super) fn find(
        sheet: &Sheet,
        mapping: &Mapping,
        schema: Schema,
        categories: &[CategoryId],
    ) -> Result<Self, ImportError> {
        let mut problems = ImportError::default();
        let mut columns = Self::default();
        let mut unknown = Vec::new();
        for header in mapping.headers().filter(|header| !sheet.headers.iter().any(|h| key(h) == key(header))) {
            problems.note(None, Fault::MappedColumn(quoted(header)));
        }
        columns.take_mapped(sheet, mapping, schema);
        for (column, header) in sheet.headers.iter().enumerate() {
            match Meaning::of(header, mapping, schema, categories) {
                Meaning::Field(field) => columns.take_alias(sheet, mapping, field, column, &mut problems),
                Meaning::Answers(category, medium) => {
                    columns.answers.push(AnswerColumn { column, header: header.clone(), category, medium });
                }
                Meaning::Tick => problems.note(sheet.header_line, Fault::TickColumn(quoted(header))),
                Meaning::Nameless if sheet.rows.iter().any(|row| !row.cell(column).is_empty()) => {
                    problems.note(sheet.header_line, Fault::NamelessColumn(column + 1));
                }
                Meaning::Nameless | Meaning::Unread => {}
                Meaning::Unknown => unknown.push(header),
            }
        }
        if columns.fields.is_empty() && columns.answers.is_empty() {
            problems.note(sheet.header_line, Fault::NoHeader);
        } else {
            unknown.iter().for_each(|header| problems.note(sheet.header_line, Fault::UnknownColumn(quoted(header))));
        }
        problems.or(columns)
    }

    /// The column of a field.
    pub(super) fn of(&self, field: Field) -> Option<usize> {
        self.fields.get(&field).copied()
    }

    /// The fields there is a column for.
    pub(super) fn fields(&self) -> BTreeSet<Field> {
        self.fields.keys().copied().collect()
    }

    /// A field that takes another's column when it has none of its own.
    pub(super) fn fall_back(&mut self, field: Field, other: Field) {
        if let Some(column) = self.of(other) {
            self.fields.entry(field).or_insert(column);
        }
    }

    fn take_mapped(&mut self, sheet: &Sheet, mapping: &Mapping, schema: Schema) {
        let column = |wanted: &str| sheet.headers.iter().position(|header| key(header) == key(wanted));
        let fields = mapping.fields.iter().filter_map(|(field, header)| Some((*field, column(header)?)));
        self.fields.extend(fields);
        if schema == Schema::Consents {
            let photo = mapping.category.iter().map(|(category, header)| (category, header, Medium::Photo));
            let video = mapping.video.iter().map(|(category, header)| (category, header, Medium::Video));
            self.answers.extend(photo.chain(video).filter_map(|(category, header, medium)| {
                Some(AnswerColumn {
                    column: column(header)?,
                    header: header.clone(),
                    category: category.clone(),
                    medium,
                })
            }));
        }
    }

    fn take_alias(
        &mut self,
        sheet: &Sheet,
        mapping: &Mapping,
        field: Field,
        column: usize,
        problems: &mut ImportError,
    ) {
        match self.of(field) {
            _ if mapping.fields.contains_key(&field) => {}
            Some(first) => problems.note(
                sheet.header_line,
                Fault::TwoColumns {
                    field: field.to_string(),
                    first: quoted(sheet.headers.get(first).map_or("", String::as_str)),
                    second: quoted(sheet.headers.get(column).map_or("", String::as_str)),
                },
            ),
            None => _ = self.fields.insert(field, column),
        }
    }
}

/// What a header says by itself.
enum Meaning {
    Field(Field),
    Answers(CategoryId, Medium),
    /// A tick column that does not say for what.
    Tick,
    Nameless,
    /// Known, and not needed for this list.
    Unread,
    Unknown,
}

impl Meaning {
    fn of(header: &str, mapping: &Mapping, schema: Schema, categories: &[CategoryId]) -> Self {
        let key = key(header);
        if header.is_empty() {
            return Self::Nameless;
        }
        if mapping.ignores(header) {
            return Self::Unread;
        }
        if let Some(field) = schema.field(&key) {
            return Self::Field(field);
        }
        if mapping.headers().any(|mapped| self::key(mapped) == key) {
            return Self::Unread;
        }
        if let Some((category, medium)) = answer(&key, categories) {
            return Self::Answers(category, medium);
        }
        if schema == Schema::Consents && key == "p" {
            return Self::Tick;
        }
        let needless = UNREAD.contains(&key.as_str()) || Schema::Pupils.field(&key).is_some();
        if needless { Self::Unread } else { Self::Unknown }
    }
}

/// Whether at least two headers are known, as those of a list are.
pub(super) fn any_known(headers: &[String], mapping: &Mapping) -> bool {
    let known = headers.iter().filter(|header| {
        let key = key(header);
        Schema::Pupils.field(&key).is_some()
            || Schema::Consents.field(&key).is_some()
            || mapping.headers().any(|mapped| self::key(mapped) == key)
    });
    known.count() >= 2
}

/// A header as it is compared: letters and digits only, in lower case.
#[must_use]
pub(super) fn key(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The category, and the medium, that a header names, as in `Website` or `Website (video)`.
pub(super) fn answer(header: &str, categories: &[CategoryId]) -> Option<(CategoryId, Medium)> {
    let named = |wanted: &str| categories.iter().find(|category| key(category.as_str()) == wanted).cloned();
    named(header).map(|category| (category, Medium::Photo)).or_else(|| {
        let of = |ending, medium| Some((named(header.strip_suffix(ending)?)?, medium));
        of("photo", Medium::Photo).or_else(|| of("video", Medium::Video))
    })
}

/// Why a list of consents holds no answers.
pub(super) fn no_answers(categories: &[CategoryId]) -> Fault {
    Fault::NoAnswers(listed(categories))
}
