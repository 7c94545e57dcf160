insert into face_raises (photo, face, score, at)
select photo, face, ?3, max(?4, at) from faces where photo = ?1 and face = ?2 and origin = 'maybe'
on conflict do nothing
