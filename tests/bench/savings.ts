import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@tokengrip/core/clock';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { deriveRollups } from '@tokengrip/core/domain/rollups/derive-rollups';
import { fillSampleProject } from '@tokengrip/core/domain/sample-data/fill-sample-project';
import { testContext } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import { type BenchContext, type Figure, timed } from './report.ts';
import type { Measured } from './savings-process.ts';

/** All of them within the month that the rules look at. */
const SIZE = { days: 30, calls: 1_000_000 };
const ORGANIZATION = 6;

/** What to run, and as which role. */
const PARTS = {
  rules: { what: 'all savings rules', role: 'worker' },
  again: { what: 'the same again: nothing new is found', role: 'worker' },
  document: { what: 'the document of an analysis', role: 'api' },
  samples: { what: 'the same with captured texts', role: 'api' },
} as const;

/** The rules and the document of an analysis over an organization with a million records, each in a process of its own. */
export async function benchSavings(
  { database, redis, say }: Pick<BenchContext, 'database' | 'redis' | 'say'>,
  size = SIZE,
): Promise<Figure[]> {
  const { owner } = database;
  say(`loading ${size.calls.toLocaleString('en')} calls to look for savings in …`);
  await sql`
    insert into organizations (id, name, time_zone) values (${ORGANIZATION}, 'Thrifty', 'Europe/Berlin')`.execute(
    owner,
  );
  await sql`
    insert into projects (id, organization_id, name, capture_content)
    values (${ORGANIZATION}, ${ORGANIZATION}, 'Thrifty', true)`.execute(owner);
  await loadPriceSnapshot(owner, testContext(owner).log);
  const worker = { ...testContext(database.as('worker'), systemClock), redis };
  const steps = { progress: async () => {}, signal: new AbortController().signal };
  const ids = { organizationId: ORGANIZATION, projectId: ORGANIZATION };
  const { records } = await fillSampleProject(worker, ids, steps, size);
  say('deriving …');
  await deriveRollups(worker);
  // A text in every hundredth call, among the newest ones too.
  await sql`
    update usage_records set prompt_text = 'A letter to somebody', response_text = 'Dear somebody'
    where project_id = ${ORGANIZATION} and request_hash % 100 = 0`.execute(owner);
  await sql`vacuum analyze`.execute(owner);
  const count = await timed(() =>
    sql`select sum(total_pico_usd) from usage_records where project_id = ${ORGANIZATION}`.execute(owner),
  );
  const figures: Figure[] = [];
  for (const [part, { what, role }] of Object.entries(PARTS)) {
    say(`${what} …`);
    const { ms, startBytes, peakBytes, found } = await measure(part, database.url(role));
    figures.push({
      what: `${records.toLocaleString('en')} records: ${what}`,
      value: `${(ms / 1_000).toFixed(1)} s`,
      ratio: `at most ${mebibytes(peakBytes)} MiB (${mebibytes(startBytes)} when it began), ${(ms / count.ms).toFixed(1)} × one sum over them; ${found}`,
    });
  }
  return figures;
}

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

async function measure(part: string, databaseUrl: string): Promise<Measured> {
  const script = fileURLToPath(new URL('./savings-process.ts', import.meta.url));
  const child = fork(script, [part, String(ORGANIZATION)], { env: { ...process.env, DATABASE_URL: databaseUrl } });
  let measured: Measured | undefined;
  child.on('message', (message: Measured) => {
    measured = message;
  });
  const [code] = await once(child, 'exit');
  if (!measured) throw new Error(`${part} ended with ${code}`);
  return measured;
}
