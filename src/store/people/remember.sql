-- a new class or year is no new row: no verdict rests on them
insert into register (person, since, kind, legal_forename, preferred_forename, legal_surname, born, leaving)
select id, ?2, kind, legal_forename, preferred_forename, legal_surname, born, leaving from people
where id = ?1 and (kind, legal_forename, preferred_forename, legal_surname, born, leaving) is not (
    select kind, legal_forename, preferred_forename, legal_surname, born, leaving from register
    where person = ?1 order by id desc limit 1)
