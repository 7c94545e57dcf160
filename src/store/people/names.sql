select distinct person, legal_forename, preferred_forename, legal_surname from register
where since <= ?1
