//! Renditions whose finished bytes were not what they have to be: nothing of them left.

use super::columns::At;
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::{Event, Pushing};
use crate::domain::id::{Digest, PhotoId};
use crate::domain::time::Timestamp;

/// A rendition that must not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flawed {
    /// The photo.
    pub photo: PhotoId,
    /// What is wrong, in a word of the program's own.
    pub flaw: String,
    /// When it was first found.
    pub at: Timestamp,
}

impl Read {
    /// The renditions that failed their proof and were not made well since, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn flaws(&self) -> Result<Vec<Flawed>, StoreError> {
        let sql = "select photo, flaw, at from flaws f
                   where not exists (select 1 from renditions r where r.photo = f.photo
                       and r.fingerprint = f.fingerprint and r.long_side = f.long_side and r.proof is not null)
                   order by id desc limit 200";
        self.rows(sql, [], |row| Ok(Flawed { photo: row.get(0)?, flaw: row.get(1)?, at: row.get::<_, At>(2)?.0 }))
    }
}

impl Write<'_> {
    /// A rendition failed its proof; the same again is no news.
    ///
    /// # Errors
    /// When there is no such photo, or the database fails.
    pub fn keep_flaw(
        &self,
        photo: &PhotoId,
        fingerprint: &Digest,
        long_side: u32,
        flaw: &str,
    ) -> Result<(), StoreError> {
        let sql = "insert into flaws (photo, fingerprint, long_side, flaw, at) values (?1, ?2, ?3, ?4, ?5)
                   on conflict do nothing";
        let found = |_| {
            Event::Push(Pushing::ProofFailed { photo: photo.clone(), fingerprint: *fingerprint, flaw: flaw.to_owned() })
        };
        self.change(sql, (photo, fingerprint, long_side, flaw, At(self.now)), found).map(drop)
    }
}
