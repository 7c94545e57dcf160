-- photos with their latest step; without one, a photo is as received; destruction is the last
select p.id, p.digest, p.event, p.ordinal, p.received_at,
    case when d.photo is not null then 'destroyed' else s.state end, s.width, s.height, s.camera, s.reason
from photos p
left join photo_steps s on s.id = (select max(id) from photo_steps where photo = p.id)
left join destructions d on d.photo = p.id
