-- Who may come in: people's accounts, the sessions in which they act, one-time links, machines' tokens.

create table accounts (
    id              integer primary key,
    login           text not null unique check (login = lower(login)),
    name            text not null,
    roles           text not null check (json_valid(roles)),
    person          text references people (id),
    password        text,
    password_set_at integer,
    must_change     integer not null default 0 check (must_change in (0, 1)),
    totp            blob check (length(totp) = 20),
    totp_step       integer,
    failures        integer not null default 0,
    locked_until    integer,
    closed          integer not null default 0 check (closed in (0, 1)),
    made_at         integer not null
) strict;

-- the last four may not come back under the older rules
create table password_history (
    id      integer primary key,
    account integer not null references accounts (id),
    hash    text not null
) strict;
create index password_history_account on password_history (account, id);

create table recovery_codes (
    account integer not null references accounts (id),
    digest  blob not null check (length(digest) = 32),
    used_at integer,
    primary key (account, digest)
) strict, without rowid;

create table sessions (
    id       integer primary key,
    digest   blob not null unique check (length(digest) = 32),
    account  integer not null references accounts (id),
    proven   integer not null check (proven in (0, 1)),
    device   text not null,
    began_at integer not null,
    ends_at  integer not null
) strict;
create index sessions_account on sessions (account, id);

create table tickets (
    id      integer primary key,
    digest  blob not null unique check (length(digest) = 32),
    account integer not null references accounts (id),
    purpose text not null check (purpose in ('set_password', 'sign_in')),
    ends_at integer not null,
    used_at integer
) strict;
create index tickets_account on tickets (account, purpose);

create table tokens (
    id         integer primary key,
    digest     blob not null unique check (length(digest) = 32),
    channel    text not null,
    scopes     text not null check (json_valid(scopes)),
    label      text not null,
    made_at    integer not null,
    ends_at    integer not null,
    revoked_at integer
) strict;
