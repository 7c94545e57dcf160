select id, kind, photo, attempts from jobs
where state = 'queued' and not_before <= ?1
order by priority, id
limit 1
