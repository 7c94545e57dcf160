-- Where people placed pictures by hand, and what has to be taken down by hand.
create table placements (
    id      integer primary key,
    channel text not null,
    photo   text not null references photos (id),
    how     text not null check (how in ('posted', 'printed')),
    place   text not null,
    -- the regions that the placed picture hides
    hidden  text not null check (json_valid(hidden)),
    at      integer not null,
    actor   text not null
) strict;
create index placements_photo on placements (photo, channel, id);
create index placements_channel on placements (channel, id);
create trigger placements_stay before delete on placements begin select raise(abort, 'placements are only added'); end;
create trigger placements_hold before update on placements begin select raise(abort, 'placements are only added'); end;
create trigger unplaced_placements after insert on placements
begin
    insert into unplaced values (new.photo) on conflict do nothing;
end;

-- the task to take a placed picture down, until somebody did
create table take_downs (
    placement integer primary key references placements (id),
    at        integer not null,
    due_at    integer not null,
    done_at   integer,
    done_by   text,
    note      text,
    check ((done_at is null) = (done_by is null))
) strict;
create index take_downs_open on take_downs (due_at) where done_at is null;
create trigger take_downs_stay before delete on take_downs begin select raise(abort, 'take-downs are only added'); end;
create trigger take_downs_hold before update on take_downs
when old.done_at is not null or (new.placement, new.at, new.due_at) is not (old.placement, old.at, old.due_at)
begin
    select raise(abort, 'a take-down can only be done');
end;
