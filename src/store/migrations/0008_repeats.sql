-- What a machine was answered to a request with an Idempotency-Key, so that a repeat does nothing twice.
create table repeats (
    actor   text not null,
    key     text not null,
    request blob not null check (length(request) = 32),
    at      integer not null,
    status  integer,
    kind    text,
    body    blob,
    primary key (actor, key)
) strict, without rowid;
create index repeats_at on repeats (at);
