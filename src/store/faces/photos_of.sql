select distinct t.photo from taggings t
where t.person = ?1
    and t.id = (select max(id) from taggings where photo = t.photo and face = t.face)
order by t.photo
