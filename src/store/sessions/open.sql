insert into sessions (digest, account, proven, device, began_at, ends_at) values (?1, ?2, ?3, ?4, ?5, ?6)
