// `npm run load`: kills, freezes and starves the parts of an installation under load, and compares the database with what
// was acknowledged. README.md says how to read it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Installation, startInstallation } from './installation.ts';
import { type Account, startSending } from './sender.ts';
import { type Verdict, verify } from './verify.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

interface Scenario {
  name: string;
  about: string;
  /** What is sent meanwhile: 20 records a request from 16 clients unless it says otherwise. */
  load?: { clients: number; batch: number };
  run(installation: Installation, account: Account): Promise<void>;
}

const times = (name: string): number => Number(process.env[name] ?? 20);
/** At a random moment, so that no two faults meet the same step of a transaction. */
const moment = () => delay(300 + Math.random() * 1_200);

const repeatedly = (work: (installation: Installation, i: number) => Promise<void>) => {
  return async (installation: Installation) => {
    for (let i = 0; i < times('LOAD_FAULTS'); i += 1) {
      await moment();
      await work(installation, i);
    }
    await moment();
  };
};

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'ingest',
    about: 'kill -9 of an ingest',
    run: repeatedly((installation, i) => installation.killIngest(i % 2)),
  },
  { name: 'postgres', about: 'kill -9 of Postgres', run: repeatedly((installation) => installation.killPostgres()) },
  { name: 'redis', about: 'kill -9 of Redis', run: repeatedly((installation) => installation.killRedis()) },
  {
    name: 'frozen',
    about: 'Postgres stands still for a minute',
    async run(installation, account) {
      await delay(2_000);
      const thaw = await installation.freezePostgres();
      await delay(60_000);
      const refused = account.answers.get(503) ?? 0;
      say(`  answered with 503 in the meantime: ${refused}`);
      if (refused === 0) throw new Error('senders were not told to come back');
      await thaw();
      await delay(5_000);
    },
  },
  {
    name: 'full',
    about: 'no room is left on the disk of Postgres',
    async run(installation, account) {
      if (!installation.fillDisk) return say('  left out: it needs the right to mount a file system');
      await delay(2_000);
      const makeRoom = await installation.fillDisk();
      const before = account.answers.get(503) ?? 0;
      for (let i = 0; i < 120 && (account.answers.get(503) ?? 0) === before; i += 1) await delay(500);
      const refused = (account.answers.get(503) ?? 0) - before;
      if (refused === 0) throw new Error('senders were not told to come back');
      await delay(5_000);
      const acknowledged = account.acknowledged.size;
      await makeRoom();
      for (let i = 0; i < 120 && account.acknowledged.size === acknowledged; i += 1) await delay(500);
      if (account.acknowledged.size === acknowledged) throw new Error('it did not go on when there was room again');
    },
  },
  {
    name: 'flood',
    about: 'as many records as it takes, as fast as they go',
    load: { clients: 32, batch: 100 },
    async run(installation, account) {
      const started = performance.now();
      const wanted = Number(process.env.LOAD_RECORDS ?? 1_000_000);
      // The most of each tenth: memory that grows with the records would rise from one to the next.
      const highest = Array.from({ length: 10 }, () => 0);
      while (account.acknowledged.size < wanted) {
        await delay(1_000);
        const tenth = Math.min(9, Math.floor((10 * account.acknowledged.size) / wanted));
        highest[tenth] = Math.max(highest[tenth] ?? 0, await installation.memoryKb(0));
      }
      const seconds = (performance.now() - started) / 1_000;
      const mb = highest.map((kb) => Math.round(kb / 1_024));
      say(`  memory of one ingest in each tenth of the records, at most: ${mb.join(', ')} MB`);
      say(`  ${Math.round(account.acknowledged.size / seconds)} records a second`);
    },
  },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
if (unknown.length > 0) {
  say(`There is no ${unknown.join(', ')}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const directory = await mkdtemp(join(tmpdir(), 'tokengrip-load-'));
// A disk that can be filled is a small one, in memory.
const installation = await startInstallation(directory, { smallDisk: wanted.length === 0 || wanted.includes('full') });
let failed = 0;
try {
  const acknowledged = new Set<string>();
  for (const scenario of SCENARIOS) {
    if (wanted.length > 0 && !wanted.includes(scenario.name)) continue;
    say(`${scenario.about} …`);
    const load = startSending({ ...installation, ...(scenario.load ?? { clients: 16, batch: 20 }) });
    const before = acknowledged.size;
    await scenario.run(installation, load.account);
    const { answers, retried } = await load.stop();
    for (const id of load.account.acknowledged) acknowledged.add(id);
    const verdict = await verify(installation.database.owner, acknowledged);
    const sent = acknowledged.size - before;
    say(`  ${sent} records acknowledged, ${retried} requests sent again, answers ${describe(answers)}`);
    say(`  ${describeVerdict(verdict)}`);
    if (verdict.lost + verdict.repeated + verdict.wrongSums > 0) failed += 1;
  }
} finally {
  await installation.stop();
  await rm(directory, { recursive: true, force: true });
}
say(failed === 0 ? 'nothing was lost, nothing is there twice, the sums are right' : `${failed} scenarios FAILED`);
process.exit(failed === 0 ? 0 : 1);

function describe(answers: Account['answers']): string {
  return [...answers]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status === 0 ? 'none' : status} × ${count}`)
    .join(', ');
}

function describeVerdict({ records, lost, repeated, wrongSums }: Verdict): string {
  return `${records} records in the database: ${lost} lost, ${repeated} there twice, ${wrongSums} sums wrong`;
}
