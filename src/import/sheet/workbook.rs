//! XLSX by way of calamine, cell by cell: a sheet that claims a million empty rows costs nothing.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::catch_unwind;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, Xlsx};

use super::{Limits, Row, Sheet, archive};
use crate::import::error::{Fault, ImportError};
use crate::import::headers;
use crate::import::mapping::Mapping;

/// Reads the one sheet with a known header, or the only one.
pub(super) fn read(bytes: &[u8], limits: &Limits, mapping: &Mapping) -> Result<Sheet, ImportError> {
    archive::check(bytes, limits)?;
    // the reader's arithmetic panics on cell references that no spreadsheet writes
    catch_unwind(|| only_known(bytes, limits, mapping)).unwrap_or_else(|_| Err(Fault::BrokenWorkbook.into()))
}

fn only_known(bytes: &[u8], limits: &Limits, mapping: &Mapping) -> Result<Sheet, ImportError> {
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|_| Fault::BrokenWorkbook)?;
    let held = book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let names: Vec<String> = held.map(|sheet| sheet.name.clone()).collect();
    if let [only] = names.as_slice() {
        return sheet(&mut book, only, limits);
    }
    // a list that was passed over could hold somebody's no, and so could a sheet that cannot be read
    let read = names.iter().map(|name| sheet(&mut book, name, limits));
    let mut lists = read.filter(|read| match read {
        Ok(sheet) => headers::any_known(&sheet.headers, mapping),
        Err(error) => !error.is(&Fault::Empty),
    });
    match (lists.next(), lists.next()) {
        (Some(list), None) => list,
        (Some(_), Some(_)) => Err(Fault::ManySheets.into()),
        (None, _) => Err(Fault::NoSheet.into()),
    }
}

fn sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str, limits: &Limits) -> Result<Sheet, ImportError> {
    let mut cells = book.worksheet_cells_reader(name).map_err(|_| Fault::BrokenWorkbook)?;
    let mut problems = ImportError::default();
    let mut held = 0_u64;
    let mut rows: BTreeMap<u64, BTreeMap<usize, String>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell_with_formula_metadata().map_err(|_| Fault::BrokenWorkbook)? {
        let (row, column) = cell.pos;
        let (line, column) = (u64::from(row) + 1, usize::try_from(column).unwrap_or(usize::MAX));
        if line > MOST_ROWS {
            return Err(Fault::BrokenWorkbook.into());
        }
        if cell.formula.is_some() && cell.value == DataRef::Empty {
            problems.note(line, Fault::NoValue(column.saturating_add(1)));
        }
        let found = text(&cell.value, limits);
        // many cells can point at one long shared text
        held += found.as_ref().map_or(0, String::len) as u64;
        if held > limits.unpacked {
            return Err(Fault::Inflates(limits.unpacked / 1_000_000).into());
        }
        match found {
            Ok(text) if text.is_empty() => {}
            Ok(_) if column >= limits.columns => problems.note(line, Fault::TooManyColumns(limits.columns)),
            Ok(text) => _ = rows.entry(line).or_default().insert(column, text),
            Err(CellFault::Error) => problems.note(line, Fault::CellError(column + 1)),
            Err(CellFault::Long) => problems.note(line, Fault::LongCell(limits.cell)),
        }
        if rows.len() > limits.rows + 1 {
            return Err(Fault::TooManyRows(limits.rows).into());
        }
    }
    problems.or(())?;
    // titles above a list stand alone in their row; a header never does
    let header = rows.iter().find(|(_, cells)| cells.len() > 1).or_else(|| rows.iter().next());
    let (first, width) = header
        .and_then(|(line, cells)| Some((*line, cells.keys().next_back()? + 1)))
        .ok_or_else(|| ImportError::from(Fault::Empty))?;
    let rows = rows.range(first..).map(|(line, cells)| filled(*line, cells, width));
    Sheet::new(rows.map(Ok), limits)
}

/// The format's own limit; a reference beyond it comes from a number that ran over.
const MOST_ROWS: u64 = 1 << 20;

/// A row with its gaps filled, as wide as the header or as its own last cell.
fn filled(line: u64, cells: &BTreeMap<usize, String>, width: usize) -> Row {
    let last = cells.keys().next_back().map_or(0, |last| last + 1);
    let cells = (0..width.max(last)).map(|column| cells.get(&column).cloned().unwrap_or_default());
    Row { line, cells: cells.collect() }
}

enum CellFault {
    Error,
    Long,
}

/// A cell as a person would type it: dates in ISO form, whole numbers without a fraction.
fn text(cell: &DataRef<'_>, limits: &Limits) -> Result<String, CellFault> {
    let text = match cell {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) => date_time(moment),
        DataRef::Error(_) => return Err(CellFault::Error),
    };
    if text.chars().nth(limits.cell).is_some() { Err(CellFault::Long) } else { Ok(text.trim().to_owned()) }
}

fn date_time(moment: &ExcelDateTime) -> String {
    if !moment.is_datetime() {
        return moment.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second) == (0, 0, 0) { date } else { format!("{date}T{hour:02}:{minute:02}:{second:02}") }
}
