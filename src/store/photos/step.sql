-- a clock that was set back does not put a step before the one it follows
insert into photo_steps (photo, at, actor, state, width, height, camera, reason)
select id, max(?2, received_at, (select coalesce(max(at), ?2) from photo_steps where photo = ?1)),
    ?3, ?4, ?5, ?6, ?7, ?8
from photos where id = ?1
