-- Short access tokens with rotating refresh tokens, a second factor, one-time links.

-- Sessions of the older kind carried one token of 30 days, which nothing accepts any more: people log in again.
delete from sessions;
alter table sessions add column last_used_at timestamptz not null default now();
create index sessions_expires_at_idx on sessions (expires_at);

alter table users
  add column password_changed_at timestamptz not null default now(),
  -- When a mail to this address was answered; null where it was never asked, as on an installation without mail.
  add column email_confirmed_at timestamptz;

-- Every refresh token that a session has had, so that one that is used again is recognized. Only its SHA-256 is kept.
create table refresh_tokens (
  hash bytea primary key check (length(hash) = 32),
  session_id uuid not null references sessions on delete cascade,
  -- The session's. Here again, because the row is found before it is known who asks.
  user_id integer not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  -- What its successor is derived from, together with the token itself, which is not kept.
  nonce bytea check (length(nonce) = 32),
  check ((used_at is null) = (nonce is null))
);
create index refresh_tokens_session_id_idx on refresh_tokens (session_id);

-- What is done by whoever has the link: only the SHA-256 of its secret is kept.
create table one_time_links (
  hash bytea primary key check (length(hash) = 32),
  purpose text not null check (purpose in ('register', 'reset_password', 'confirm_email')),
  -- Null for a registration: there is no account yet.
  user_id integer references users on delete cascade,
  -- The address that is registered or confirmed.
  email text check (email = lower(email)),
  created_by integer references users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz,
  check ((purpose = 'register') = (user_id is null)),
  check ((purpose = 'reset_password') = (email is null))
);
create index one_time_links_user_id_idx on one_time_links (user_id);
create index one_time_links_expires_at_idx on one_time_links (expires_at);

-- A second factor counts when it has been confirmed by a code.
create table second_factors (
  user_id integer primary key references users on delete cascade,
  -- AES-256-GCM by a key that the database does not know.
  sealed_secret bytea not null,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz,
  -- The last 30-second step whose code was taken: a code counts once.
  last_step bigint not null default 0
);

create table recovery_codes (
  user_id integer not null references second_factors on delete cascade,
  hash bytea not null check (length(hash) = 32),
  used_at timestamptz,
  primary key (user_id, hash)
);

-- The secret at hand, as its hash in hex: whoever shows it sees the row that it belongs to, and no other.
create function current_token_hash() returns bytea
  language sql stable parallel safe
  return decode(nullif(current_setting('tokengrip.token_hash', true), ''), 'hex');

alter table refresh_tokens enable row level security;
alter table one_time_links enable row level security;
alter table second_factors enable row level security;
alter table recovery_codes enable row level security;

create policy api_own on refresh_tokens to tokengrip_api
  using (user_id = (select current_user_id()) or hash = (select current_token_hash()))
  with check (user_id = (select current_user_id()));
create policy api_own on one_time_links to tokengrip_api
  using (user_id = (select current_user_id()) or hash = (select current_token_hash()))
  with check (user_id = (select current_user_id()) or hash = (select current_token_hash()));
create policy api_own on second_factors to tokengrip_api
  using (user_id = (select current_user_id())) with check (user_id = (select current_user_id()));
create policy api_own on recovery_codes to tokengrip_api
  using (user_id = (select current_user_id())) with check (user_id = (select current_user_id()));

create policy worker_all on refresh_tokens to tokengrip_worker using (true) with check (true);
create policy worker_all on one_time_links to tokengrip_worker using (true) with check (true);
create policy worker_all on second_factors to tokengrip_worker using (true) with check (true);
create policy worker_all on recovery_codes to tokengrip_worker using (true) with check (true);

grant select, insert, update, delete on refresh_tokens, one_time_links, second_factors, recovery_codes
  to tokengrip_api, tokengrip_worker;

-- Whether a person belongs to this organization and to no other: their account is then its administrators' matter.
create function belongs_only_to(person_id integer, home_id integer) returns boolean
  language sql stable security definer set search_path = public, pg_temp
  return coalesce((select array_agg(organization_id) = array[home_id] from memberships where user_id = person_id), false);
revoke execute on function belongs_only_to(integer, integer) from public;
grant execute on function belongs_only_to(integer, integer) to tokengrip_api, tokengrip_worker;

-- What is over stays a day for whoever wants to know what happened. Few at a time, whoever it belongs to.
create function forget_expired_secrets() returns void
  language sql volatile security definer set search_path = public, pg_temp
  begin atomic
    delete from sessions where id in (
      select id from sessions where expires_at < now() - interval '1 day' limit 100 for update skip locked);
    delete from one_time_links where hash in (
      select hash from one_time_links where expires_at < now() - interval '1 day' limit 100 for update skip locked);
  end;
revoke execute on function forget_expired_secrets() from public;
grant execute on function forget_expired_secrets() to tokengrip_api, tokengrip_worker;
