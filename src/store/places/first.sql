select photo from places
where channel = ?1 and queue = ?2
order by day_back, event_back, ordinal limit ?3
