import { DAY, systemClock } from '@tokengrip/core/clock';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { fillSampleProject } from '@tokengrip/core/domain/sample-data/fill-sample-project';
import { priceAs } from '@tokengrip/core/domain/whatif/price-as';
import { testContext } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import { type BenchContext, type Figure, perSecond, timed } from './report.ts';

const SIZE = { days: 85, calls: 1_000_000 };
const ORGANIZATION = 4;

/** A million records priced as if they had been made otherwise, as the worker and as the api's role under row security. */
export async function benchWhatIf(
  { database, redis, say }: Pick<BenchContext, 'database' | 'redis' | 'say'>,
  size = SIZE,
): Promise<Figure[]> {
  const { owner } = database;
  say(`loading ${size.calls.toLocaleString('en')} calls to price otherwise …`);
  await sql`
    insert into organizations (id, name, time_zone) values (${ORGANIZATION}, 'Otherwise', 'Europe/Berlin')`.execute(
    owner,
  );
  await sql`insert into projects (id, organization_id, name) values (${ORGANIZATION}, ${ORGANIZATION}, 'Otherwise')`.execute(
    owner,
  );
  await loadPriceSnapshot(owner, testContext(owner).log);
  const worker = { ...testContext(database.as('worker'), systemClock), redis };
  const steps = { progress: async () => {}, signal: new AbortController().signal };
  const ids = { organizationId: ORGANIZATION, projectId: ORGANIZATION };
  const { records } = await fillSampleProject(worker, ids, steps, size);
  await sql`vacuum analyze`.execute(owner);
  const now = Date.now();
  const selection = { from: new Date(now - 100 * DAY).toISOString(), to: new Date(now).toISOString() };
  const count = await timed(() => sql`select sum(total_pico_usd) from usage_records`.execute(owner));
  const model = { provider: 'openai', model: 'gpt-5-mini' };
  const figures: Figure[] = [];
  for (const [what, db, change] of [
    ['another model', worker.db, { model }],
    [
      'other tier, cache and tokens',
      worker.db,
      { serviceTier: 'batch', caching: { readShare: 0.7, writeShare: 0.1 }, tokens: { inputFactor: 1.1 } },
    ],
    ['another model, as the api', database.as('api'), { model }],
  ] as const) {
    say(`${what} …`);
    const { ms, result } = await timed(() => priceAs(testContext(db, systemClock), ORGANIZATION, selection, change));
    if (result.totals.calls < records * 0.95)
      throw new Error(`only ${result.totals.calls} of ${records} calls were met`);
    figures.push({
      what: `${records.toLocaleString('en')} records: ${what}`,
      value: `${(ms / 1_000).toFixed(1)} s`,
      ratio: `${perSecond(records, ms)}, ${(ms / count.ms).toFixed(0)} × one sum over them`,
    });
  }
  return figures;
}
