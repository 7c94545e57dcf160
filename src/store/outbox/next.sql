select d.id, d.connection, d.photo, d.wanted, d.turn, d.told, d.maybe, d.remote, d.address, d.attempts
from deliveries d join connections c on c.id = d.connection
where d.state = 'waiting' and d.not_before <= ?1 and c.rest_until <= ?1
    and not exists (select 1 from deliveries w where w.connection = d.connection and w.state = 'working')
order by
    d.attempts >= ?2 or d.photo is null or (d.wanted is not null and d.told is null and d.maybe = 0),
    d.not_before, d.photo is null, d.id
limit 1
