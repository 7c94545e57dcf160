update deliveries set
    told = ?3, maybe = 0, remote = ?4, address = ?5, told_at = ?6, attempts = 0, trouble = null,
    state = case when turn = ?7 then 'settled' else 'waiting' end, worker = null, leased_until = null
where id = ?1 and worker = ?2
