-- Roles are the cluster's, not the database's: several databases of one cluster share them, so they may exist already.
-- They get their passwords, and with them the right to log in, from the migrate service after every run.
--
--   owner (whoever runs this)   owns everything but the usage partitions; no service connects as it
--   tokengrip_ingest            writes usage, reads keys and prices
--   tokengrip_api               serves people, under row security
--   tokengrip_worker            runs jobs over all organizations
--   tokengrip_partitions        owns usage_records and its partitions; nobody logs in as it. The worker may become it
--                               (set role), but inherits nothing from it: its own role has no access to a partition.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['tokengrip_ingest', 'tokengrip_api', 'tokengrip_worker', 'tokengrip_partitions'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I nologin nosuperuser nocreatedb nocreaterole nobypassrls', role_name);
    end if;
  end loop;
end
$$;

grant tokengrip_partitions to tokengrip_worker with inherit false, set true;

revoke all on schema public from public;
grant usage on schema public to tokengrip_ingest, tokengrip_api, tokengrip_worker, tokengrip_partitions;

-- Partitions live beside the tables of the product, where the services' roles cannot reach.
create schema usage_partitions authorization tokengrip_partitions;

-- What the api says at the start of each transaction, by set_config(…, true): on whose behalf it acts.
-- A setting that was never made, or ended with its transaction, is null and matches nothing.
create function current_organization_id() returns integer
  language sql stable parallel safe
  return nullif(current_setting('tokengrip.organization_id', true), '')::integer;

create function current_user_id() returns integer
  language sql stable parallel safe
  return nullif(current_setting('tokengrip.user_id', true), '')::integer;
