select h.id, h.photo, h.event, h.at, h.actor, max(e.at, h.at)
from holds h
left join hold_ends e on e.hold = h.id
where h.incident = ?1
order by h.id
