-- The longest a feed was ever silent between two facts, in microseconds: what is usual for it.
alter table sighting add column longest_gap bigint not null default 0;
