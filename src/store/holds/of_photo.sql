-- a photo is pulled by itself or with its whole event; a clock that was set back ends no hold before it began
select h.at, max(e.at, h.at)
from holds h
left join hold_ends e on e.hold = h.id
where h.photo = ?1 or h.event = (select event from photos where id = ?1)
order by h.id
