-- a face is whom a human last said, or else whom the matcher suggests
select t.photo from taggings t
where t.person = ?1
    and t.id = (select max(id) from taggings where photo = t.photo and face = t.face)
union
select photo from suggestions s
where person = ?1 and hint like '{"suggested":%'
    and id = (select max(id) from suggestions where photo = s.photo and face = s.face and person = s.person)
order by photo
