where person = ?1 and act = ?2 and giver = ?3 and method = ?4 and made_at = ?5
    and valid_from is ?6 and valid_until is ?7 and evidence is ?8
order by id limit 1
