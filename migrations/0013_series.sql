-- What many records have in common is kept once, as a series, and a record points to it: names are most of a record's bytes.
-- Readers use the view `usage_calls`, in which a record has all its columns again.

create table usage_series (
  id integer primary key generated always as identity,
  project_id integer not null,
  -- Of all that follows: see usage_series_hash.
  hash uuid not null,
  key_id integer,
  source text not null,
  provider text not null,
  model text not null,
  feature text,
  environment text,
  requested_tier text,
  reasoning_effort text,
  finish_reason text,
  streamed boolean,
  interactive boolean,
  -- Set while no record points here any more; whoever needs it again takes that back, and a day later it is deleted.
  unused_since timestamptz,
  constraint usage_series_hash_key unique (project_id, hash)
);

-- Names may be longer than what an index takes, and may be missing.
create function usage_series_hash(key_id integer, source text, provider text, model text, feature text, environment text,
    requested_tier text, reasoning_effort text, finish_reason text, streamed boolean, interactive boolean)
  returns uuid language sql stable parallel safe
  return encode(substring(sha256(convert_to(json_build_array(key_id, source, provider, model, feature, environment,
    requested_tier, reasoning_effort, finish_reason, streamed, interactive)::text, 'UTF8')) for 16), 'hex')::uuid;

alter table usage_series enable row level security;
create policy api_own on usage_series to tokengrip_api
  using (project_id = any (array(select p.id from projects p where p.organization_id = (select current_organization_id()))));
create policy services_all on usage_series to tokengrip_ingest, tokengrip_worker using (true) with check (true);
grant select on usage_series to tokengrip_api;
grant select, insert, update (unused_since) on usage_series to tokengrip_ingest;
grant select, insert, update (unused_since), delete on usage_series to tokengrip_worker;

alter table usage_records rename to usage_records_wide;
alter table usage_records_wide rename constraint usage_records_pkey to usage_records_wide_pkey;
alter index usage_records_uncosted_idx rename to usage_records_wide_uncosted_idx;
alter index usage_records_duplicate_of_idx rename to usage_records_wide_duplicate_of_idx;

-- The widest columns first, so that no bytes are lost to alignment.
create table usage_records (
  ts timestamptz not null,
  received_at timestamptz not null default now(),
  -- Cost by class, then of everything billed by unit, of tools, and in total: the sum of the classes. The total is null
  -- exactly where the call has no price.
  total_pico_usd bigint,
  input_pico_usd bigint,
  cache_read_pico_usd bigint,
  cache_write_5m_pico_usd bigint,
  cache_write_1h_pico_usd bigint,
  output_pico_usd bigint,
  reasoning_pico_usd bigint,
  input_audio_pico_usd bigint,
  input_image_pico_usd bigint,
  input_video_pico_usd bigint,
  cache_read_audio_pico_usd bigint,
  cache_read_image_pico_usd bigint,
  cache_write_audio_pico_usd bigint,
  output_audio_pico_usd bigint,
  output_image_pico_usd bigint,
  output_video_pico_usd bigint,
  units_pico_usd bigint,
  tools_pico_usd bigint,
  -- The provider's own figure, shown beside ours.
  reported_pico_usd bigint,
  -- The first 64 bits of the sender's hashes: enough to tell a project's calls apart.
  request_hash bigint,
  prefix_hash bigint,
  project_id integer not null,
  series_id integer not null,
  price_version_id integer,
  -- The re-costing that wrote the record's cost as it is now; null where it is the cost of the day of the call.
  recosting_id integer,
  latency_ms integer,
  time_to_first_token_ms integer,
  max_output_tokens integer,
  -- Tokens by class, disjoint; null where there are none.
  input_tokens integer,
  cache_read_tokens integer,
  cache_write_5m_tokens integer,
  cache_write_1h_tokens integer,
  output_tokens integer,
  reasoning_tokens integer,
  input_audio_tokens integer,
  input_image_tokens integer,
  input_video_tokens integer,
  cache_read_audio_tokens integer,
  cache_read_image_tokens integer,
  cache_write_audio_tokens integer,
  output_audio_tokens integer,
  output_image_tokens integer,
  output_video_tokens integer,
  status call_status not null,
  cost_status cost_status not null,
  attempts smallint,
  -- Made by the sender: what makes a repeated delivery recognizable.
  event_id uuid not null,
  -- The record of the same provider response that counts instead of this one.
  duplicate_of uuid,
  -- A trace id of 128 bits, as OpenTelemetry's are; any other is kept as it came.
  trace_uuid uuid,
  trace_text text,
  -- Which rule found the price, or why there is none.
  price_match text,
  service_tier text,
  speed text,
  region text,
  error_type text,
  end_user text,
  session text,
  customer text,
  response_id text,
  -- Reasons why parts of the cost are approximate.
  approximate text[],
  tags jsonb,
  units jsonb,
  tools jsonb,
  raw_usage jsonb,
  prompt_text text,
  response_text text,
  primary key (project_id, ts, event_id),
  check ((cost_status = 'priced') = (total_pico_usd is not null))
) partition by range (ts);

-- Few records have no cost, and who looks for them should not read the others. Rows that have one never touch it.
create index usage_records_uncosted_idx on usage_records (project_id, ts, event_id) where cost_status <> 'priced';
-- Few records are further reports of a call, and a record's page looks for them; the others never touch the index.
create index usage_records_duplicate_of_idx on usage_records (project_id, duplicate_of) where duplicate_of is not null;

alter table usage_records enable row level security;
create policy api_own on usage_records to tokengrip_api
  using (project_id = any (array(select p.id from projects p where p.organization_id = (select current_organization_id()))));
create policy services_all on usage_records to tokengrip_ingest, tokengrip_worker using (true) with check (true);
grant select on usage_records to tokengrip_api;
grant insert on usage_records to tokengrip_ingest;
grant select (project_id, ts, event_id) on usage_records to tokengrip_ingest;
grant select, insert, update, delete on usage_records to tokengrip_worker;

-- The same days, with what is in them.
do $$
declare
  day record;
begin
  for day in
    select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bounds
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'usage_records_wide'::regclass
  loop
    execute format('alter table usage_partitions.%I rename to %I', day.name, day.name || '_wide');
    execute format('create table usage_partitions.%I (like usage_records including defaults including constraints including indexes)', day.name);
    execute format('alter table usage_partitions.%I owner to tokengrip_partitions', day.name);
    execute format('alter table usage_records attach partition usage_partitions.%I %s', day.name, day.bounds);
  end loop;
end
$$;

insert into usage_series (project_id, key_id, source, provider, model, feature, environment, requested_tier,
  reasoning_effort, finish_reason, streamed, interactive, hash)
  select distinct project_id, key_id, source, provider, model, feature, environment, requested_tier, reasoning_effort,
    finish_reason, streamed, interactive,
    usage_series_hash(key_id, source, provider, model, feature, environment, requested_tier, reasoning_effort,
      finish_reason, streamed, interactive)
  from usage_records_wide;

insert into usage_records (ts, received_at, total_pico_usd, input_pico_usd, cache_read_pico_usd,
  cache_write_5m_pico_usd, cache_write_1h_pico_usd, output_pico_usd, reasoning_pico_usd, input_audio_pico_usd,
  input_image_pico_usd, input_video_pico_usd, cache_read_audio_pico_usd, cache_read_image_pico_usd,
  cache_write_audio_pico_usd, output_audio_pico_usd, output_image_pico_usd, output_video_pico_usd, units_pico_usd,
  tools_pico_usd,
    reported_pico_usd, request_hash, prefix_hash, project_id, series_id, price_version_id, recosting_id, latency_ms,
    time_to_first_token_ms, max_output_tokens, input_tokens, cache_read_tokens, cache_write_5m_tokens,
      cache_write_1h_tokens, output_tokens, reasoning_tokens, input_audio_tokens, input_image_tokens,
      input_video_tokens, cache_read_audio_tokens, cache_read_image_tokens, cache_write_audio_tokens,
      output_audio_tokens, output_image_tokens, output_video_tokens,
    status, cost_status, attempts, event_id, duplicate_of, trace_uuid, trace_text, price_match, service_tier, speed, region,
    error_type, end_user, session, customer, response_id, approximate, tags, units, tools, raw_usage, prompt_text,
    response_text)
  select r.ts, r.received_at, r.total_pico_usd, r.input_pico_usd, r.cache_read_pico_usd, r.cache_write_5m_pico_usd,
    r.cache_write_1h_pico_usd, r.output_pico_usd, r.reasoning_pico_usd, r.input_audio_pico_usd,
    r.input_image_pico_usd, r.input_video_pico_usd, r.cache_read_audio_pico_usd, r.cache_read_image_pico_usd,
    r.cache_write_audio_pico_usd, r.output_audio_pico_usd, r.output_image_pico_usd, r.output_video_pico_usd,
    r.units_pico_usd, r.tools_pico_usd,
    r.reported_pico_usd, ('x' || left(replace(r.request_hash::text, '-', ''), 16))::bit(64)::bigint,
    ('x' || left(replace(r.prefix_hash::text, '-', ''), 16))::bit(64)::bigint, r.project_id, s.id, r.price_version_id,
    r.recosting_id, r.latency_ms, r.time_to_first_token_ms, r.max_output_tokens, r.input_tokens, r.cache_read_tokens,
      r.cache_write_5m_tokens, r.cache_write_1h_tokens, r.output_tokens, r.reasoning_tokens, r.input_audio_tokens,
      r.input_image_tokens, r.input_video_tokens, r.cache_read_audio_tokens, r.cache_read_image_tokens,
      r.cache_write_audio_tokens, r.output_audio_tokens, r.output_image_tokens, r.output_video_tokens,
    r.status, r.cost_status, r.attempts, r.event_id, r.duplicate_of,
    case when r.trace_id ~ '^[0-9a-f]{32}$' then r.trace_id::uuid end,
    case when r.trace_id !~ '^[0-9a-f]{32}$' then r.trace_id end, r.price_match, r.service_tier, r.speed, r.region,
    r.error_type, r.end_user, r.session, r.customer, r.response_id, r.approximate, r.tags, r.units, r.tools, r.raw_usage,
    r.prompt_text, r.response_text
  from usage_records_wide r
  join usage_series s on s.project_id = r.project_id
    and s.hash = usage_series_hash(r.key_id, r.source, r.provider, r.model, r.feature, r.environment,
      r.requested_tier, r.reasoning_effort, r.finish_reason, r.streamed, r.interactive);

alter table usage_records owner to tokengrip_partitions;

create or replace function usage_partition_days() returns table (day date)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select to_date(right(c.relname, 8), 'YYYYMMDD')
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'usage_records'::regclass and not i.inhdetachpending
    order by 1;
  end;

drop table usage_records_wide;

-- A record with all its columns. `row_version` changes whenever anybody changes the row. The left join lets a query that
-- asks for nothing of the series do without it.
create view usage_calls with (security_invoker = true) as
  select r.project_id, r.ts, r.event_id, r.received_at, r.series_id, s.key_id, s.source, s.provider, s.model,
    s.feature, s.environment,
    s.requested_tier, s.reasoning_effort, s.finish_reason, s.streamed, s.interactive, r.price_version_id, r.recosting_id,
    r.latency_ms, r.time_to_first_token_ms, r.max_output_tokens, r.input_tokens, r.cache_read_tokens,
      r.cache_write_5m_tokens, r.cache_write_1h_tokens, r.output_tokens, r.reasoning_tokens, r.input_audio_tokens,
      r.input_image_tokens, r.input_video_tokens, r.cache_read_audio_tokens, r.cache_read_image_tokens,
      r.cache_write_audio_tokens, r.output_audio_tokens, r.output_image_tokens, r.output_video_tokens,
    r.status, r.cost_status, r.attempts, r.input_pico_usd, r.cache_read_pico_usd, r.cache_write_5m_pico_usd,
      r.cache_write_1h_pico_usd, r.output_pico_usd, r.reasoning_pico_usd, r.input_audio_pico_usd,
      r.input_image_pico_usd, r.input_video_pico_usd, r.cache_read_audio_pico_usd, r.cache_read_image_pico_usd,
      r.cache_write_audio_pico_usd, r.output_audio_pico_usd, r.output_image_pico_usd, r.output_video_pico_usd,
      r.units_pico_usd, r.tools_pico_usd, r.total_pico_usd, r.reported_pico_usd,
    r.duplicate_of, lpad(to_hex(r.request_hash), 16, '0') as request_hash, lpad(to_hex(r.prefix_hash), 16, '0') as
      prefix_hash,
    coalesce(replace(r.trace_uuid::text, '-', ''), r.trace_text) as trace_id, r.price_match, r.service_tier, r.speed,
      r.region,
    r.error_type, r.end_user, r.session, r.customer, r.response_id, r.approximate, r.tags, r.units, r.tools, r.raw_usage,
    r.prompt_text, r.response_text, r.xmin::text as row_version
  from usage_records r left join usage_series s on s.id = r.series_id;
grant select on usage_calls to tokengrip_api, tokengrip_worker;
