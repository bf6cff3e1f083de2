-- Logging in by a provider of OpenID Connect; and what keeps deleted records from being delivered again.

-- Whom a provider knows as whom. Of its name for the person only a hash is kept: SHA-256 of issuer and subject.
create table openid_identities (
  hash bytea primary key check (length(hash) = 32),
  user_id integer not null references users on delete cascade,
  issuer text not null,
  created_at timestamptz not null,
  last_used_at timestamptz not null,
  -- One account of a provider for each of ours, so that there is nothing to choose from.
  constraint openid_identities_user_id_key unique (user_id, issuer)
);

-- Whoever came by a provider has a hash that nothing matches until they choose a password.
alter table users add column has_password boolean not null default true;

alter table openid_identities enable row level security;
create policy api_own on openid_identities to tokengrip_api
  using (user_id = (select current_user_id()) or hash = (select current_token_hash()))
  with check (user_id = (select current_user_id()));
create policy worker_all on openid_identities to tokengrip_worker using (true) with check (true);
grant select, insert, update, delete on openid_identities to tokengrip_api, tokengrip_worker;

-- Ids of records that were deleted for a person's sake, hashed, until their day is older than what is kept: a sender that
-- delivers one of them again must not bring it back. A project without any has no salt, which is how writers know.
create table usage_tombstone_salts (
  project_id integer primary key,
  salt bytea not null check (length(salt) = 32)
);
create table usage_tombstones (
  project_id integer not null,
  hash uuid not null,
  day date not null,
  primary key (project_id, hash)
);
create index usage_tombstones_day_idx on usage_tombstones (project_id, day);

create function usage_tombstone_hash(salt bytea, event_id uuid) returns uuid
  language sql immutable parallel safe
  return encode(substring(sha256(salt || uuid_send(event_id)) for 16), 'hex')::uuid;

alter table usage_tombstone_salts enable row level security;
alter table usage_tombstones enable row level security;
create policy services_all on usage_tombstone_salts to tokengrip_ingest, tokengrip_worker using (true) with check (true);
create policy services_all on usage_tombstones to tokengrip_ingest, tokengrip_worker using (true) with check (true);
grant select on usage_tombstone_salts, usage_tombstones to tokengrip_ingest;
grant select, insert, delete on usage_tombstone_salts, usage_tombstones to tokengrip_worker;

-- As closed_projects, with the open ones that have tombstones. Each statement sees what is committed once the locks are
-- held: whoever writes tombstones, and then waits for all who hold them, knows that every later writer looks.
create function project_states(wanted integer[]) returns table (project_id integer, state text)
  language plpgsql volatile security definer set search_path = public, pg_temp as $$
begin
  return query select c.project_id, c.reason from closed_projects(wanted) as c;
  return query select s.project_id, 'guarded' from usage_tombstone_salts s where s.project_id = any (wanted);
end
$$;
revoke execute on function project_states(integer[]) from public;
grant execute on function project_states(integer[]) to tokengrip_ingest, tokengrip_worker;
