-- What a school does for its pupils' safety and with its records: sealed reasons, incidents and holds, destruction, reviews,
-- changed settings.

-- why a pupil was restricted, encrypted under a key beside the database; nothing of it is left once it was destroyed
create table sealed_reasons (
    entry        integer primary key references ledger (id),
    person       text not null references people (id),
    sealed       blob,
    at           integer not null,
    actor        text not null,
    destroyed_at integer,
    check ((sealed is null) = (destroyed_at is not null))
) strict;
create index sealed_reasons_person on sealed_reasons (person, entry);
create trigger sealed_reasons_stay before delete on sealed_reasons begin select raise(abort, 'reasons are only added'); end;
create trigger sealed_reasons_hold before update on sealed_reasons
when new.sealed is not null or old.sealed is null or (new.entry, new.person, new.at, new.actor) is not (old.entry, old.person, old.at, old.actor)
begin
    select raise(abort, 'a reason can only be destroyed');
end;

create table incidents (
    id    integer primary key,
    kind  text not null check (kind in ('wrong_release', 'misuse', 'other')),
    photo text references photos (id),
    at    integer not null,
    actor text not null
) strict;
create index incidents_photo on incidents (photo) where photo is not null;
create trigger incidents_stay before delete on incidents begin select raise(abort, 'incidents are only added'); end;
create trigger incidents_hold before update on incidents begin select raise(abort, 'incidents are only added'); end;

-- the last note of a closed incident is its outcome
create table incident_notes (
    id       integer primary key,
    incident integer not null references incidents (id),
    note     text not null,
    closes   integer not null check (closes in (0, 1)),
    at       integer not null,
    actor    text not null
) strict;
create index incident_notes_incident on incident_notes (incident, id);
create unique index incident_notes_outcome on incident_notes (incident) where closes = 1;
create trigger incident_notes_stay before delete on incident_notes begin select raise(abort, 'notes are only added'); end;
create trigger incident_notes_hold before update on incident_notes begin select raise(abort, 'notes are only added'); end;

create table holds (
    id       integer primary key,
    incident integer not null references incidents (id),
    photo    text references photos (id),
    event    integer references events (id),
    at       integer not null,
    actor    text not null,
    check ((photo is null) <> (event is null))
) strict;
create index holds_photo on holds (photo) where photo is not null;
create index holds_event on holds (event) where event is not null;
create trigger holds_stay before delete on holds begin select raise(abort, 'holds are only added'); end;
create trigger holds_hold before update on holds begin select raise(abort, 'holds are only added'); end;

create table hold_ends (
    hold  integer primary key references holds (id),
    at    integer not null,
    actor text not null
) strict;
create trigger hold_ends_stay before delete on hold_ends begin select raise(abort, 'ends of holds are only added'); end;
create trigger hold_ends_hold before update on hold_ends begin select raise(abort, 'ends of holds are only added'); end;

-- a photo whose bytes are to be destroyed, and when the last of them was gone
create table destructions (
    photo   text primary key references photos (id),
    why     text not null check (why in ('window', 'event', 'unusable')),
    at      integer not null,
    actor   text not null,
    gone_at integer
) strict, without rowid;
create trigger destructions_stay before delete on destructions begin select raise(abort, 'destructions are only added'); end;
create trigger destructions_hold before update on destructions
when old.gone_at is not null or (new.photo, new.why, new.at, new.actor) is not (old.photo, old.why, old.at, old.actor)
begin
    select raise(abort, 'destructions are only added');
end;

create table reviews (
    id       integer primary key,
    scope    text not null,
    next_due text not null,
    at       integer not null,
    actor    text not null
) strict;
create trigger reviews_stay before delete on reviews begin select raise(abort, 'reviews are only added'); end;
create trigger reviews_hold before update on reviews begin select raise(abort, 'reviews are only added'); end;

create table setting_changes (
    id      integer primary key,
    setting text not null,
    before  text not null,
    after   text not null,
    reason  text not null,
    at      integer not null,
    actor   text not null
) strict;
create trigger setting_changes_stay before delete on setting_changes begin select raise(abort, 'changes are only added'); end;
create trigger setting_changes_hold before update on setting_changes begin select raise(abort, 'changes are only added'); end;
