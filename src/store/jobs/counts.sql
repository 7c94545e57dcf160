select
    count(*) filter (where state = 'queued'),
    count(*) filter (where state = 'leased'),
    count(*) filter (where state = 'done'),
    count(*) filter (where state = 'dead')
from jobs
