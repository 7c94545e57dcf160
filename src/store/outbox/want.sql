insert into deliveries (connection, photo, wanted, state, not_before, since)
select c.id, ?2, ?3, 'waiting', ?4, ?4 from connections c
where c.channel = ?1 and c.ended_at is null
    and (?3 is not null or exists (select 1 from deliveries d where d.connection = c.id and d.photo = ?2))
on conflict (connection, photo) where photo is not null do update set
    wanted = excluded.wanted, turn = turn + 1, attempts = 0, not_before = excluded.not_before, since = excluded.since,
    trouble = null, state = case state when 'working' then 'working' else 'waiting' end
where deliveries.wanted is not excluded.wanted
