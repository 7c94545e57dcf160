//! CSV with a comma, a semicolon or a tab.

use super::{Limits, Row, Sheet, encoding};
use crate::import::error::{Fault, ImportError};

/// Reads a CSV file.
pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Sheet, ImportError> {
    let text = encoding::text(bytes)?;
    if text.starts_with("PK\u{3}\u{4}") {
        return Err(Fault::NotText.into());
    }
    check_quotes(&text)?;
    let reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator(&text))
        .from_reader(text.as_bytes());
    Sheet::new(reader.into_records().map(|record| row(&record, &text, limits)), limits)
}

fn row(record: &Result<csv::StringRecord, csv::Error>, text: &str, limits: &Limits) -> Result<Row, ImportError> {
    let record = record.as_ref().map_err(|_| Fault::NotText)?;
    super::row(line(record, text), record.iter(), limits)
}

/// The line a record starts on: the reader counts from before the empty lines it skipped.
fn line(record: &csv::StringRecord, text: &str) -> u64 {
    let Some(position) = record.position() else { return 1 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let skipped = text.bytes().skip(start).take_while(|byte| matches!(byte, b'\r' | b'\n'));
    position.line() + skipped.filter(|byte| *byte == b'\n').count() as u64
}

/// The separator that stands most often in the header, outside quotation marks.
fn separator(text: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(separator, _)| *separator == byte).for_each(|(_, count)| *count += 1),
        }
    }
    // the first of equals: a comma
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| *separator)
}

/// A quotation mark without its partner would swallow rows in silence.
fn check_quotes(text: &str) -> Result<(), ImportError> {
    let mut open = None;
    for (line, content) in (1..).zip(text.split('\n')) {
        if content.bytes().filter(|byte| *byte == b'"').count() % 2 == 1 {
            open = if open.is_some() { None } else { Some(line) };
        }
    }
    let mut problems = ImportError::default();
    if let Some(line) = open {
        problems.note(line, Fault::OpenQuote);
    }
    problems.or(())
}
