insert into rejections (photo, channel, reason, at, actor)
values (?1, ?2, ?3,
    max(?4, (select coalesce(max(at), ?4) from rejections where photo = ?1 and channel = ?2),
        (select coalesce(max(at), ?4) from sign_offs where photo = ?1 and channel = ?2)), ?5)
