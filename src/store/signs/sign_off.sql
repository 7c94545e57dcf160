-- later than a rejection that it takes back, whatever the clock says
insert into sign_offs (photo, channel, at, actor, fingerprint, seen)
values (?1, ?2,
    max(?3, (select coalesce(max(at), ?3) from sign_offs where photo = ?1 and channel = ?2),
        (select coalesce(max(at) + 1, ?3) from rejections where photo = ?1 and channel = ?2)), ?4, ?5, ?6)
