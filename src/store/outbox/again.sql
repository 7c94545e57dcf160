update deliveries set
    state = 'waiting', attempts = case maybe when 1 then min(attempts, ?3) else 0 end,
    not_before = case when trouble = ?4 and state = 'waiting' then not_before else ?2 end
where connection = ?1 and trouble is not null and state in ('waiting', 'dead')
