select channel, at, actor, fingerprint, seen from sign_offs where photo = ?1 order by id
