update accounts
set failures = failures + 1,
    locked_until = case when failures + 1 >= ?2 then ?3 else locked_until end
where id = ?1
