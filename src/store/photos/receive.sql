insert into photos (id, digest, event, ordinal, received_at, uploader)
values (?1, ?2, ?3, (select coalesce(max(ordinal), 0) + 1 from photos where event = ?3), ?4, ?5)
