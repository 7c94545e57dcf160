with now as (
    select case when p.id in (select photo from destructions) then 'destroyed' else coalesce((select state from photo_steps where photo = p.id order by id desc limit 1), 'received') end as state
    from photos p
)
select
    (select count(*) from people),
    (select count(*) from ledger),
    (select count(*) from events),
    (select count(*) from now),
    (select count(*) from now where state = 'inspected'),
    (select count(*) from now where state = 'quarantined'),
    (select count(*) from now where state = 'refused'),
    (select count(*) from releases where withdrawn_at is null)
