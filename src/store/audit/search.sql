-- what tells of a restriction is marked: the entry itself, what follows from it at the same moment, its reason, and whoever looked
-- at either
with told as (
    select seq, at, actor, event, previous, hash, person,
        case event ->> '$.event'
            when 'reason_sealed' then 1
            when 'reason_destroyed' then 1
            when 'consent_recorded' then
                exists (select 1 from ledger l where l.id = event ->> '$.entry' and l.act in ('restrict', 'lift'))
            when 'template_destroyed' then at in (select recorded_at from ledger where act in ('restrict', 'lift'))
            when 'job_queued' then at in (select recorded_at from ledger where act in ('restrict', 'lift'))
            when 'asked' then event ->> '$.route' like '%/safeguarding/%'
            else 0
        end as sealed
    from audit
)
select seq, at, actor, event, previous, hash, sealed
from told
where (?2 is null or event ->> '$.photo' = ?2)
    and (?3 is null or actor = ?3)
    and (?4 is null or event ->> '$.event' = ?4)
    and (?5 is null or at >= ?5)
    and (?6 is null or at < ?6)
    and seq < ?7
    and (?9 = 0 or sealed = 0)
