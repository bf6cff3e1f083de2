-- Somebody looks right now, or has died doing so when this is over: a look takes longer than a transaction should.
alter table alert_watches add column claimed_until timestamptz;

-- What is long over is looked for every minute.
create index alerts_resolved_idx on alerts (resolved_at) where state = 'resolved';
create index alert_episodes_ended_idx on alert_episodes (ended_at) where ended_at is not null;
create index alert_deliveries_tests_idx on alert_deliveries (created_at) where event = 'test';

-- What nobody asks for: the worker alone looks at what is out of line, and the api alone knows who logs in by a provider.
drop policy api_own on alert_episodes;
drop policy api_own on alert_watches;
revoke select on alert_episodes, alert_watches from tokengrip_api;
drop policy worker_all on openid_identities;
revoke select, insert, update, delete on openid_identities from tokengrip_worker;
