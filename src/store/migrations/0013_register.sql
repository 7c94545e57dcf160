-- What the register has said of a person that verdicts rest on, from which moment on; the newest row is today's.
-- Rows from before this table existed count from the beginning.

create table register (
    id                 integer primary key,
    person             text not null references people (id),
    since              integer not null,
    kind               text not null check (kind in ('pupil', 'staff', 'visitor')),
    legal_forename     text not null,
    preferred_forename text,
    legal_surname      text not null,
    born               text,
    leaving            text
) strict;
create index register_person on register (person, id);
create trigger register_gone after delete on register begin update names_version set version = version + 1; end;

insert into register (person, since, kind, legal_forename, preferred_forename, legal_surname, born, leaving)
select former.person, -62135596800000000, kind, former.legal_forename, former.preferred_forename, former.legal_surname,
    born, leaving
from former_names as former join people on people.id = former.person;
insert into register (person, since, kind, legal_forename, preferred_forename, legal_surname, born, leaving)
select id, -62135596800000000, kind, legal_forename, preferred_forename, legal_surname, born, leaving from people;

drop trigger people_renamed;
drop table former_names;
