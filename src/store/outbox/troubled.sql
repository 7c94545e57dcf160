select id, photo, wanted is not null, state = 'dead', attempts, since, not_before, trouble from deliveries
where connection = ?1 and trouble is not null
order by state = 'dead' desc, id
limit ?2
