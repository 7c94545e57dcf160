select guardian from guardians g
where person = ?1 and known = 1
    and id = (select max(id) from guardians where person = g.person and guardian = g.guardian)
union
select giver from guardianships where person = ?1 and until is null
order by 1
