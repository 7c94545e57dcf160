-- a face is whom a human last said; the condition on `f` and the closing bracket follow
select
    count(*) filter (where who = 'visitor' or who like '{"person":%'),
    count(*) filter (where who = 'unknown' and sure),
    count(*) filter (where who = 'unknown' and not sure)
from (
    select
        coalesce((
            select who from taggings t
            where t.photo = f.photo and t.face = f.face and t.who not like '{"suggested":%'
            order by id desc limit 1
        ), 'unknown') as who,
        f.origin <> 'maybe' or exists (select 1 from face_raises r where r.photo = f.photo and r.face = f.face) as sure
    from faces f
