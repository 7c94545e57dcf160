-- Who decides for whom: accounts of parents and carers linked to pupils, and the codes on paper that link them.

create table guardianships (
    id      integer primary key,
    account integer not null references accounts (id),
    person  text not null references people (id),
    giver   text not null,
    since   integer not null,
    until   integer
) strict;
create unique index guardianships_open on guardianships (account, person) where until is null;
-- two people who spoke under one key would take each other's no back
create unique index guardianships_giver on guardianships (person, giver) where until is null;
create index guardianships_person on guardianships (person, id);
create trigger guardianships_stay before delete on guardianships begin select raise(abort, 'guardianships are only ended'); end;
create trigger guardianships_hold before update on guardianships
when old.until is not null
    or (new.id, new.account, new.person, new.giver, new.since) is not (old.id, old.account, old.person, old.giver, old.since)
begin
    select raise(abort, 'guardianships are only ended');
end;

-- a code counts when the account that presented it has proven its address
create table family_codes (
    id         integer primary key,
    digest     blob not null unique check (length(digest) = 32),
    person     text not null references people (id),
    whose      text not null check (whose in ('guardian', 'pupil')),
    giver      text check (giver is null or whose = 'guardian'),
    ends_at    integer not null,
    claimed_by integer references accounts (id),
    used_at    integer
) strict;
create index family_codes_claimed on family_codes (claimed_by) where used_at is null;
