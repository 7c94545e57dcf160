select coalesce(s.state, 'received') as state, count(*)
from photos p
left join photo_steps s on s.id = (select max(id) from photo_steps where photo = p.id)
where p.event = ?1
group by 1
