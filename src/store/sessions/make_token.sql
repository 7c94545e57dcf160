insert into tokens (digest, channel, scopes, label, made_at, ends_at) values (?1, ?2, ?3, ?4, ?5, ?6)
