-- the same finding again is no news
insert into text_checks (photo, text, named, at, actor)
select ?1, ?2, ?3, max(?4, (select coalesce(max(at), ?4) from text_checks where photo = ?1 and text = ?2)), ?5
where ?3 is not (select named from text_checks where photo = ?1 and text = ?2 order by id desc limit 1)
