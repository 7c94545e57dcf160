select id, login, name, roles, person, locked_until, closed, must_change, password_set_at, totp is not null from accounts
