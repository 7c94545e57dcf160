select guardian from guardians g
where person = ?1 and known = 1
    and id = (select max(id) from guardians where person = g.person and guardian = g.guardian)
order by guardian
