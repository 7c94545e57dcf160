-- a photo's later job waits for its earlier one, so that what is found does not depend on who is faster
select id, kind, photo, attempts from jobs
where state = 'queued' and not_before <= ?1
    and not exists (
        select 1 from jobs as earlier
        where earlier.photo = jobs.photo and earlier.priority < jobs.priority and earlier.state in ('queued', 'leased')
    )
order by priority, id
limit 1
