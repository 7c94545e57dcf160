select
    count(*) filter (where photo is not null and told is not null),
    count(*) filter (where state in ('waiting', 'working')),
    count(*) filter (where trouble is not null and state <> 'dead'),
    count(*) filter (where state = 'dead'),
    max(told_at)
from deliveries where connection = ?1
