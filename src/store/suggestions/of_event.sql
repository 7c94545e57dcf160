-- photos of an event with a standing suggestion
select p.id from photos p
where p.event = ?1 and exists (
    select 1 from suggestions s
    where s.photo = p.id and s.hint like '{"suggested":%'
        and s.id = (select max(id) from suggestions where photo = s.photo and face = s.face and person = s.person)
)
order by p.ordinal
