-- a raised face has a second row from the moment on when a later pass was sure of it
select face, x1, y1, x2, y2, score, origin, at from faces where photo = ?1
union all
select f.face, f.x1, f.y1, f.x2, f.y2, r.score, 'detected', r.at
from face_raises r join faces f using (photo, face) where photo = ?1
order by at, face
