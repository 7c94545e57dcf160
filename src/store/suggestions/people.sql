select distinct person from suggestions s
where hint like '{"suggested":%'
    and id = (select max(id) from suggestions where photo = s.photo and face = s.face and person = s.person)
order by person
