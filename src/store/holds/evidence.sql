select photo from incidents i
where photo is not null and not exists (select 1 from incident_notes where incident = i.id and closes = 1)
union
select photo from holds h
where photo is not null and not exists (select 1 from hold_ends where hold = h.id)
union
select p.id from photos p
join holds h on h.event = p.event
where not exists (select 1 from hold_ends where hold = h.id)
