select e.name from photos p join events e on e.id = p.event
where p.id = ?1 and exists (select 1 from former_event_names f where f.event = e.id)
