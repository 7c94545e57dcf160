insert into face_raises (photo, face, at)
select photo, face, ?3 from faces where photo = ?1 and face = ?2 and origin = 'maybe'
on conflict do nothing
