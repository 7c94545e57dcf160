-- What an editor says of a photo, what left on request, and in which queue of each channel a photo is.

create table rejections (
    id      integer primary key,
    photo   text not null references photos (id),
    channel text not null,
    reason  text not null,
    at      integer not null,
    actor   text not null
) strict;
create index rejections_photo on rejections (photo, channel, id);
create trigger rejections_stay before delete on rejections begin select raise(abort, 'rejections are only added'); end;
create trigger rejections_hold before update on rejections begin select raise(abort, 'rejections are only added'); end;

-- what stands beside a photo; the latest of each kind counts, and an empty one takes the earlier away
create table texts (
    id    integer primary key,
    photo text not null references photos (id),
    kind  text not null check (kind in ('caption', 'alt_text')),
    text  text not null,
    at    integer not null,
    actor text not null
) strict;
create index texts_photo on texts (photo, kind, id);
create trigger texts_stay before delete on texts begin select raise(abort, 'texts are only added'); end;
create trigger texts_hold before update on texts begin select raise(abort, 'texts are only added'); end;

-- a hash of what a photo looks like: frames of one moment differ in few bits
create table likenesses (
    photo text primary key references photos (id),
    hash  integer not null
) strict, without rowid;

-- each edition of a picture that was fetched, and when for the first time
create table pulls (
    channel     text not null,
    photo       text not null references photos (id),
    fingerprint blob not null check (length(fingerprint) = 32),
    at          integer not null,
    actor       text not null,
    primary key (channel, photo, fingerprint)
) strict, without rowid;
create trigger pulls_stay before delete on pulls begin select raise(abort, 'pulls are only added'); end;
create trigger pulls_hold before update on pulls begin select raise(abort, 'pulls are only added'); end;

-- counts the changes of names on the register, so that the roll is read anew only then
create table names_version (
    only    integer primary key check (only = 1),
    version integer not null
) strict;
insert into names_version values (1, 0);
create trigger people_added after insert on people begin update names_version set version = version + 1; end;
create trigger people_gone after delete on people begin update names_version set version = version + 1; end;
create trigger people_named after update on people
when (old.legal_forename, old.preferred_forename, old.legal_surname)
    is not (new.legal_forename, new.preferred_forename, new.legal_surname)
begin update names_version set version = version + 1; end;
create trigger former_names_gone after delete on former_names
begin update names_version set version = version + 1; end;

-- in which queue of a channel a photo is: worked out from the facts, so losing it costs work and nothing else. A row is
-- right unless its photo is in `unplaced` or `until` has come; no picture leaves by it
create table places (
    channel    text not null,
    photo      text not null references photos (id),
    queue      text not null,
    day_back   integer not null,
    event_back integer not null,
    ordinal    integer not null,
    until      integer,
    primary key (channel, photo)
) strict, without rowid;
create index places_queue on places (channel, queue, day_back, event_back, ordinal);
create index places_until on places (until) where until is not null;

-- photos of which something was said since they were placed
create table unplaced (photo text primary key references photos (id)) strict, without rowid;
insert into unplaced select id from photos;

-- the settings and the roll under which photos were placed
create table places_rules (
    only   integer primary key check (only = 1),
    digest blob not null check (length(digest) = 32)
) strict;

create trigger unplaced_photos after insert on photos
begin insert into unplaced values (new.id) on conflict do nothing; end;
create trigger unplaced_steps after insert on photo_steps
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_faces after insert on faces
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_raises after insert on face_raises
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_taggings after insert on taggings
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_headcounts after insert on headcounts
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_checks after insert on text_checks
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_texts after insert on texts
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_sign_offs after insert on sign_offs
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_rejections after insert on rejections
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_events after update on events when (old.name, old.date) is not (new.name, new.date)
begin insert into unplaced select id from photos where event = new.id on conflict do nothing; end;
create trigger unplaced_ledger after insert on ledger
begin insert into unplaced select distinct photo from taggings where person = new.person on conflict do nothing; end;
create trigger unplaced_people after update on people
when (old.kind, old.born, old.leaving) is not (new.kind, new.born, new.leaving)
begin insert into unplaced select distinct photo from taggings where person = new.id on conflict do nothing; end;
