-- What was used. Every key begins with the project, and nothing here refers to another table, so that these tables can
-- be distributed by project over several Postgres nodes.
--
-- Money is whole pico-USD (1e-12 USD): bigint in a record (validation caps a record at 1e6 USD), numeric in sums.

create type call_status as enum ('ok', 'error');
create type cost_status as enum ('priced', 'unpriced', 'unreadable');

create table usage_records (
  project_id integer not null,
  ts timestamptz not null,
  -- Made by the sender: what makes a repeated delivery recognizable.
  event_id uuid not null,
  received_at timestamptz not null default now(),
  key_id integer,
  price_version_id integer,
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
  attempts smallint,
  streamed boolean,
  interactive boolean,
  status call_status not null,
  cost_status cost_status not null,
  -- Cost by class, then of everything billed by unit, of tools, and in total: the sum of the classes. The total is null
  -- exactly where the call has no price.
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
  total_pico_usd bigint,
  -- The provider's own figure, shown beside ours.
  reported_pico_usd bigint,
  -- The record of the same provider response that counts instead of this one.
  duplicate_of uuid,
  request_hash uuid,
  prefix_hash uuid,
  source text not null,
  provider text not null,
  model text not null,
  -- Which rule found the price, or why there is none.
  price_match text,
  service_tier text,
  requested_tier text,
  speed text,
  region text,
  reasoning_effort text,
  error_type text,
  finish_reason text,
  feature text,
  environment text,
  end_user text,
  session text,
  customer text,
  trace_id text,
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

-- The first record of each provider response. Kept for seven days.
create table provider_responses (
  project_id integer not null,
  provider text not null,
  response_hash uuid not null,
  ts timestamptz not null,
  event_id uuid not null,
  seen_at timestamptz not null default now(),
  primary key (project_id, provider, response_hash)
);

-- A histogram is an array of its non-empty buckets in order: each element is bucket * 2^24 + count, since most cells hold
-- a call or two. Bucket i of 0 to 79 holds 2^(i/4) ms up to 2^((i+1)/4) ms. Adds two of them.
create function histogram_add(a integer[], b integer[]) returns integer[]
  language sql immutable parallel safe
  return case
    when a is null then b
    when b is null then a
    else (select array_agg((bucket << 24) + n order by bucket)
      from (select element >> 24 as bucket, sum(element & 16777215)::integer as n from unnest(a || b) as element group by 1) as sums)
  end;

-- Sums of the records by UTC quarter of an hour, exact in every time zone. Written in the records' own transaction.
-- '' stands for "without", since a key has no nulls. Fill factor: updates in place need room in the page.
create table usage_15m (
  project_id integer not null,
  bucket timestamptz not null,
  key_id integer not null,
  provider text not null,
  model text not null,
  feature text not null,
  environment text not null,
  service_tier text not null,
  status call_status not null,
  calls bigint not null,
  unpriced_calls bigint not null,
  unreadable_calls bigint not null,
  approximate_calls bigint not null,
  input_tokens bigint,
  cache_read_tokens bigint,
  cache_write_5m_tokens bigint,
  cache_write_1h_tokens bigint,
  output_tokens bigint,
  reasoning_tokens bigint,
  input_audio_tokens bigint,
  input_image_tokens bigint,
  input_video_tokens bigint,
  cache_read_audio_tokens bigint,
  cache_read_image_tokens bigint,
  cache_write_audio_tokens bigint,
  output_audio_tokens bigint,
  output_image_tokens bigint,
  output_video_tokens bigint,
  input_pico_usd numeric,
  cache_read_pico_usd numeric,
  cache_write_5m_pico_usd numeric,
  cache_write_1h_pico_usd numeric,
  output_pico_usd numeric,
  reasoning_pico_usd numeric,
  input_audio_pico_usd numeric,
  input_image_pico_usd numeric,
  input_video_pico_usd numeric,
  cache_read_audio_pico_usd numeric,
  cache_read_image_pico_usd numeric,
  cache_write_audio_pico_usd numeric,
  output_audio_pico_usd numeric,
  output_image_pico_usd numeric,
  output_video_pico_usd numeric,
  units_pico_usd numeric,
  tools_pico_usd numeric,
  total_pico_usd numeric not null,
  -- See histogram_add.
  latency_histogram integer[],
  time_to_first_token_histogram integer[],
  primary key (project_id, bucket, key_id, provider, model, feature, environment, service_tier, status)
) with (fillfactor = 70);

-- What the calls that a budget covers have spent, by UTC quarter of an hour. Written in the records' own transaction.
create table budget_spend (
  project_id integer not null,
  budget_id integer not null,
  bucket timestamptz not null,
  calls bigint not null,
  tokens bigint not null,
  unpriced_calls bigint not null,
  total_pico_usd numeric not null,
  primary key (project_id, budget_id, bucket)
) with (fillfactor = 70);

alter table usage_records enable row level security;
alter table provider_responses enable row level security;
alter table usage_15m enable row level security;
alter table budget_spend enable row level security;

-- The array is computed once for each statement, and the index on project_id serves it: a query that forgets its filter
-- is not only safe but fast.
create policy api_own on usage_records to tokengrip_api
  using (project_id = any (array(select p.id from projects p where p.organization_id = (select current_organization_id()))));
create policy api_own on usage_15m to tokengrip_api
  using (project_id = any (array(select p.id from projects p where p.organization_id = (select current_organization_id()))));
create policy api_own on budget_spend to tokengrip_api
  using (project_id = any (array(select p.id from projects p where p.organization_id = (select current_organization_id()))));
create policy services_all on usage_records to tokengrip_ingest, tokengrip_worker using (true) with check (true);
create policy services_all on provider_responses to tokengrip_ingest, tokengrip_worker using (true) with check (true);
create policy services_all on usage_15m to tokengrip_ingest, tokengrip_worker using (true) with check (true);
create policy services_all on budget_spend to tokengrip_ingest, tokengrip_worker using (true) with check (true);

grant select on usage_records, usage_15m, budget_spend to tokengrip_api;
-- The ingest adds, and learns what it added; it reads no record's content.
grant insert on usage_records to tokengrip_ingest;
grant select (project_id, ts, event_id) on usage_records to tokengrip_ingest;
grant select, insert on provider_responses to tokengrip_ingest;
grant select, insert, update on usage_15m, budget_spend to tokengrip_ingest;
grant select, insert, update, delete on usage_records, provider_responses, usage_15m, budget_spend to tokengrip_worker;

alter table usage_records owner to tokengrip_partitions;
-- Ownership moved after the grants, which stay; the row policies bind everyone but the owner itself.

-- The days for which a record can be stored, as the services may know them.
create function usage_partition_days() returns table (day date)
  language sql stable security definer set search_path = public, pg_temp
  begin atomic
    select to_date(right(c.relname, 8), 'YYYYMMDD')
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'usage_records'::regclass and not i.inhdetachpending
    order by 1;
  end;
revoke execute on function usage_partition_days() from public;
grant execute on function usage_partition_days() to tokengrip_ingest, tokengrip_worker, tokengrip_partitions;
