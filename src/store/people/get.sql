select id, kind, legal_forename, preferred_forename, legal_surname, born, year, class, admission_no, upn, leaving
from people
