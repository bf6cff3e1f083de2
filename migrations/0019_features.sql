-- The features that the rollups tell apart, by project and UTC day: the first 1,000 that came in. What is beyond them is
-- summed up as '(other)', which then has a row here, too; records keep their own. So that a sender who gives every call a
-- feature of its own cannot make a rollup as large as the records.
create table usage_features (
  project_id integer not null,
  day date not null,
  feature text not null,
  primary key (project_id, day, feature)
);

insert into usage_features (project_id, day, feature)
  select distinct project_id, (bucket at time zone 'UTC')::date, feature from usage_15m where feature <> '';

alter table usage_features enable row level security;
create policy api_own on usage_features to tokengrip_api
  using (project_id = any (array(select p.id from projects p where p.organization_id = (select current_organization_id()))));
create policy services_all on usage_features to tokengrip_ingest, tokengrip_worker using (true) with check (true);
-- A preview of a budget has to know whether the rollup can tell its feature.
grant select on usage_features to tokengrip_api;
grant select, insert on usage_features to tokengrip_ingest;
grant select, insert, delete on usage_features to tokengrip_worker;
