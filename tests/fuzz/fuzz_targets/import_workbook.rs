//! Any bytes as a workbook, and any bytes as one part of a sound workbook: a sheet or a refusal, never a panic.
#![no_main]

use std::io::{Cursor, Write};

use eyelid::import::{Limits, Mapping, Sheet, SheetKind};
use libfuzzer_sys::fuzz_target;
use zip::write::{SimpleFileOptions, ZipWriter};

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

// the room catches the reader's panics: only one that leaves it is a finding
fuzz_target!(init: std::panic::set_hook(Box::new(|_| ())), |data: &[u8]| {
    let Some((&part, bytes)) = data.split_first() else { return };
    let limits = Limits { unpacked: 1_000_000, ..Limits::default() };
    let workbook = if part == 0 { bytes.to_vec() } else { with_part(part, bytes) };
    _ = Sheet::read(&workbook, SheetKind::Xlsx, &limits, &Mapping::default());
});

/// A workbook of one sheet with one of its parts replaced.
fn with_part(part: u8, bytes: &[u8]) -> Vec<u8> {
    let parts = [
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        ("xl/sharedStrings.xml", format!(r#"<sst xmlns="{MAIN}" uniqueCount="1"><si><t>surname</t></si></sst>"#)),
        (
            "xl/styles.xml",
            format!(
                r#"<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                r#"<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>42065</v></c></row></sheetData></worksheet>"#
            ),
        ),
    ];
    let replaced = usize::from(part) % parts.len();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (at, (name, content)) in parts.iter().enumerate() {
        writer.start_file(*name, stored).expect("a part");
        writer.write_all(if at == replaced { bytes } else { content.as_bytes() }).expect("memory");
    }
    writer.finish().expect("an archive").into_inner()
}
