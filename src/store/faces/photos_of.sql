-- a face is whom a human last said, or else whom the matcher last suggested
select distinct t.photo from taggings t
where t.person = ?1
    and t.id = (
        select id from taggings
        where photo = t.photo and face = t.face
        order by who like '{"suggested":%', id desc
        limit 1
    )
order by t.photo
