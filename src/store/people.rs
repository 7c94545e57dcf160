//! The school's register.

use std::collections::BTreeMap;

use super::columns::{Day, Json};
use super::error::StoreError;
use super::handle::{Read, Write};
use crate::audit::Event;
use crate::domain::id::PersonId;
use crate::domain::name::PersonName;
use crate::domain::person::Person;
use crate::domain::time::Date;

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

    /// Every name that anybody on the register bears or has borne.
    ///
    /// # Errors
    /// When the database fails.
    pub fn names(&self) -> Result<Vec<(PersonId, PersonName)>, StoreError> {
        self.rows(include_str!("people/names.sql"), [], |row| {
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
        Ok(self.change(include_str!("people/save.sql"), row, event)?.is_some())
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
        Ok(self.change(sql, (id, on.map(Day)), event)?.is_some())
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
    use super::super::sample::{person, store, write};
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
}
