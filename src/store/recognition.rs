//! The school's switch for face matching, and the guardians who are known without having spoken.

use super::columns::{At, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::consent::gate::Switch;
use crate::domain::id::PersonId;

impl Read {
    /// The papers with which matching is switched on; nothing when it is off, as it is until somebody switches it on.
    ///
    /// # Errors
    /// When the database fails.
    pub fn switch(&self) -> Result<Option<Switch>, StoreError> {
        let sql = "select papers from switches order by id desc limit 1";
        let papers = self.row(sql, [], |row| row.get::<_, Option<Json<_>>>(0))?;
        Ok(papers.flatten().map(|papers| papers.0))
    }

    /// The keys of those who were noted as a person's guardians or linked to the person by an account; whoever speaks in the ledger is one too.
    ///
    /// # Errors
    /// When the database fails.
    pub fn guardians(&self, person: &PersonId) -> Result<Vec<String>, StoreError> {
        self.rows(include_str!("recognition/guardians.sql"), [person], |row| row.get(0))
    }
}

impl Write<'_> {
    /// Switches matching on with its papers, or off; gives whether that is news. Whether the papers suffice is for the
    /// gate to say.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_switch(&self, papers: Option<&Switch>) -> Result<bool, StoreError> {
        if self.switch()?.as_ref() == papers {
            return Ok(false);
        }
        let sql = "insert into switches (papers, at, actor) values (?1, ?2, ?3)";
        let set = |switch| Event::SwitchSet { switch, on: papers.is_some() };
        self.change(sql, (papers.map(Json), At(self.now), self.actor), set)?;
        Ok(true)
    }

    /// Notes that somebody is, or is not, a person's guardian; gives whether that is news.
    ///
    /// # Errors
    /// When there is no such person, or the database fails.
    pub fn set_guardian(&self, person: &PersonId, guardian: &str, known: bool) -> Result<bool, StoreError> {
        if self.person(person)?.is_none() {
            return Err(StoreError::Missing { what: "person", id: person.to_string() });
        }
        if self.guardians(person)?.iter().any(|key| key == guardian) == known {
            return Ok(false);
        }
        let sql = "insert into guardians (person, guardian, known, at, actor) values (?1, ?2, ?3, ?4, ?5)";
        let noted = |_| Event::GuardianNoted { person: person.clone(), known };
        self.change(sql, (person, guardian, known, At(self.now), self.actor), noted)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample::{actor, at, papers, person, store, write};
    use super::super::{Read, StoreError};

    #[test]
    fn matching_is_off_until_it_is_switched_on_and_the_latest_word_counts() {
        let (dir, store) = store();
        assert_eq!(store.read(Read::switch).unwrap(), None);
        assert!(!write(&store, 1, |w| w.set_switch(None)), "off is no news");
        assert!(write(&store, 2, |w| w.set_switch(Some(&papers()))));
        assert!(!write(&store, 3, |w| w.set_switch(Some(&papers()))));
        assert_eq!(store.read(Read::switch).unwrap(), Some(papers()));
        assert!(write(&store, 4, |w| w.set_switch(None)));
        assert_eq!(store.read(Read::switch).unwrap(), None);
        let raw = super::super::connect(&dir.path().join("eyelid.db")).unwrap();
        assert!(raw.execute("delete from switches", []).is_err());
    }

    #[test]
    fn guardians_are_noted_and_taken_back() {
        let (_dir, store) = store();
        write(&store, 0, |w| w.save_person(&person("P001")));
        let id = "P001".parse().unwrap();
        let known = || store.read(|r| r.guardians(&id)).unwrap();
        assert!(write(&store, 1, |w| w.set_guardian(&id, "G2", true)));
        assert!(write(&store, 1, |w| w.set_guardian(&id, "G1", true)));
        assert!(!write(&store, 1, |w| w.set_guardian(&id, "G1", true)));
        assert_eq!(known(), ["G1", "G2"]);
        assert!(write(&store, 2, |w| w.set_guardian(&id, "G2", false)));
        assert_eq!(known(), ["G1"]);
        let stranger = "P999".parse().unwrap();
        let missing = store.write(&actor(), at(3), |w| w.set_guardian(&stranger, "G1", true));
        assert!(matches!(missing, Err(StoreError::Missing { what: "person", .. })));
    }
}
