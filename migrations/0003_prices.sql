-- What a unit costs, and when: nothing is overwritten. A price holds from effective_from to effective_to (null: still),
-- as it was known from recorded_at to superseded_at (null: still). The first version of a model reaches back to the
-- beginning of time.
create table price_versions (
  id integer primary key generated always as identity,
  -- The entry's key in the price file, e.g. `azure/gpt-5.4`.
  model_key text not null,
  effective_from timestamptz not null default '-infinity',
  effective_to timestamptz,
  recorded_at timestamptz not null default now(),
  superseded_at timestamptz,
  -- Rates as decimal text in USD per unit, and limits: the compact form that services/core/src/cost describes.
  entry jsonb not null,
  origin text not null check (origin in ('snapshot', 'sync', 'import', 'correction')),
  -- The price file's edition, as far as it is known: a day or a month, e.g. `2026-08`.
  edition text not null,
  check (effective_to > effective_from)
);
create unique index price_versions_current_idx on price_versions (model_key, effective_from) where superseded_at is null;

grant select on price_versions to tokengrip_ingest, tokengrip_api;
grant select, insert, update on price_versions to tokengrip_worker;
