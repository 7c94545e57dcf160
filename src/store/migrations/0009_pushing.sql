-- Where a channel's pictures are sent, and what each of these places has to be told.

create table connections (
    id         integer primary key,
    channel    text not null,
    kind       text not null check (kind in ('wordpress', 'webhook', 'webdav', 'folder')),
    label      text not null,
    address    text not null,
    login      text,
    at         integer not null,
    actor      text not null,
    rest_until integer not null default 0,
    ended_at   integer
) strict;
create index connections_channel on connections (channel, id);
create trigger connections_stay before delete on connections begin select raise(abort, 'connections are only ended'); end;

-- sealed under the key beside the database; nothing of one is left once it was destroyed
create table connection_secrets (
    id         integer primary key,
    connection integer not null references connections (id),
    sealed     blob,
    at         integer not null,
    ends_at    integer
) strict;
create index connection_secrets_connection on connection_secrets (connection, id);

-- what a connection has to be told of a photo: `wanted` is the edition that the channel shows now, nothing when it shows none;
-- `turn` counts its changes. `told` is what the other side acknowledged, and `maybe` says that it may have more than that.
-- The row without a photo is about the connection as a whole: a webhook is told of consents, a folder has its manifest
create table deliveries (
    id           integer primary key,
    connection   integer not null references connections (id),
    photo        text references photos (id),
    wanted       blob check (length(wanted) = 32),
    turn         integer not null default 1,
    state        text not null check (state in ('settled', 'waiting', 'working', 'dead')),
    told         blob check (length(told) = 32),
    maybe        integer not null default 0 check (maybe in (0, 1)),
    remote       text,
    address      text,
    attempts     integer not null default 0,
    not_before   integer not null,
    since        integer not null,
    told_at      integer,
    trouble      text,
    worker       text,
    leased_until integer,
    check ((state = 'working') = (worker is not null)),
    check ((state = 'working') = (leased_until is not null))
) strict;
create unique index deliveries_photo on deliveries (connection, photo) where photo is not null;
create unique index deliveries_whole on deliveries (connection) where photo is null;
create index deliveries_of_photo on deliveries (photo) where photo is not null;
create index deliveries_due on deliveries (state, not_before) where state <> 'settled';

-- whoever is told of consents is told in the transaction that records one: many at once are one message
create trigger deliveries_ledger after insert on ledger
begin
    update deliveries set
        turn = turn + 1, attempts = 0, not_before = new.recorded_at, since = new.recorded_at, trouble = null,
        state = case state when 'working' then 'working' else 'waiting' end
    where photo is null
        and connection in (select id from connections where kind = 'webhook' and ended_at is null);
end;

-- a photo that is pulled, or given back, or destroyed is in another queue
create trigger unplaced_holds after insert on holds
begin
    insert into unplaced select id from photos where id = new.photo or event = new.event on conflict do nothing;
end;
create trigger unplaced_hold_ends after insert on hold_ends
begin
    insert into unplaced select p.id from photos p join holds h on h.photo = p.id or h.event = p.event
    where h.id = new.hold on conflict do nothing;
end;
create trigger unplaced_destructions after insert on destructions
begin
    insert into unplaced values (new.photo) on conflict do nothing;
end;
insert into unplaced select id from photos where true on conflict do nothing;
