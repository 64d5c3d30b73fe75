create table team_user (
  id        text primary key,
  email     text not null,
  email_key text not null, -- in lower case
  name      text not null,
  role      text not null,
  own_book  bigint not null, -- 1: sees only own accounts
  csm_names text not null,   -- JSON list
  language  text not null,
  password  text not null,   -- argon2id; empty: none
  totp      text not null,   -- secret; empty: none
  totp_step bigint not null, -- of the last code used
  created   bigint not null,
  last_seen bigint,
  ended     bigint
);
create unique index team_user_active_email on team_user (email_key) where ended is null;
create table recovery_code (
  hash    bytea primary key,
  user_id text not null
);
create index recovery_code_by_user on recovery_code (user_id);
create table passkey (
  id         bytea primary key, -- given by the authenticator
  user_id    text not null,
  name       text not null,
  credential text not null, -- JSON
  created    bigint not null,
  last_used  bigint
);
create index passkey_by_user on passkey (user_id);
create table identity (
  issuer  text not null, -- of OpenID Connect
  subject text not null,
  user_id text not null,
  created bigint not null,
  primary key (issuer, subject)
);
create index identity_by_user on identity (user_id);
create table ticket (
  hash    bytea primary key,
  purpose text not null,
  user_id text not null,
  data    text not null,
  expires bigint not null
);
create index ticket_by_end on ticket (expires);
create index ticket_by_user on ticket (user_id);
alter table session add column user_id text not null default '';
alter table session add column device text not null default '';
alter table session add column address text not null default '';
alter table session add column seen bigint not null default 0;
create index session_by_user on session (user_id);
