//! A table of every photo and channel with the verdict and its reasons.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::clock;
use super::decide::word;
use super::place::House;
use crate::config::School;
use crate::consent::{Code, Decision, FaceAct, Reader, Verdict};
use crate::names::Roll;
use crate::pipeline::PipelineError;
use crate::pipeline::decide::Identified;
use crate::release::Label;
use crate::store::Read;

/// The table, one line a photo, and below it what each reason means.
///
/// # Errors
/// When the store fails.
pub(super) fn of(house: &House) -> Result<String, PipelineError> {
    house.store.read(|read| {
        let mut table = Table::new(&house.school, read)?;
        for (photo, label) in Label::all(read)? {
            table.add(&label.name, &Identified::load(read, &table.roll, &photo.id)?);
        }
        Ok(table.text())
    })
}

struct Table<'a> {
    school: &'a School,
    roll: Arc<Roll>,
    rows: Vec<Vec<String>>,
    meanings: BTreeMap<Code, String>,
}

impl<'a> Table<'a> {
    fn new(school: &'a School, read: &Read) -> Result<Self, PipelineError> {
        let channels = school.channels().map(|(channel, _)| channel.id.to_string());
        let heads = ["photo".to_owned()].into_iter().chain(channels).collect();
        Ok(Self { school, roll: crate::pipeline::roll(read)?, rows: vec![heads], meanings: BTreeMap::new() })
    }

    fn add(&mut self, name: &str, photo: &Identified) {
        let mut row = vec![name.to_owned()];
        for (channel, category) in self.school.channels() {
            let decision = photo.decide(self.school, channel, category, clock::now());
            let stopping = decision.stopping(Reader::Other);
            for reason in &stopping {
                // the sentence with numbers is one photo's own: the first stands for the rest
                self.meanings.entry(reason.code).or_insert_with(|| reason.text(Reader::Other));
            }
            let codes: Vec<&str> = stopping.iter().map(|reason| reason.code.as_str()).collect();
            row.push(cell(&decision, &codes));
        }
        self.rows.push(row);
    }

    fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let cells = |column: usize| self.rows.iter().filter_map(move |row| row.get(column));
        let widths: Vec<usize> = (0..columns).map(|column| cells(column).map(String::len).max().unwrap_or(0)).collect();
        let lines = self.rows.iter().map(|row| {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        });
        let notes = self.meanings.iter().map(|(code, text)| format!("{}: {text}", code.as_str()));
        lines.chain([String::new()]).chain(notes).collect::<Vec<_>>().join("\n")
    }
}

fn cell(decision: &Decision, codes: &[&str]) -> String {
    let verdict = word(decision.verdict());
    let hidden = decision.faces().iter().filter(|face| face.verdict == FaceAct::Obscure).count();
    match (decision.verdict(), hidden) {
        (Verdict::Release, 0) => format!("{verdict} (nobody hidden)"),
        (Verdict::Release, hidden) => format!("{verdict} ({hidden} hidden)"),
        (Verdict::Hold | Verdict::Block, _) => format!("{verdict}: {}", codes.join(", ")),
    }
}
