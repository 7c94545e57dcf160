select stem from events where id is not ?1
union
select stem from former_event_names where event is not ?1
