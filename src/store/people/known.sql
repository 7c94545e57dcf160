select people.id, known.kind, known.legal_forename, known.preferred_forename, known.legal_surname, known.born, people.year,
    people.class, people.admission_no, people.upn, known.leaving
from people join register as known on known.person = people.id
where people.id = ?1 and known.since <= ?2
order by known.id desc
limit 1
