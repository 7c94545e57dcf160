//! The school's register.

use std::collections::BTreeMap;

use super::columns::{At, Day, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::domain::id::PersonId;
use crate::domain::name::PersonName;
use crate::domain::person::Person;
use crate::domain::time::{Date, Timestamp};

// without the join GET and known.sql name the same columns in the same order
const GET: &str = include_str!("people/get.sql");

impl Read {
    /// One person.
    ///
    /// # Errors
    /// When the database fails.
    pub fn person(&self, id: &PersonId) -> Result<Option<Person>, StoreError> {
        self.row(&format!("{GET} where id = ?1"), [id], person)
    }

    /// Everybody, in the order of ids.
    ///
    /// # Errors
    /// When the database fails.
    pub fn people(&self) -> Result<BTreeMap<PersonId, Person>, StoreError> {
        let all = self.rows(GET, [], person)?;
        Ok(all.into_iter().map(|person| (person.id.clone(), person)).collect())
    }

    /// One person as the register knew them at a moment: today's row with the kind, names and days of then.
    ///
    /// # Errors
    /// When the database fails.
    pub fn person_at(&self, id: &PersonId, at: Timestamp) -> Result<Option<Person>, StoreError> {
        let known = self.row(include_str!("people/known.sql"), (id, At(at)), person)?;
        // somebody who joined the register later is judged by what it first said
        known.map_or_else(|| self.person(id), |known| Ok(Some(known)))
    }

    /// Every name that anybody on the register bore by a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub fn names(&self, by: Timestamp) -> Result<Vec<(PersonId, PersonName)>, StoreError> {
        self.rows(include_str!("people/names.sql"), [At(by)], |row| {
            let name =
                PersonName { legal_forename: row.get(1)?, preferred_forename: row.get(2)?, legal_surname: row.get(3)? };
            Ok((row.get(0)?, name))
        })
    }

    /// The people of a registration class, in the order of ids.
    ///
    /// # Errors
    /// When the database fails.
    pub fn class(&self, class: &str) -> Result<Vec<Person>, StoreError> {
        self.rows(&format!("{GET} where class = ?1 order by id"), [class], person)
    }
}

impl Write<'_> {
    /// Adds a person or replaces the row; gives whether anything changed.
    ///
    /// # Errors
    /// When the database fails.
    pub fn save_person(&self, person: &Person) -> Result<bool, StoreError> {
        let name = &person.name;
        let row = rusqlite::params![
            person.id,
            Json(person.kind),
            name.legal_forename,
            name.preferred_forename,
            name.legal_surname,
            person.born.map(Day),
            person.year,
            person.class,
            person.admission_no,
            person.upn,
            person.leaving.map(Day),
        ];
        let event = |_| Event::PersonSaved { person: person.id.clone() };
        let changed = self.change(include_str!("people/save.sql"), row, event)?.is_some();
        self.remember(&person.id)?;
        Ok(changed)
    }

    /// Sets or clears a person's last day at the school; gives whether anything changed.
    ///
    /// # Errors
    /// When there is no such person, or the database fails.
    pub fn set_leaving(&self, id: &PersonId, on: Option<Date>) -> Result<bool, StoreError> {
        if self.person(id)?.is_none() {
            return Err(StoreError::Missing { what: "person", id: id.to_string() });
        }
        let event = |_| Event::PersonLeaving { person: id.clone(), on };
        let sql = "update people set leaving = ?2 where id = ?1 and leaving is not ?2";
        let changed = self.change(sql, (id, on.map(Day)), event)?.is_some();
        self.remember(id)?;
        Ok(changed)
    }

    fn remember(&self, id: &PersonId) -> Result<(), StoreError> {
        self.also(include_str!("people/remember.sql"), (id, At(self.now())))
    }
}

fn person(row: &rusqlite::Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: row.get(0)?,
        kind: row.get::<_, Json<_>>(1)?.0,
        name: PersonName { legal_forename: row.get(2)?, preferred_forename: row.get(3)?, legal_surname: row.get(4)? },
        born: row.get::<_, Option<Day>>(5)?.map(|day| day.0),
        year: row.get(6)?,
        class: row.get(7)?,
        admission_no: row.get(8)?,
        upn: row.get(9)?,
        leaving: row.get::<_, Option<Day>>(10)?.map(|day| day.0),
    })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{at, person, store, write};
    use super::*;
    use crate::domain::person::PersonKind;

    #[test]
    fn a_register_row_comes_back_and_an_unchanged_one_is_no_news() {
        let (_dir, store) = store();
        let mut amelia = person("P001");
        amelia.upn = Some("A123".into());
        assert!(write(&store, 1, |w| w.save_person(&amelia)));
        assert!(!write(&store, 2, |w| w.save_person(&amelia)));
        amelia.born = None;
        amelia.kind = PersonKind::Visitor;
        assert!(write(&store, 3, |w| w.save_person(&amelia)));
        assert_eq!(store.read(|r| r.person(&amelia.id)).unwrap().as_ref(), Some(&amelia));
        let day = Some("2026-07-22".parse().unwrap());
        assert!(write(&store, 4, |w| w.set_leaving(&amelia.id, day)));
        assert!(!write(&store, 5, |w| w.set_leaving(&amelia.id, day)));
        assert_eq!(store.read(|r| r.person(&amelia.id)).unwrap().unwrap().leaving, day);
        assert!(write(&store, 6, |w| w.set_leaving(&amelia.id, None)));
        write(&store, 7, |w| w.save_person(&Person { class: Some("4B".into()), ..person("P002") }));
        let class = |name: &str| store.read(|r| r.class(name)).unwrap().into_iter().map(|person| person.id.to_string());
        assert_eq!(class("3A").collect::<Vec<_>>(), ["P001"]);
        assert_eq!(class("4B").collect::<Vec<_>>(), ["P002"]);
    }

    #[test]
    fn the_register_is_known_as_it_was_at_any_moment() {
        let (_dir, store) = store();
        let amelia = person("P001");
        let called = |forename: &str| PersonName { legal_forename: forename.into(), ..amelia.name.clone() };
        let born = Some("2016-02-29".parse().unwrap());
        write(&store, 10, |w| w.save_person(&amelia));
        write(&store, 20, |w| w.save_person(&Person { name: called("Mia"), born, ..amelia.clone() }));
        write(&store, 30, |w| {
            w.save_person(&Person { class: Some("4B".into()), name: called("Mia"), born, ..amelia.clone() })
        });
        write(&store, 40, |w| w.set_leaving(&amelia.id, Some(Date::MAX)));
        let then = |moment| store.read(|r| r.person_at(&amelia.id, at(moment))).unwrap().unwrap();
        let known = |moment| (then(moment).name.legal_forename, then(moment).born, then(moment).leaving);
        let first = amelia.name.legal_forename.clone();
        assert_eq!(known(10), (first.clone(), amelia.born, None));
        assert_eq!(known(19), known(10));
        assert_eq!(known(20), ("Mia".into(), born, None));
        assert_eq!(known(39), known(20));
        assert_eq!(known(40), ("Mia".into(), born, Some(Date::MAX)));
        assert_eq!(known(9), known(40), "today's row where the register had none");
        assert_eq!(then(10).class, Some("4B".into()), "no verdict rests on a class");
        let names =
            |moment| store.read(|r| r.names(at(moment))).unwrap().into_iter().map(|(_, name)| name.legal_forename);
        assert_eq!(names(9).count(), 0);
        assert_eq!(names(19).collect::<Vec<_>>(), std::slice::from_ref(&first));
        assert_eq!(names(99).collect::<Vec<_>>(), [first, "Mia".into()]);
    }
}
