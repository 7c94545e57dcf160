select o.photo, p.photo is null or coalesce(p.until <= ?2, 0)
    or exists (select 1 from unplaced u where u.photo = o.photo) as unsure
from (select photo from pulls where channel = ?1 union select photo from releases where channel = ?1) o
left join places p on p.channel = ?1 and p.photo = o.photo
where p.queue is not 'may_leave' or unsure
order by o.photo
