-- a refused or destroyed photo's original is gone on purpose
select p.digest from photos p
where 'refused' is not (select state from photo_steps where photo = p.id order by id desc limit 1)
    and p.id not in (select photo from destructions)
union
select blob from releases where withdrawn_at is null
