select id, person, act, giver, method, made_at, recorded_at, valid_from, valid_until, evidence from ledger
