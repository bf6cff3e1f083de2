// Deletes an end user, a project and an organization while senders with keys that the ingests remember deliver everything
// again and again, and looks through all tables for what has come back.
//
// node tests/load/deletion.ts, with the addresses of a Postgres and a Redis in TEST_DATABASE_URL and TEST_REDIS_URL.
// LOAD_RECORDS says how many records there are in all, LOAD_CLIENTS how many clients send to each of the three.
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from '@tokengrip/core/clock';
import { inScope, type Tx } from '@tokengrip/core/db/scope';
import { createApiKey } from '@tokengrip/core/domain/keys/create-api-key';
import { beginOrganizationDeletion } from '@tokengrip/core/domain/organizations/delete-organization';
import { keepPartitions } from '@tokengrip/core/domain/partitions/keep-partitions';
import { loadPriceSnapshot } from '@tokengrip/core/domain/prices/load-snapshot';
import { requestPrivacy } from '@tokengrip/core/domain/privacy/request-privacy';
import { runDeletions } from '@tokengrip/core/domain/privacy/run-deletions';
import { beginProjectDeletion } from '@tokengrip/core/domain/projects/begin-project-deletion';
import { deriveRollups } from '@tokengrip/core/domain/rollups/derive-rollups';
import { connectRedis } from '@tokengrip/core/redis';
import { silentLog } from '@tokengrip/core/testing/context';
import { findTextInDatabase, findTextInRedis } from '@tokengrip/core/testing/find-text';
import { createTestDatabase, prepareTemplate, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { sql } from 'kysely';
import { Connection, prepareRequest } from './connection.ts';
import { type IngestProcess, startIngestProcess } from './ingest.ts';
import { isVictims, recordOf, VICTIM } from './repeated-records.ts';
import { countWrongSums } from './verify.ts';

const RECORDS = Number(process.env.LOAD_RECORDS ?? 1_000_000);
const CLIENTS = Number(process.env.LOAD_CLIENTS ?? 4);
const BATCH = 500;
const RETRY_AFTER_MS = 50;

const TARGETS = ['user', 'project', 'organization'] as const;
type Target = (typeof TARGETS)[number];
/** Of each target the organization and its only project have the same number. */
const ID: Record<Target, number> = { user: 1, project: 2, organization: 3 };
/** Each target has as many, in whole batches. */
const BATCHES = Math.max(1, Math.ceil(RECORDS / TARGETS.length / BATCH));
const EACH = BATCHES * BATCH;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const seconds = (since: number) => ((performance.now() - since) / 1_000).toFixed(1);

interface Sender {
  /** By status; what was accepted although it was there, or was deleted. */
  answers: Map<number, number>;
  acceptedAgain: number;
  /** How often everything was delivered. */
  rounds(): number;
  stop(): Promise<void>;
}

/** One request for a batch, sent until somebody says something final. */
async function deliver(connection: Connection, target: Target, batch: number, secret: string) {
  const records = Array.from({ length: BATCH }, (_, i) => recordOf(target, batch * BATCH + i));
  const request = prepareRequest('/v1/usage', secret, JSON.stringify({ records }));
  for (;;) {
    const reply = await connection.send(request).catch(() => undefined);
    if (reply && reply.status < 429) {
      const accepted = reply.status === 200 ? (JSON.parse(reply.body) as { accepted: number }).accepted : 0;
      return { status: reply.status, accepted };
    }
    await delay(RETRY_AFTER_MS);
  }
}

async function fill(ingests: readonly IngestProcess[], secrets: Record<Target, string>): Promise<void> {
  for (const target of TARGETS) {
    let next = 0;
    const client = async (which: number) => {
      const connection = new Connection(ingests[which % ingests.length]?.address ?? '');
      for (let batch = next++; batch < BATCHES; batch = next++) {
        const { status } = await deliver(connection, target, batch, secrets[target]);
        if (status !== 200) throw new Error(`${target}: answered ${status} while there was nothing to refuse`);
      }
      connection.close();
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, which) => client(which)));
  }
}

function startRepeating(target: Target, ingests: readonly IngestProcess[], secret: string): Sender {
  const answers = new Map<number, number>();
  let stopping = false;
  let delivered = 0;
  let acceptedAgain = 0;
  const client = async (which: number) => {
    const connection = new Connection(ingests[which % ingests.length]?.address ?? '');
    while (!stopping) {
      const { status, accepted } = await deliver(connection, target, delivered++ % BATCHES, secret);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      acceptedAgain += accepted;
    }
    connection.close();
  };
  const clients = Array.from({ length: CLIENTS }, (_, which) => client(which));
  return {
    answers,
    get acceptedAgain() {
      return acceptedAgain;
    },
    rounds: () => delivered / BATCHES,
    async stop() {
      stopping = true;
      await Promise.all(clients);
    },
  };
}

async function arrange({ owner }: TestDatabase): Promise<Record<Target, string>> {
  await loadPriceSnapshot(owner, silentLog);
  await keepPartitions({ db: owner, log: silentLog, clock: systemClock });
  const secrets: Partial<Record<Target, string>> = {};
  for (const target of TARGETS) {
    const id = ID[target];
    await sql`insert into organizations (id, name) values (${id}, ${target})`.execute(owner);
    await sql`insert into users (id, email, name, password_hash) values (${id}, ${`${target}@load.test`}, 'Ada', 'x')`.execute(
      owner,
    );
    await sql`insert into memberships (organization_id, user_id, role) values (${id}, ${id}, 'owner')`.execute(owner);
    await sql`insert into projects (id, organization_id, name) values (${id}, ${id}, ${target})`.execute(owner);
    secrets[target] = (await createApiKey(owner, id, { projectId: id, name: 'load' })).secret;
  }
  return secrets as Record<Target, string>;
}

/** As the api does. Nobody tells the ingests, which go on with the keys that they remember. */
function ask(database: TestDatabase, target: Target): Promise<unknown> {
  const id = ID[target];
  const actor = { organizationId: id, userId: id };
  const now = new Date();
  const begin = (tx: Tx) => {
    if (target === 'organization') return beginOrganizationDeletion(tx, actor, { name: target, now });
    if (target === 'project') return beginProjectDeletion(tx, actor, { projectId: id, name: target, now });
    return requestPrivacy(tx, actor, { mode: 'delete', subjectKind: 'user', subject: VICTIM, now });
  };
  return inScope({ db: database.as('api'), log: silentLog, clock: systemClock }, actor, begin);
}

/** Tables that have something of these projects or organizations. */
async function tablesWith({ owner }: TestDatabase, column: string, ids: readonly number[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select c.table_name as name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.column_name = ${column}`.execute(owner);
  const found: string[] = [];
  for (const { name } of rows) {
    // A line that says that there was something, without saying what; and the note that it was deleted.
    if (name === 'audit_log' || (name === 'deletions' && column === 'project_id')) continue;
    const left = await sql`
      select from ${sql.id(name)} where ${sql.id(column)} = any(${[...ids]}::integer[]) limit 1`.execute(owner);
    if (left.rows.length > 0) found.push(`${name}.${column}`);
  }
  return found;
}

async function main(): Promise<void> {
  await prepareTemplate();
  const database = await createTestDatabase();
  const redisUrl = process.env.TEST_REDIS_URL ?? '';
  const redis = connectRedis(redisUrl, silentLog, { enableOfflineQueue: true });
  const env = { DATABASE_URL: database.url('ingest'), REDIS_URL: redisUrl };
  const ingests = [await startIngestProcess(env), await startIngestProcess(env)];
  const worker = { db: database.as('worker'), log: silentLog, clock: systemClock, redis };
  const failures: string[] = [];
  try {
    const secrets = await arrange(database);
    const started = performance.now();
    await fill(ingests, secrets);
    await deriveRollups(worker);
    say(`${EACH * TARGETS.length} records in ${seconds(started)} s`);
    const senders = new Map(TARGETS.map((target) => [target, startRepeating(target, ingests, secrets[target])]));
    for (const target of TARGETS) {
      const began = performance.now();
      await ask(database, target);
      await runDeletions(worker, { signal: new AbortController().signal });
      say(`${target} deleted in ${seconds(began)} s`);
    }
    const before = new Map(TARGETS.map((target) => [target, senders.get(target)?.rounds() ?? 0]));
    // Everything is delivered once more, at least, now that it is gone.
    const isBehind = (target: Target) => (senders.get(target)?.rounds() ?? 0) < (before.get(target) ?? 0) + 1.1;
    while (TARGETS.some(isBehind)) await delay(100);
    for (const [target, sender] of senders) {
      await sender.stop();
      say(`${target}: answers ${[...sender.answers].map(([status, count]) => `${status} × ${count}`).join(', ')}`);
      if (sender.acceptedAgain > 0)
        failures.push(`${sender.acceptedAgain} deliveries to ${target} were accepted again`);
    }
    await deriveRollups(worker);
    failures.push(...(await judge(database)));
    for (const key of await findTextInRedis(redis, VICTIM)) failures.push(`the user is still in ${key} of Redis`);
  } finally {
    await Promise.all(ingests.map((ingest) => ingest.stop()));
    redis.disconnect();
    await database.drop();
  }
  for (const failure of failures) say(`FAILED: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
  else say('nothing has come back');
}

async function judge(database: TestDatabase): Promise<string[]> {
  const { owner } = database;
  const failures: string[] = [];
  const gone = [ID.project, ID.organization];
  const left = [
    ...(await tablesWith(database, 'project_id', gone)),
    ...(await tablesWith(database, 'organization_id', [ID.organization])),
  ];
  for (const place of left) failures.push(`something is left in ${place}`);
  for (const table of await findTextInDatabase(owner, VICTIM)) failures.push(`the user is still in ${table}`);
  const { rows } = await sql<{ records: number; calls: number }>`
    select (select count(*)::integer from usage_records) as records,
      (select coalesce(sum(calls), 0)::integer from usage_15m) as calls`.execute(owner);
  const others = Array.from({ length: EACH }, (_, i) => i).filter((i) => !isVictims(i)).length;
  const { records = 0, calls = 0 } = rows[0] ?? {};
  if (records !== others || calls !== others) {
    failures.push(`${records} records and ${calls} calls in the sums, and not the ${others} of others`);
  }
  const wrong = await countWrongSums(owner);
  if (wrong > 0) failures.push(`${wrong} sums are not those of the records`);
  return failures;
}

await main();
