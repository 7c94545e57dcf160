select i.id, i.kind, i.photo, i.at, i.actor, n.at
from incidents i
left join incident_notes n on n.incident = i.id and n.closes = 1
