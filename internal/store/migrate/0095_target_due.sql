alter table target add column due_day text not null default '';
