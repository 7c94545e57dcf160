select id, name, date, roster from events
where ?1 is null or (date, id) < (select date, id from events where id = ?1)
order by date desc, id desc
limit ?2
