update accounts
set password = ?2, password_set_at = ?3, must_change = ?4, failures = 0, locked_until = null
where id = ?1
