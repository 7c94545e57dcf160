insert into releases (channel, photo, fingerprint, file_name, blob, released_at)
values (?1, ?2, ?3, ?4, ?5, ?6)
