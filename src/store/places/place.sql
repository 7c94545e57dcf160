insert into places (channel, photo, queue, day_back, event_back, ordinal, until)
select ?1, p.id, ?3, -coalesce(unixepoch(e.date), 0) / 86400, -e.id, p.ordinal, ?4
from photos p join events e on e.id = p.event where p.id = ?2
on conflict do update set
    queue = excluded.queue, day_back = excluded.day_back, event_back = excluded.event_back,
    ordinal = excluded.ordinal, until = excluded.until
