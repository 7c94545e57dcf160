-- bytes that another photo has too stay
with own as (
    select digest as blob from photos where id = ?1
    union select blob from renditions where photo = ?1
    union select blob from releases where photo = ?1
)
select blob from own
except
select p.digest from photos p where p.id <> ?1 and p.id not in (select photo from destructions)
except
select blob from releases where photo <> ?1 and withdrawn_at is null
order by blob
