-- an import of an unchanged register changes no row
insert into people
    (id, kind, legal_forename, preferred_forename, legal_surname, born, year, class, admission_no, upn, leaving)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
on conflict (id) do update set
    kind = ?2, legal_forename = ?3, preferred_forename = ?4, legal_surname = ?5, born = ?6, year = ?7, class = ?8,
    admission_no = ?9, upn = ?10, leaving = ?11
where (kind, legal_forename, preferred_forename, legal_surname, born, year, class, admission_no, upn, leaving)
    is not (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
