-- For which days somebody was written to because a take-down was overdue: once for each task and day.
create table overdue_letters (
    placement integer not null references take_downs (placement),
    day       text not null,
    at        integer not null,
    primary key (placement, day)
) strict, without rowid;
