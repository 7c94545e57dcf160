select p.id from photos p
where p.event = ?1 and p.ordinal > ?2
    and (select state from photo_steps where photo = p.id order by id desc limit 1) in ('found', 'inspected')
    and (
        not exists (select 1 from headcounts where photo = p.id)
        or exists (
            select 1 from faces f
            where f.photo = p.id
                and coalesce((
                    select who from taggings t
                    where t.photo = f.photo and t.face = f.face and t.who not like '{"suggested":%'
                    order by id desc limit 1
                ), 'unknown') = 'unknown'
        )
    )
order by p.ordinal
limit 1
