insert into ledger (id, person, act, giver, method, made_at, recorded_at, valid_from, valid_until, evidence)
values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
