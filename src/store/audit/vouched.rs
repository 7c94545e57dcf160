//! The rows that the audit chain vouches for: what was said of consent, of faces, of how many people there are, and what was
//! signed off. These tables are only added to, so that each event stands for the next row of its table.

use crate::audit::{Broken, Event, Fault, Row};
use crate::domain::face::Who;
use crate::domain::id::{ChannelId, Digest, FaceId, PersonId, PhotoId};
use crate::store::columns::Json;
use crate::store::error::StoreError;
use crate::store::handle::Read;
use crate::store::ledger;

/// How far the tables were followed along the chain.
pub(super) struct Vouched<'a> {
    read: &'a Read,
    tagging: i64,
    headcount: i64,
    sign_off: i64,
}

impl<'a> Vouched<'a> {
    pub(super) fn new(read: &'a Read) -> Self {
        Self { read, tagging: 0, headcount: 0, sign_off: 0 }
    }

    /// What a row of the chain vouches for is there and unaltered.
    pub(super) fn follow(&mut self, row: &Row) -> Result<(), StoreError> {
        let whole = match row.event() {
            Some(Event::ConsentRecorded { entry, digest, .. }) => {
                self.read.entry(entry)?.as_ref().map(ledger::digest).transpose()? == Some(digest)
            }
            Some(Event::FaceTagged { photo, face, who }) => self.tagged(&photo, face, &who)?,
            Some(Event::HeadCounted { photo, count }) => self.counted(&photo, count)?,
            Some(Event::SignedOff { photo, channel, fingerprint }) => self.signed(&photo, &channel, &fingerprint)?,
            _ => true,
        };
        if whole { Ok(()) } else { Err(broken(row.seq)) }
    }

    /// There are no more rows than the chain tells of; `last` is its last row.
    pub(super) fn end(&self, last: u64) -> Result<(), StoreError> {
        let more = "select exists (select 1 from taggings where id > ?1)
                        or exists (select 1 from headcounts where id > ?2)
                        or exists (select 1 from sign_offs where id > ?3)";
        let more = self.read.row(more, (self.tagging, self.headcount, self.sign_off), |row| row.get(0))?;
        if more == Some(true) { Err(broken(last)) } else { Ok(()) }
    }

    fn tagged(&mut self, photo: &PhotoId, face: FaceId, who: &Who) -> Result<bool, StoreError> {
        let sql = "select id, photo, face, who, person from taggings where id > ?1 order by id limit 1";
        // besides the word itself, the column by which a person's photos are found
        let named = if let Who::Person(person) = who { Some(person) } else { None };
        let next = self.read.row(sql, [self.tagging], |row| {
            let (of, which): (PhotoId, FaceId) = (row.get(1)?, row.get(2)?);
            let (Json(said), person): (Json<Who>, Option<PersonId>) = (row.get(3)?, row.get(4)?);
            Ok((row.get(0)?, of == *photo && which == face && said == *who && person.as_ref() == named))
        })?;
        let Some((id, same)) = next else { return Ok(false) };
        self.tagging = id;
        Ok(same)
    }

    fn counted(&mut self, photo: &PhotoId, people: u32) -> Result<bool, StoreError> {
        let sql = "select id, photo, count from headcounts where id > ?1 order by id limit 1";
        let next = self.read.row(sql, [self.headcount], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let Some((id, of, count)): Option<(i64, PhotoId, u32)> = next else { return Ok(false) };
        self.headcount = id;
        Ok(of == *photo && count == people)
    }

    fn signed(&mut self, photo: &PhotoId, channel: &ChannelId, fingerprint: &Digest) -> Result<bool, StoreError> {
        let sql = "select id, photo, channel, fingerprint from sign_offs where id > ?1 order by id limit 1";
        let found = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        let next: Option<(i64, PhotoId, ChannelId, Digest)> = self.read.row(sql, [self.sign_off], found)?;
        let Some((id, of, on, seen)) = next else { return Ok(false) };
        self.sign_off = id;
        Ok(of == *photo && on == *channel && seen == *fingerprint)
    }
}

fn broken(seq: u64) -> StoreError {
    Broken { seq, fault: Fault::Record }.into()
}
