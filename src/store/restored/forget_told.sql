update deliveries set
    told = null, maybe = 1, state = 'waiting', turn = turn + 1, attempts = 0, not_before = ?1, since = ?1, trouble = null,
    worker = null, leased_until = null
where connection in (select id from connections where ended_at is null)
