-- photos with their latest step; without one, a photo is as received
select p.id, p.digest, p.event, p.ordinal, p.received_at, s.state, s.width, s.height, s.camera, s.reason
from photos p
left join photo_steps s on s.id = (select max(id) from photo_steps where photo = p.id)
