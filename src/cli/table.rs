//! A table of every photo and channel with the verdict and its reasons.

use std::collections::BTreeMap;

use super::clock;
use super::decide::word;
use super::place::House;
use crate::consent::{Code, Decision, FaceAct, Reader, Verdict, Weight};
use crate::domain::id::PhotoId;
use crate::pipeline::PipelineError;
use crate::pipeline::decide::Identified;
use crate::release::Label;
use crate::store::Read;

/// The table, one line a photo, and below it what each reason means.
///
/// # Errors
/// When the store fails.
pub(super) fn of(house: &House) -> Result<String, PipelineError> {
    house.store.read(|read| table(house, read))
}

fn table(house: &House, read: &Read) -> Result<String, PipelineError> {
    let roll = crate::pipeline::roll(read)?;
    let mut heads = vec!["photo".to_owned()];
    heads.extend(house.school.channels().map(|(channel, _)| channel.id.to_string()));
    let mut rows = vec![heads];
    let mut meanings = BTreeMap::new();
    for (photo, label) in Label::all(read)? {
        let mut row = vec![label.name];
        row.extend(cells(house, read, &roll, &photo.id, &mut meanings)?);
        rows.push(row);
    }
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(String::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    let notes = meanings.into_iter().map(|(code, text): (Code, String)| format!("{}: {text}", code.as_str()));
    Ok(lines.chain([String::new()]).chain(notes).collect::<Vec<_>>().join("\n"))
}

fn cells(
    house: &House,
    read: &Read,
    roll: &crate::names::Roll,
    photo: &PhotoId,
    meanings: &mut BTreeMap<Code, String>,
) -> Result<Vec<String>, PipelineError> {
    let identified = Identified::load(read, roll, photo)?;
    let cells = house.school.channels().map(|(channel, category)| {
        let decision = identified.decide(&house.school, channel, category, clock::now());
        let (_, reasons) = decision.told_to(Reader::Other);
        let heaviest = reasons.iter().map(|reason| reason.weight).max().unwrap_or(Weight::Note);
        // what only waits for a human does not matter while something forbids the photo
        let stopping = reasons.iter().filter(|reason| reason.weight == heaviest && heaviest > Weight::Note);
        let codes: Vec<&str> = stopping
            .map(|reason| {
                // the sentence with numbers is one photo's own: the first stands for the rest
                meanings.entry(reason.code).or_insert_with(|| reason.text(Reader::Other));
                reason.code.as_str()
            })
            .collect();
        cell(&decision, &codes)
    });
    Ok(cells.collect())
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
