insert into holds (incident, photo, event, at, actor)
select ?1, ?2, ?3, ?4, ?5
where not exists (
    select 1 from holds h
    where h.incident = ?1 and h.photo is ?2 and h.event is ?3
        and not exists (select 1 from hold_ends where hold = h.id)
)
