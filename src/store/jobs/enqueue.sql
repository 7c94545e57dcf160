insert into jobs (kind, photo, priority, state, not_before) values (?1, ?2, ?3, 'queued', ?4)
on conflict do nothing
