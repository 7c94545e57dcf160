select id, person, whose, giver, ends_at from family_codes
