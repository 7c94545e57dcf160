-- Files of the school's camera folder that were looked into, by a digest of path, length and time; and reminders to families.

create table camera_files (
    file   blob primary key check (length(file) = 32),
    photo  text references photos (id),
    reason text,
    at     integer not null,
    check ((photo is null) <> (reason is null))
) strict, without rowid;

create table reminders (
    id      integer primary key,
    account integer not null references accounts (id),
    at      integer not null
) strict;
create index reminders_account on reminders (account, at);
