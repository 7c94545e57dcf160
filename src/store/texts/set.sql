-- the same text again is no news, nor is nothing where there is none
insert into texts (photo, kind, text, at, actor)
select ?1, ?2, ?3, max(?4, (select coalesce(max(at), ?4) from texts where photo = ?1 and kind = ?2)), ?5
where ?3 <> coalesce((select text from texts where photo = ?1 and kind = ?2 order by id desc limit 1), '')
