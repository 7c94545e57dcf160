select photo from places
where channel = ?1 and queue = ?2 and (day_back, event_back, ordinal) > (
    select -coalesce(unixepoch(e.date), 0) / 86400, -e.id, p.ordinal
    from photos p join events e on e.id = p.event where p.id = ?4
)
order by day_back, event_back, ordinal limit ?3
