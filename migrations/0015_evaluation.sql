-- What decides when people are told. Everything is derived from the records and their sums; here is only what was seen so far,
-- so that nobody is told of the same thing twice, or of nothing because a worker was away.

-- Something is out of line for some time: a project is silent, a spend is above the usual, a rolling budget is used up.
create table alert_episodes (
  organization_id integer not null references organizations on delete cascade,
  -- What is out of line: a kind and ids. Names that senders choose are hashed, since they may be a person's.
  subject text not null check (subject <> ''),
  began_at timestamptz not null,
  -- The last time that it was still so.
  seen_at timestamptz not null,
  -- Null: it goes on.
  ended_at timestamptz,
  primary key (organization_id, subject, began_at)
);
create unique index alert_episodes_open_key on alert_episodes (organization_id, subject) where ended_at is null;

-- How far an organization has been looked at.
create table alert_watches (
  organization_id integer not null references organizations on delete cascade,
  kind text not null,
  watched_until timestamptz not null,
  primary key (organization_id, kind)
);

alter table alert_episodes enable row level security;
alter table alert_watches enable row level security;
create policy api_own on alert_episodes to tokengrip_api
  using (organization_id = (select current_organization_id()));
create policy api_own on alert_watches to tokengrip_api
  using (organization_id = (select current_organization_id()));
create policy services_all on alert_episodes to tokengrip_worker using (true) with check (true);
create policy services_all on alert_watches to tokengrip_worker using (true) with check (true);
grant select on alert_episodes, alert_watches to tokengrip_api;
grant select, insert, update, delete on alert_episodes, alert_watches to tokengrip_worker;
