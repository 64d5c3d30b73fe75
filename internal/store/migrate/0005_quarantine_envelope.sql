alter table quarantine add column envelope bytea;
