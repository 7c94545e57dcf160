-- a clock that was set back does not put a word before the one it corrects
insert into suggestions (photo, face, person, hint, at, actor)
values (?1, ?2, ?3, ?4,
    max(?5, (select coalesce(max(at), ?5) from suggestions where photo = ?1 and face = ?2)), ?6)
