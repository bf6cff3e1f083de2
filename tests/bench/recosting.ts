import { systemClock } from '@tokengrip/core/clock';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { applyRecosting } from '@tokengrip/core/domain/recosting/apply-recosting';
import { readRecosting } from '@tokengrip/core/domain/recosting/list-recostings';
import { runRecosting } from '@tokengrip/core/domain/recosting/run-recosting';
import { startRecosting } from '@tokengrip/core/domain/recosting/start-recosting';
import { undoRecosting } from '@tokengrip/core/domain/recosting/undo-recosting';
import { checkRollups } from '@tokengrip/core/domain/rollups/check-rollups';
import { fillSampleProject } from '@tokengrip/core/domain/sample-data/fill-sample-project';
import { createJobSender } from '@tokengrip/core/queues/sender';
import { testContext } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import { type BenchContext, type Figure, perSecond, timed } from './report.ts';

const SIZE = { days: 85, calls: 1_000_000 };
const ACTOR = { organizationId: 3, userId: 3, timeZone: 'Europe/Berlin' };

/** A million records: a dry run that finds nothing, then every price is another, and all of it is applied and undone. */
export async function benchRecosting({ database, redis, redisUrl, say }: BenchContext): Promise<Figure[]> {
  const { owner } = database;
  say(`loading ${SIZE.calls.toLocaleString('en')} calls to price again …`);
  await sql`
    insert into organizations (id, name, time_zone) values (3, 'Again', 'Europe/Berlin');
    insert into users (id, email, name, password_hash) values (3, 'again@bench.test', 'Again', 'x');
    insert into projects (id, organization_id, name) values (3, 3, 'Again')`.execute(owner);
  await loadPriceSnapshot(owner, testContext(owner).log);
  const worker = { ...testContext(database.as('worker'), systemClock), redis };
  const jobs = createJobSender(redisUrl, worker.log);
  const api = { ...testContext(database.as('api'), systemClock), jobs };
  const steps = { progress: async () => {}, signal: new AbortController().signal };
  const { records } = await fillSampleProject(worker, { organizationId: 3, projectId: 3 }, steps, SIZE);
  await sql`vacuum analyze`.execute(owner);

  const count = await timed(() => sql`select count(raw_usage), sum(total_pico_usd) from usage_calls`.execute(owner));
  const run = (id: number) => timed(() => runRecosting(worker, { organizationId: 3, recostingId: id }, steps));
  const preview = async () => {
    const { id } = await startRecosting(api, ACTOR, {});
    return { id, ...(await run(id)) };
  };
  const figures: Figure[] = [];
  const add = (what: string, ms: number) =>
    void figures.push({
      what: `${what} ${records.toLocaleString('en')} records`,
      value: `${(ms / 1_000).toFixed(1)} s`,
      ratio: `${perSecond(records, ms)}, ${(ms / count.ms).toFixed(0)} × one sum over them`,
    });
  try {
    say('a dry run …');
    const same = await preview();
    add('dry run, nothing changes,', same.ms);
    if ((await readRecosting(owner, 3, same.id)).preview.changedCalls !== 0) throw new Error('something has changed');
    await makeEveryPriceAnother(owner);
    const before = await fingerprint(owner);
    const other = await preview();
    add('dry run, every price is another,', other.ms);
    say('applying …');
    await applyRecosting(api, ACTOR, other.id);
    add('apply to', (await run(other.id)).ms);
    const applied = await readRecosting(owner, 3, other.id);
    say(`${applied.effect.changedRecords} records changed by ${applied.effect.difference} USD; undoing …`);
    await expectExactRollups(worker);
    await undoRecosting(api, ACTOR, other.id);
    add('undo', (await run(other.id)).ms);
    await expectExactRollups(worker);
    if ((await fingerprint(owner)) !== before) throw new Error('undoing has not restored every bit');
  } finally {
    await jobs.close();
  }
  return figures;
}

type Owner = BenchContext['database']['owner'];

const makeEveryPriceAnother = (owner: Owner) =>
  sql`
  with old as (
    update price_versions set superseded_at = now() where superseded_at is null returning *
  )
  insert into price_versions (model_key, effective_from, effective_to, entry, origin, edition)
  select model_key, effective_from, effective_to, jsonb_set(entry, '{rates}', (
    select coalesce(jsonb_object_agg(key, case when key like '%cost%' then to_jsonb(((value #>> '{}')::numeric * 1.5)::text) else value end), '{}')
    from jsonb_each(entry -> 'rates'))), 'correction', edition
  from old`.execute(owner);

/** Of every column of every record. */
async function fingerprint(owner: Owner): Promise<string> {
  const { rows } = await sql<{ hash: string }>`
    select md5(string_agg(md5(r::text), '' order by ts, event_id)) as hash
    from usage_records r where project_id = 3`.execute(owner);
  return rows[0]?.hash ?? '';
}

async function expectExactRollups(worker: Parameters<typeof checkRollups>[0]): Promise<void> {
  const fine = (await checkRollups(worker, { repair: false })).filter(({ table }) => table === 'usage_15m');
  if (fine.length > 0) throw new Error(`the rollup differs from the records on ${fine.length} days`);
}
