update deliveries set
    trouble = case when turn = ?6 then ?3 end, not_before = case when turn = ?6 then ?4 else not_before end,
    state = case when turn = ?6 and ?5 then 'dead' else 'waiting' end, worker = null, leased_until = null
where id = ?1 and worker = ?2
