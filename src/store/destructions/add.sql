-- a clock that was set back does not put the end before the step it follows
insert into destructions (photo, why, at, actor)
select id, ?2, max(?3, received_at, (select coalesce(max(at), ?3) from photo_steps where photo = ?1)), ?4
from photos where id = ?1
on conflict do nothing
