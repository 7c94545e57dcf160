//! What is wrong with a file: each problem with its line and the way out, never with a name.

use std::fmt;

use super::fields::Field;
use crate::domain::id::PersonId;

/// At most so many problems are listed; the rest is counted.
pub const MAX_PROBLEMS: usize = 100;

/// Everything that is wrong with a file; a file with one problem is not imported at all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportError {
    problems: Vec<Problem>,
    more: usize,
}

/// One problem and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The line as an editor or a spreadsheet counts it, from 1; none when the whole file is meant.
    pub line: Option<u64>,
    /// What is wrong, with the remedy.
    pub fault: Fault,
}

impl ImportError {
    /// The problems in the order they were found.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether the file has this one problem.
    pub(crate) fn is(&self, fault: &Fault) -> bool {
        matches!(self.problems.as_slice(), [only] if only.fault == *fault)
    }

    /// Adds a problem.
    pub(crate) fn note(&mut self, line: impl Into<Option<u64>>, fault: Fault) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { line: line.into(), fault });
        } else {
            self.more += 1;
        }
    }

    /// Takes the value of one field, or adds its problem.
    pub(crate) fn take<T>(&mut self, line: u64, found: Result<T, Fault>) -> Option<T> {
        found.map_err(|fault| self.note(line, fault)).ok()
    }

    /// The value when nothing was wrong, else the problems.
    pub(crate) fn or<T>(self, value: T) -> Result<T, Self> {
        if self.problems.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Fault> for ImportError {
    fn from(fault: Fault) -> Self {
        let mut error = Self::default();
        error.note(None, fault);
        error
    }
}

impl std::error::Error for ImportError {}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.problems.iter().enumerate() {
            if at > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more problems", self.more)?;
        }
        Ok(())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.fault),
            None => self.fault.fmt(f),
        }
    }
}

/// What can be wrong with a file, a column or a cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file is larger than its limit.
    #[error("the file is larger than {0} MB: split it, or remove the columns that are not needed")]
    TooBig(u64),
    /// The file has more rows than its limit.
    #[error("the file has more than {0} rows: split it")]
    TooManyRows(usize),
    /// The file has more columns than its limit.
    #[error("the row has more than {0} columns: remove the columns that are not needed")]
    TooManyColumns(usize),
    /// The file has more cells than its limit.
    #[error("the file has more than {0} cells: remove the columns that are not needed")]
    TooManyCells(usize),
    /// A cell is longer than its limit.
    #[error("a cell is longer than {0} characters: look for a quotation mark that is never closed")]
    LongCell(usize),
    /// There is no header.
    #[error("the file is empty: export it again with its header row")]
    Empty,
    /// The text is not UTF-8.
    #[error("the text is not UTF-8, most likely Windows-1252: save the file as `CSV UTF-8` and import it again")]
    Encoding,
    /// The bytes are not text.
    #[error("the file is not text: save it as `CSV UTF-8`, or give a workbook the extension .xlsx")]
    NotText,
    /// An earlier program already replaced letters it could not write.
    #[error(
        "letters were lost in an earlier conversion (the sign U+FFFD stands in their place): export the file again"
    )]
    LostLetters,
    /// The quotation marks do not pair.
    #[error("a quotation mark is opened and never closed: close it, or write it twice inside a quoted cell")]
    OpenQuote,
    /// A row has another number of cells than the header.
    #[error("the row has {found} cells and the header {expected}: put cells with a separator in quotation marks")]
    Ragged {
        /// The cells of the row.
        found: usize,
        /// The cells of the header.
        expected: usize,
    },
    /// A workbook that is really something else.
    #[error("the file is not an XLSX workbook: open it in your spreadsheet and save it as .xlsx or as `CSV UTF-8`")]
    NotWorkbook,
    /// An old binary workbook.
    #[error("the file is a workbook of the old .xls kind: save it as .xlsx or as `CSV UTF-8`")]
    OldWorkbook,
    /// An encrypted workbook.
    #[error("the workbook is protected by a password: save it without the password and import it again")]
    Password,
    /// A damaged workbook.
    #[error("the workbook is damaged: open it in your spreadsheet and save it again")]
    BrokenWorkbook,
    /// A workbook that unpacks to more than its limit.
    #[error("the workbook unpacks to more than {0} MB: keep only the sheet with the list and save it again")]
    Inflates(u64),
    /// Several sheets could be the list.
    #[error(
        "more than one of the workbook's sheets, hidden ones too, could be the list: keep only the sheet with the list"
    )]
    ManySheets,
    /// No sheet could be the list.
    #[error("none of the workbook's sheets has a header that is known: keep only the sheet with the list")]
    NoSheet,
    /// A cell holds a spreadsheet error such as `#N/A`.
    #[error("column {0} holds a spreadsheet error: correct the formula or empty the cell")]
    CellError(usize),
    /// A cell holds a formula whose value was never worked out.
    #[error("column {0} holds a formula without its value: open the workbook in your spreadsheet and save it again")]
    NoValue(usize),
    /// A mapping file that is not TOML of the right shape.
    #[error("the mapping file is not valid: {0}")]
    Mapping(String),
    /// A mapping names a header that the file does not have.
    #[error("the mapping names the column `{0}`, which the file does not have: copy the header as it stands there")]
    MappedColumn(String),
    /// A mapping names a category that the school does not have.
    #[error("the mapping names the category `{given}`, which the school does not have: use one of {known}")]
    MappedCategory {
        /// What the mapping says.
        given: String,
        /// The categories there are.
        known: String,
    },
    /// No header is known at all; it may be data and is not repeated.
    #[error("the first row names no known column: add a header row, such as `pupil_id`, or give a mapping file")]
    NoHeader,
    /// A header that is not known.
    #[error("the column `{0}` is not known: map it, or list it under `ignore` in the mapping file")]
    UnknownColumn(String),
    /// A column with cells and no header.
    #[error("column {0} has cells and no header: name it or empty it")]
    NamelessColumn(usize),
    /// Two columns for one field.
    #[error("the columns `{first}` and `{second}` are both the {field}: map one and list the other under `ignore`")]
    TwoColumns {
        /// What both would be.
        field: String,
        /// The first header.
        first: String,
        /// The second header.
        second: String,
    },
    /// A column that is needed.
    #[error("there is no column `{0}`: add it, or map one of the file's columns to it")]
    MissingColumn(Field),
    /// Neither the long nor the wide layout.
    #[error("there is neither a `decision` column nor a column named after a category ({0}): add one or map it")]
    NoAnswers(String),
    /// Both layouts at once.
    #[error("there are both a `decision` column and columns named after categories: list one kind under `ignore`")]
    BothLayouts,
    /// A tick column that says nothing of its purposes.
    #[error(
        "the tick column `{0}` does not say which uses it allows: name them in the mapping file, as in `category.website = \"{0}\"`"
    )]
    TickColumn(String),
    /// An empty cell that must not be.
    #[error("{0} is empty: fill it in")]
    Missing(Field),
    /// A text that is too long or holds characters that cannot be seen.
    #[error("{0} is too long, or holds a line break or an invisible character: type it again")]
    Text(Field),
    /// An id that would put a name or an address into logs.
    #[error(
        "{0} is the person's own name or an e-mail address: use an id that says nothing, such as the admission number"
    )]
    TellingId(Field),
    /// An id that is a word of the command line.
    #[error("{0} is a word that `eyelid tag` takes for something else: give another id")]
    ReservedId(Field),
    /// Something that must be unique stands twice.
    #[error("{field} was already given on line {first}: keep one row for each person")]
    Duplicate {
        /// The field.
        field: Field,
        /// The line it stood on first.
        first: u64,
    },
    /// Not a date.
    #[error("{0} `{1}` is not a date: write it as 2015-02-28 or 28/02/2015")]
    NotADate(Field, String),
    /// A year of two digits.
    #[error("{0} `{1}` has a year of two digits: write it as 2015-02-28 or 28/02/2015")]
    ShortYear(Field, String),
    /// A date with the month first.
    #[error("{0} `{1}` has its month first: write the day first, as in 28/02/2015, or 2015-02-28")]
    MonthFirst(Field, String),
    /// A date that cannot be yet.
    #[error("{0} `{1}` lies in the future: correct it")]
    Future(Field, String),
    /// A date that cannot be true.
    #[error("{0} `{1}` cannot be right: check its year, and `role` if the person is not a pupil")]
    Absurd(Field, String),
    /// The end lies before the start.
    #[error("valid_until `{0}` lies before valid_from or made_at: correct one of them")]
    EndsBefore(String),
    /// More answers of one person for one use than are weighed.
    #[error("the person has more than {0} answers for one use: keep the latest of them")]
    TooManyAnswers(usize),
    /// Not in the register.
    #[error("{0} is not in the register: import the pupils first, or use the register's own id")]
    UnknownPerson(Field),
    /// The register has the person under another id.
    #[error("`{id}` has the {field} of `{known}` in the register: keep the register's id, or correct the {field}")]
    OtherId {
        /// The file's id.
        id: PersonId,
        /// The number they share.
        field: Field,
        /// The register's id.
        known: PersonId,
    },
    /// Not a category of the school.
    #[error(
        "category `{given}` is not one of the school's: use one of {known}, or name it under `consent_type` in the mapping file"
    )]
    UnknownCategory {
        /// What the cell says.
        given: String,
        /// The categories there are.
        known: String,
    },
    /// Not a value this field can have.
    #[error("{field} `{given}` is not known: use {known}")]
    UnknownValue {
        /// The field.
        field: String,
        /// What the cell says.
        given: String,
        /// What it may be.
        known: &'static str,
    },
    /// A cross may mean yes or no.
    #[error("`{given}` in {field} can mean yes or no: write yes, no, or nothing")]
    Cross {
        /// The column.
        field: String,
        /// What the cell says.
        given: String,
    },
    /// A giver who cannot decide for this person.
    #[error(
        "giver_role `{0}` cannot decide for this person: guardians and the pupil decide for a pupil, adults for themselves"
    )]
    WrongGiver(String),
}

/// A cell or header as an error may repeat it: short, and without anything that could steer a terminal.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut short: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push('…');
    }
    short
}
