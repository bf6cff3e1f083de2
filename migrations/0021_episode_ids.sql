-- Two workers that see the same thing begin in the same millisecond had the same key, and one of them failed instead of
-- going on with the other's episode: only what goes on is one for each subject (alert_episodes_open_key).
alter table alert_episodes drop constraint alert_episodes_pkey;
alter table alert_episodes add column id bigint generated always as identity primary key;
-- An organization that is deleted takes its episodes with it.
create index alert_episodes_organization_idx on alert_episodes (organization_id);
