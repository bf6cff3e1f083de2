-- Prices after the shipped ones: the runs that bring new ones, what each of them changed, and what an organization lays
-- over them.

-- Where effective_from is -infinity, the price is only assumed for the time before known_from: the first version of a
-- model reaches back to the beginning of time. A list of an older edition that is imported later goes before it.
alter table price_versions add column known_from timestamptz;
update price_versions set known_from = case
  when isfinite(effective_from) then effective_from
  when edition ~ '^\d{4}-\d{2}$' then (edition || '-01')::date::timestamp at time zone 'UTC'
  when edition ~ '^\d{4}-\d{2}-\d{2}$' then edition::date::timestamp at time zone 'UTC'
  else recorded_at
end;
alter table price_versions alter column known_from set not null, alter column known_from set default now();
-- Where a row only gives a price another span: the row that said the price first. It is that one's id that records have, so
-- that they keep naming the same price when a later one ends its span.
alter table price_versions add column restates integer references price_versions;
create index price_versions_model_key_idx on price_versions (model_key);

-- One row for each attempt to change the list, also for those that changed nothing.
create table price_syncs (
  id integer primary key generated always as identity,
  kind text not null check (kind in ('sync', 'import', 'correction')),
  status text not null check (status in ('applied', 'unchanged', 'refused', 'failed')),
  -- Why, where it was refused or failed: see PRICE_RUN_CODES in services/core/src/contract/prices.ts.
  code text,
  message text,
  -- An address without credentials and query, or the name of a file.
  source text not null,
  edition text,
  -- What the server said of the file, to ask next time only for a newer one.
  etag text,
  last_modified text,
  -- From when the list holds; a correction can hold since ever (-infinity).
  effective_from timestamptz,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  -- Null: the schedule or the command line.
  started_by integer references users on delete set null,
  -- Models of the list.
  models integer not null default 0,
  added integer not null default 0,
  changed integer not null default 0,
  removed integer not null default 0,
  flagged integer not null default 0,
  refused integer not null default 0,
  check ((code is null) = (status in ('applied', 'unchanged')))
);

-- What a run changed, by model. The entries before and after are those of the versions, which are never deleted.
create table price_sync_changes (
  sync_id integer not null references price_syncs on delete cascade,
  model_key text not null,
  kind text not null check (kind in ('added', 'changed', 'removed', 'refused')),
  previous_version_id integer references price_versions,
  version_id integer references price_versions,
  -- Rates that moved by more than five times, for a person to look at.
  flagged_rates text[] not null default '{}',
  acknowledged_at timestamptz,
  acknowledged_by integer references users on delete set null,
  -- The run that declared the change a correction.
  corrected_by integer references price_syncs,
  -- Of an entry that was refused.
  refusal_reason text,
  refusal_field text,
  primary key (sync_id, model_key)
);
create index price_sync_changes_model_key_idx on price_sync_changes (model_key, sync_id);
create index price_sync_changes_flagged_idx on price_sync_changes (sync_id, model_key) where flagged_rates <> '{}';

-- An organization's own prices. Never changed but in how they end, since records name them: a record that was priced by
-- the override 7 has the price_version_id -7, so that the ids of both tables share one column.
create table price_overrides (
  id integer primary key generated always as identity,
  organization_id integer not null references organizations on delete cascade,
  -- A key of the price list, or the name of a model that it does not have.
  model_key text not null check (model_key <> ''),
  provider text,
  mode text,
  -- override: laid over the list's rates, field by field. replacement: stands alone.
  kind text not null check (kind in ('override', 'replacement')),
  -- As in price_versions.entry: field name → decimal text in USD per unit.
  rates jsonb not null,
  effective_from timestamptz not null default '-infinity',
  effective_to timestamptz,
  note text,
  created_by integer references users on delete set null,
  created_at timestamptz not null default now(),
  -- Taken back, as if it had never held.
  withdrawn_at timestamptz,
  withdrawn_by integer references users on delete set null,
  check (effective_to > effective_from)
);
-- Of two overrides of a model the one that begins later counts, so no two may begin together.
create unique index price_overrides_start_key on price_overrides (organization_id, model_key, effective_from)
  where withdrawn_at is null;

-- Names that stand for a model: a deployment, a route of a gateway.
create table model_aliases (
  id integer primary key generated always as identity,
  organization_id integer not null references organizations on delete cascade,
  -- Null: whichever provider the call names.
  provider text,
  name text not null check (name <> ''),
  model_key text not null,
  created_by integer references users on delete set null,
  created_at timestamptz not null default now(),
  constraint model_aliases_name_key unique nulls not distinct (organization_id, provider, name)
);

alter table price_overrides enable row level security;
alter table model_aliases enable row level security;
create policy api_own on price_overrides to tokengrip_api
  using (organization_id = (select current_organization_id()))
  with check (organization_id = (select current_organization_id()));
create policy api_own on model_aliases to tokengrip_api
  using (organization_id = (select current_organization_id()))
  with check (organization_id = (select current_organization_id()));
create policy services_all on price_overrides to tokengrip_ingest, tokengrip_worker using (true) with check (true);
create policy services_all on model_aliases to tokengrip_ingest, tokengrip_worker using (true) with check (true);

-- The list is the installation's; who may change it is the api's to decide. Nobody can change what a version says.
grant insert, update (superseded_at) on price_versions to tokengrip_api;
revoke update on price_versions from tokengrip_worker;
grant update (superseded_at) on price_versions to tokengrip_worker;
grant select, insert on price_syncs to tokengrip_api, tokengrip_worker;
grant select, insert, update (acknowledged_at, acknowledged_by, corrected_by) on price_sync_changes
  to tokengrip_api, tokengrip_worker;
grant select, insert, update (effective_to, withdrawn_at, withdrawn_by) on price_overrides to tokengrip_api;
grant select, insert, update (model_key), delete on model_aliases to tokengrip_api;
grant select on price_overrides, model_aliases to tokengrip_worker;
grant select (id, organization_id, model_key, provider, mode, kind, rates, effective_from, effective_to, withdrawn_at)
  on price_overrides to tokengrip_ingest;
grant select (id, organization_id, provider, name, model_key) on model_aliases to tokengrip_ingest;
