select id, legal_forename, preferred_forename, legal_surname from people
union
select person, legal_forename, preferred_forename, legal_surname from former_names
