select id, account, person, giver, since, until from guardianships
