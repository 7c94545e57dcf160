-- What was proven of a rendition's finished bytes, and what was not. A rendition without a proof is made anew.
alter table renditions add column proof blob check (length(proof) = 32);

create table flaws (
    id          integer primary key,
    photo       text not null references photos (id),
    fingerprint blob not null check (length(fingerprint) = 32),
    long_side   integer not null,
    flaw        text not null,
    at          integer not null
) strict;
create unique index flaws_rendition on flaws (photo, fingerprint, long_side);
create trigger flaws_stay before delete on flaws begin select raise(abort, 'flaws are only added'); end;
