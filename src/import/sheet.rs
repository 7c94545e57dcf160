//! A table of texts with the line numbers people see, whatever file it came from.

mod archive;
mod encoding;
mod separated;
mod workbook;

use std::path::Path;

use super::error::{Fault, ImportError};
use super::mapping::Mapping;

/// What kind of file it is, by its extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// Text with separators.
    Csv,
    /// An Office Open XML workbook.
    Xlsx,
}

impl SheetKind {
    /// The kind of a path's extension; none for any other extension.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// How much of a file is looked at before it is refused.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of a workbook once unpacked, all its parts together.
    pub unpacked: u64,
    /// Rows below the header.
    pub rows: usize,
    /// Columns.
    pub columns: usize,
    /// Cells, the empty ones too.
    pub cells: usize,
    /// Characters of a cell.
    pub cell: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 20_000_000, unpacked: 100_000_000, rows: 100_000, columns: 200, cells: 2_000_000, cell: 2_000 }
    }
}

/// A header and its rows; every row has as many cells as the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The header's texts, trimmed.
    pub headers: Vec<String>,
    /// The line the header stands on.
    pub header_line: u64,
    /// The rows that hold anything.
    pub rows: Vec<Row>,
}

/// A row of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its line as an editor or a spreadsheet counts, from 1.
    pub line: u64,
    cells: Vec<String>,
}

impl Row {
    /// The trimmed text of a column, counted from 0; empty for a column that is not there.
    #[must_use]
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

impl Sheet {
    /// Reads a file.
    ///
    /// CSV is UTF-8, or UTF-16 with its mark; a comma, a semicolon or a tab separates. Of a workbook, the first sheet
    /// with a known header counts, or the only one; the mapping makes further headers known.
    ///
    /// # Errors
    /// An unreadable, protected or oversized file, and rows that do not fit the header, by line.
    pub fn read(bytes: &[u8], kind: SheetKind, limits: &Limits, mapping: &Mapping) -> Result<Self, ImportError> {
        if bytes.len() as u64 > limits.bytes {
            return Err(Fault::TooBig(limits.bytes / 1_000_000).into());
        }
        match kind {
            SheetKind::Csv => separated::read(bytes, limits),
            SheetKind::Xlsx => workbook::read(bytes, limits, mapping),
        }
    }

    /// A sheet of rows, the first of which is the header; rows are checked against it and blank ones left out.
    fn new(rows: impl Iterator<Item = Result<Row, ImportError>>, limits: &Limits) -> Result<Self, ImportError> {
        let mut rows = rows;
        let header = rows.find(|row| !matches!(row, Ok(row) if row.is_blank())).ok_or(Fault::Empty)??;
        let mut problems = ImportError::default();
        let mut kept = Vec::new();
        let mut cells = 0;
        for row in rows {
            let row = row?;
            if row.is_blank() {
                continue;
            }
            cells += row.cells.len();
            if cells > limits.cells {
                return Err(Fault::TooManyCells(limits.cells).into());
            }
            if kept.len() >= limits.rows {
                return Err(Fault::TooManyRows(limits.rows).into());
            }
            let (found, expected) = (row.cells.len(), header.cells.len());
            if found != expected {
                problems.note(row.line, Fault::Ragged { found, expected });
            }
            kept.push(row);
        }
        problems.or(Self { headers: header.cells, header_line: header.line, rows: kept })
    }
}

/// A row whose cells are trimmed and within the limits.
fn row<'a>(line: u64, cells: impl Iterator<Item = &'a str>, limits: &Limits) -> Result<Row, ImportError> {
    let mut kept = Vec::new();
    let refuse = |fault| {
        let mut error = ImportError::default();
        error.note(line, fault);
        error
    };
    for cell in cells {
        if kept.len() >= limits.columns {
            return Err(refuse(Fault::TooManyColumns(limits.columns)));
        }
        let cell = cell.trim();
        if cell.chars().nth(limits.cell).is_some() {
            return Err(refuse(Fault::LongCell(limits.cell)));
        }
        kept.push(cell.to_owned());
    }
    Ok(Row { line, cells: kept })
}
