-- What is derived from the fine rollup and the records, by local day. The worker fills it and is told by usage_touched
-- what to fill again; a day with a line there is read from the finer tables.

-- How an organization's days are cut. Days of another time zone are another calendar: it is built beside the one in use,
-- and then takes its place. The one in use may be of another zone than the organization's, until that is done.
create table calendars (
  version integer primary key generated always as identity,
  organization_id integer not null references organizations on delete cascade,
  time_zone text not null,
  state text not null check (state in ('building', 'active')),
  created_at timestamptz not null default now()
);
create unique index calendars_one_of_each_idx on calendars (organization_id, state);

alter table calendars enable row level security;
create policy api_own on calendars to tokengrip_api
  using (organization_id = (select current_organization_id()));
create policy services_all on calendars to tokengrip_worker using (true) with check (true);
grant select on calendars to tokengrip_api;
grant select, insert, update, delete on calendars to tokengrip_worker;

-- usage_15m by local day. What most queries read comes first, since a row is read from its beginning.
create table usage_daily (
  project_id integer not null,
  calendar_version integer not null,
  -- The instant at which the local day begins.
  day timestamptz not null,
  key_id integer not null,
  status call_status not null,
  calls bigint not null,
  unpriced_calls bigint not null,
  unreadable_calls bigint not null,
  approximate_calls bigint not null,
  total_tokens bigint not null generated always as (
    coalesce(input_tokens, 0)
    + coalesce(cache_read_tokens, 0)
    + coalesce(cache_write_5m_tokens, 0)
    + coalesce(cache_write_1h_tokens, 0)
    + coalesce(output_tokens, 0)
    + coalesce(reasoning_tokens, 0)
    + coalesce(input_audio_tokens, 0)
    + coalesce(input_image_tokens, 0)
    + coalesce(input_video_tokens, 0)
    + coalesce(cache_read_audio_tokens, 0)
    + coalesce(cache_read_image_tokens, 0)
    + coalesce(cache_write_audio_tokens, 0)
    + coalesce(output_audio_tokens, 0)
    + coalesce(output_image_tokens, 0)
    + coalesce(output_video_tokens, 0)
  ) stored,
  total_pico_usd numeric not null,
  provider text not null,
  model text not null,
  feature text not null,
  environment text not null,
  service_tier text not null,
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
  -- See histogram_add.
  latency_histogram integer[],
  time_to_first_token_histogram integer[],
  primary key (project_id, calendar_version, day, key_id, provider, model, feature, environment, service_tier, status)
);

-- Sums of the records by local day and by what only records carry: kind is 'user', 'customer', 'session' or 'tag:<key>',
-- value who or what. Of users and customers '' stands for the calls without one, so that each of the two kinds adds up to
-- all calls. Lives as long as the records do.
create table usage_daily_values (
  project_id integer not null,
  calendar_version integer not null,
  day timestamptz not null,
  kind text not null,
  value text not null,
  environment text not null,
  calls bigint not null,
  errors bigint not null,
  unpriced_calls bigint not null,
  unreadable_calls bigint not null,
  total_tokens bigint not null,
  input_tokens bigint not null,
  cache_read_tokens bigint not null,
  cache_write_tokens bigint not null,
  output_tokens bigint not null,
  reasoning_tokens bigint not null,
  total_pico_usd numeric not null,
  primary key (project_id, calendar_version, day, kind, value, environment)
);

alter table usage_daily enable row level security;
alter table usage_daily_values enable row level security;
create policy api_own on usage_daily to tokengrip_api
  using (project_id = any (array(select p.id from projects p where p.organization_id = (select current_organization_id()))));
create policy api_own on usage_daily_values to tokengrip_api
  using (project_id = any (array(select p.id from projects p where p.organization_id = (select current_organization_id()))));
create policy services_all on usage_daily to tokengrip_worker using (true) with check (true);
create policy services_all on usage_daily_values to tokengrip_worker using (true) with check (true);
grant select on usage_daily, usage_daily_values to tokengrip_api;
grant select, insert, update, delete on usage_daily, usage_daily_values to tokengrip_worker;

-- Bucket of a duration, as the writer counts it, for histograms that are made from records. What is added keeps the powers
-- of two, whose logarithm is not exact, from falling into the bucket below; no other whole number is that near to a bound.
create function histogram_bucket(ms integer) returns integer
  language sql immutable strict parallel safe
  return least(79, greatest(0, floor(4 * ln(greatest(1, ms)::double precision) / ln(2::double precision) + 1e-9)))::integer;

-- Brings the elements of several histograms into the form of one. A bucket that overflows stays full.
create function histogram_merged(elements integer[]) returns integer[]
  language sql immutable strict parallel safe
  return (select array_agg((bucket << 24) + least(n, 16777215)::integer order by bucket)
    from (select element >> 24 as bucket, sum(element & 16777215) as n from unnest(elements) as element group by 1) as sums);

-- For a few hundred histograms: every step copies what there is. Larger sets are unnested by the query.
create aggregate histogram_sum(integer[]) (
  sfunc = array_cat, stype = integer[], combinefunc = array_cat, finalfunc = histogram_merged, parallel = safe
);

-- What is there already has never been derived.
insert into usage_touched (project_id, bucket) select distinct project_id, bucket from usage_15m;
