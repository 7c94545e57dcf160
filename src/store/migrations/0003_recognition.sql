-- Face matching behind the biometric gate. No table holds a template: those lie encrypted in a folder of their own.

alter table meta drop column secret;

-- the school's switch with its papers; the latest row counts, one without papers is off
create table switches (
    id     integer primary key,
    papers text check (json_valid(papers)),
    at     integer not null,
    actor  text not null
) strict;
create trigger switches_stay before delete on switches begin select raise(abort, 'switches are only added'); end;
create trigger switches_hold before update on switches begin select raise(abort, 'switches are only added'); end;

-- who has parental responsibility, besides those who speak in the ledger; the latest row about somebody counts
create table guardians (
    id       integer primary key,
    person   text not null references people (id),
    guardian text not null,
    known    integer not null check (known in (0, 1)),
    at       integer not null,
    actor    text not null
) strict;
create index guardians_person on guardians (person, guardian, id);
create trigger guardians_stay before delete on guardians begin select raise(abort, 'guardians are only added'); end;
create trigger guardians_hold before update on guardians begin select raise(abort, 'guardians are only added'); end;

-- whom the matcher suggested for a face, and what became of it; the latest row about a face and a person counts
create table suggestions (
    id     integer primary key,
    photo  text not null,
    face   integer not null,
    person text not null references people (id),
    hint   text not null,
    at     integer not null,
    actor  text not null,
    foreign key (photo, face) references faces (photo, face)
) strict;
create index suggestions_face on suggestions (photo, face, person, id);
create index suggestions_person on suggestions (person, photo);
create trigger suggestions_stay before delete on suggestions
begin select raise(abort, 'suggestions are only added'); end;
create trigger suggestions_hold before update on suggestions
begin select raise(abort, 'suggestions are only added'); end;
