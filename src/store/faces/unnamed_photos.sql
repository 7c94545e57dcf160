select p.id from photos p join events e on e.id = p.event
where exists (select 1 from json_each(e.roster) where value = ?1)
    and exists (
        select 1 from faces f
        where f.photo = p.id
            and coalesce(
                (select who from taggings where photo = f.photo and face = f.face order by id desc limit 1),
                'unknown') = 'unknown'
    )
order by p.event, p.ordinal
