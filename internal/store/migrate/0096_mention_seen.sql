create table mention_seen (
  user_id text not null,
  note    text not null,
  seen    bigint not null,
  primary key (user_id, note)
);
