-- what was rejected is never suggested again, so the latest word tells
select photo, face from suggestions s
where person = ?1 and hint like '{"suggested":%'
    and id = (select max(id) from suggestions where photo = s.photo and face = s.face and person = s.person)
order by photo, face
