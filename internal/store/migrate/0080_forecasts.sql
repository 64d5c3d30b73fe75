create table forecast_model (
  id   text primary key,
  made bigint not null,
  body text not null -- JSON: the card and all that foretelling needs
);
create index forecast_model_made on forecast_model (made, id);
