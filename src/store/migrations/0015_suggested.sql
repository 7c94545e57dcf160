-- A suggestion bears on a verdict as a name does: a photo with one is put into the queues anew when it comes, goes, or when
-- its person's standing changes.

create trigger unplaced_suggestions after insert on suggestions
begin insert into unplaced values (new.photo) on conflict do nothing; end;
create trigger unplaced_suggested_ledger after insert on ledger
begin insert into unplaced select distinct photo from suggestions where person = new.person on conflict do nothing; end;
create trigger unplaced_suggested_people after update on people
when (old.kind, old.born, old.leaving) is not (new.kind, new.born, new.leaving)
begin insert into unplaced select distinct photo from suggestions where person = new.id on conflict do nothing; end;
insert into unplaced select distinct photo from suggestions where true on conflict do nothing;
