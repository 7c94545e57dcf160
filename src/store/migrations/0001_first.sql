-- The first shape of the school's data folder. Moments are microseconds since 1970, days are texts such as 2026-06-12.

create table meta (
    only        integer primary key check (only = 1),
    secret      blob not null check (length(secret) = 32),
    audit_count integer not null,
    audit_hash  blob not null check (length(audit_hash) = 32)
) strict;

create table audit (
    seq      integer primary key,
    at       integer not null,
    actor    text not null,
    event    text not null,
    previous blob not null,
    hash     blob not null,
    person   text generated always as
        (coalesce(event ->> '$.person', event ->> '$.who.person', event ->> '$.who.suggested')) virtual
) strict;
create index audit_person on audit (person) where person is not null;
create trigger audit_stays before delete on audit begin select raise(abort, 'audit rows are only added'); end;
create trigger audit_holds before update on audit begin select raise(abort, 'audit rows are only added'); end;

create table people (
    id                 text primary key,
    kind               text not null check (kind in ('pupil', 'staff', 'visitor')),
    legal_forename     text not null,
    preferred_forename text,
    legal_surname      text not null,
    born               text,
    year               text,
    class              text,
    admission_no       text,
    upn                text,
    leaving            text
) strict, without rowid;
create index people_class on people (class, id);

-- a name that a person has borne gives them away as well as today's
create table former_names (
    person             text not null references people (id),
    legal_forename     text not null,
    preferred_forename text,
    legal_surname      text not null
) strict;
create trigger people_renamed after update on people
when (old.legal_forename, old.preferred_forename, old.legal_surname)
    is not (new.legal_forename, new.preferred_forename, new.legal_surname)
begin
    insert into former_names values (old.id, old.legal_forename, old.preferred_forename, old.legal_surname);
end;

create table ledger (
    id          integer primary key,
    person      text not null references people (id),
    act         text not null,
    giver       text not null,
    method      text not null,
    made_at     integer not null,
    recorded_at integer not null,
    valid_from  integer,
    valid_until integer,
    evidence    blob check (length(evidence) = 32)
) strict;
create index ledger_person on ledger (person, id);
create trigger ledger_stays before delete on ledger begin select raise(abort, 'ledger rows are only added'); end;
create trigger ledger_holds before update on ledger begin select raise(abort, 'ledger rows are only added'); end;

-- stem begins the released names of the event's photos; unique, so that two events never release the same name
create table events (
    id     integer primary key,
    name   text not null,
    date   text not null,
    roster text not null,
    stem   text not null unique,
    unique (name, date)
) strict;

create table photos (
    id          text primary key check (length(id) = 20),
    digest      blob not null unique check (length(digest) = 32),
    event       integer not null references events (id),
    ordinal     integer not null check (ordinal >= 1),
    received_at integer not null,
    uploader    text not null,
    unique (event, ordinal)
) strict, without rowid;

-- how far a photo came, and when; the latest row is its state now
create table photo_steps (
    id     integer primary key,
    photo  text not null references photos (id),
    at     integer not null,
    actor  text not null,
    state  text not null check (state in ('received', 'found', 'inspected', 'quarantined', 'refused')),
    width  integer,
    height integer,
    camera text,
    reason text
) strict;
create index photo_steps_photo on photo_steps (photo, id);
create trigger photo_steps_stay before delete on photo_steps begin select raise(abort, 'steps are only added'); end;
create trigger photo_steps_hold before update on photo_steps begin select raise(abort, 'steps are only added'); end;

create table faces (
    photo     text not null references photos (id),
    face      integer not null check (face >= 1),
    x1        real not null,
    y1        real not null,
    x2        real not null,
    y2        real not null,
    score     real,
    origin    text not null check (origin in ('detected', 'maybe', 'added')),
    landmarks text,
    at        integer not null,
    actor     text not null,
    primary key (photo, face)
) strict, without rowid;
create trigger faces_stay before delete on faces begin select raise(abort, 'faces are only added'); end;
create trigger faces_hold before update on faces begin select raise(abort, 'faces are only added'); end;

-- a weak hit that a later pass is sure of
create table face_raises (
    photo text not null,
    face  integer not null,
    score real not null,
    at    integer not null,
    primary key (photo, face),
    foreign key (photo, face) references faces (photo, face)
) strict, without rowid;
create trigger face_raises_stay before delete on face_raises begin select raise(abort, 'face raises are only added'); end;
create trigger face_raises_hold before update on face_raises begin select raise(abort, 'face raises are only added'); end;

create table taggings (
    id     integer primary key,
    photo  text not null,
    face   integer not null,
    who    text not null,
    person text references people (id),
    at     integer not null,
    actor  text not null,
    foreign key (photo, face) references faces (photo, face)
) strict;
create index taggings_face on taggings (photo, face, id);
create index taggings_person on taggings (person, photo) where person is not null;
create trigger taggings_stay before delete on taggings begin select raise(abort, 'taggings are only added'); end;
create trigger taggings_hold before update on taggings begin select raise(abort, 'taggings are only added'); end;

create table headcounts (
    id    integer primary key,
    photo text not null references photos (id),
    count integer not null check (count >= 0),
    at    integer not null,
    actor text not null
) strict;
create index headcounts_photo on headcounts (photo, id);
create trigger headcounts_stay before delete on headcounts begin select raise(abort, 'head-counts are only added'); end;
create trigger headcounts_hold before update on headcounts begin select raise(abort, 'head-counts are only added'); end;

-- whether a text of the photo held a name of the roll when it was looked through
create table text_checks (
    id    integer primary key,
    photo text not null references photos (id),
    text  text not null,
    named integer not null check (named in (0, 1)),
    at    integer not null,
    actor text not null
) strict;
create index text_checks_photo on text_checks (photo, text, id);
create trigger text_checks_stay before delete on text_checks begin select raise(abort, 'text checks are only added'); end;
create trigger text_checks_hold before update on text_checks begin select raise(abort, 'text checks are only added'); end;

create table sign_offs (
    id          integer primary key,
    photo       text not null references photos (id),
    channel     text not null,
    at          integer not null,
    actor       text not null,
    fingerprint blob not null check (length(fingerprint) = 32),
    seen        text not null check (json_valid(seen))
) strict;
create index sign_offs_photo on sign_offs (photo, channel, id);
create trigger sign_offs_stay before delete on sign_offs begin select raise(abort, 'sign-offs are only added'); end;
create trigger sign_offs_hold before update on sign_offs begin select raise(abort, 'sign-offs are only added'); end;

create table jobs (
    id           integer primary key,
    kind         text not null,
    photo        text not null references photos (id),
    priority     integer not null,
    state        text not null check (state in ('queued', 'leased', 'done', 'dead')),
    attempts     integer not null default 0,
    not_before   integer not null,
    worker       text,
    leased_until integer,
    last_error   text,
    check ((state = 'leased') = (worker is not null)),
    check ((state = 'leased') = (leased_until is not null))
) strict;
create unique index jobs_open on jobs (kind, photo) where state <> 'done';
create index jobs_next on jobs (priority, id) where state = 'queued';
create index jobs_leased on jobs (worker) where state = 'leased';

-- a cache: losing it costs work, nothing else
create table renditions (
    photo       text not null references photos (id),
    fingerprint blob not null check (length(fingerprint) = 32),
    long_side   integer not null,
    blob        blob not null check (length(blob) = 32),
    bytes       integer not null,
    width       integer not null,
    height      integer not null,
    primary key (photo, fingerprint, long_side)
) strict, without rowid;

create table releases (
    id           integer primary key,
    channel      text not null,
    photo        text not null references photos (id),
    fingerprint  blob not null check (length(fingerprint) = 32),
    file_name    text not null,
    blob         blob not null check (length(blob) = 32),
    released_at  integer not null,
    withdrawn_at integer
) strict;
create unique index releases_live on releases (channel, photo) where withdrawn_at is null;
create unique index releases_name on releases (channel, file_name) where withdrawn_at is null;
create index releases_photo on releases (photo, id);
