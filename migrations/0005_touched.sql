-- An append-only log of the quarters of an hour whose sums have changed, written in the transaction that changed them.
-- What is derived from them is derived again when the log says so, and the derivation takes its lines away; a period
-- with a line here is read from the finer tables, so that nothing shown is ever behind.
create table usage_touched (
  project_id integer not null,
  bucket timestamptz not null,
  id bigint not null generated always as identity,
  primary key (project_id, bucket, id)
);

alter table usage_touched enable row level security;
create policy api_own on usage_touched to tokengrip_api
  using (project_id = any (array(select p.id from projects p where p.organization_id = (select current_organization_id()))));
create policy services_all on usage_touched to tokengrip_ingest, tokengrip_worker using (true) with check (true);
grant select on usage_touched to tokengrip_api;
grant insert on usage_touched to tokengrip_ingest;
grant select, insert, delete on usage_touched to tokengrip_worker;

-- The source of the first record of each provider response: another source that reports the same response reports the
-- same call, and is not counted again.
alter table provider_responses add column source text not null;
