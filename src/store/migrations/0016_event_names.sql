-- What an event was called, and how its pictures' names began, until it was renamed: pictures may still bear that elsewhere.
create table former_event_names (
    id    integer primary key,
    event integer not null references events (id),
    name  text not null,
    stem  text not null,
    until integer not null,
    actor text not null
) strict;
create index former_event_names_event on former_event_names (event, id);
create trigger former_event_names_stay before delete on former_event_names
begin select raise(abort, 'former names are only added'); end;
create trigger former_event_names_hold before update on former_event_names
begin select raise(abort, 'former names are only added'); end;
