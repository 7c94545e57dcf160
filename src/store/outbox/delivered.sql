update deliveries set
    told = ?3, maybe = 0, remote = ?4, address = ?5, told_at = ?6, attempts = 0, trouble = null,
    state = case when turn = ?7 and wanted is ?3 then 'settled' else 'waiting' end,
    not_before = case when turn = ?7 and wanted is not ?3 then ?8 else not_before end, worker = null, leased_until = null
where id = ?1 and worker = ?2
