insert into former_event_names (event, name, stem, until, actor)
select id, name, stem, ?2, ?3 from events where id = ?1
