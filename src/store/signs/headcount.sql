insert into headcounts (photo, count, at, actor)
values (?1, ?2, max(?3, (select coalesce(max(at), ?3) from headcounts where photo = ?1)), ?4)
