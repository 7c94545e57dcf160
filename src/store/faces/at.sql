-- the faces of photo ?1 that were known at moment ?2, each with the latest word on who it is
select f.face, f.x1, f.y1, f.x2, f.y2, f.score,
    case when r.face is null then f.origin else 'detected' end,
    t.who
from faces f
left join face_raises r on r.photo = f.photo and r.face = f.face and r.at <= ?2
left join taggings t on t.id =
    (select max(id) from taggings where photo = f.photo and face = f.face and at <= ?2)
where f.photo = ?1 and f.at <= ?2
order by f.face
