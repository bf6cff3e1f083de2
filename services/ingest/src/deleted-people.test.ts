import { inScope } from '@tokengrip/core/db/scope';
import { requestPrivacy } from '@tokengrip/core/domain/privacy/request-privacy';
import { runDeletions } from '@tokengrip/core/domain/privacy/run-deletions';
import { purgeRecords } from '@tokengrip/core/domain/retention/purge-records';
import { checkRollups } from '@tokengrip/core/domain/rollups/check-rollups';
import { deriveRollups } from '@tokengrip/core/domain/rollups/derive-rollups';
import { testClock, testContext } from '@tokengrip/core/testing/context';
import { findTextInDatabase } from '@tokengrip/core/testing/find-text';
import { testRedis } from '@tokengrip/core/testing/redis';
import type { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';

const JANE = 'jane-4c1e77';
const ACTOR = { organizationId: 1, userId: 7 };
const PATIENCE = { timeout: 25_000 };

describe('somebody who was deleted', () => {
  const clock = testClock();
  let ingest: IngestFixture;
  let redis: Redis;
  let made = 0;

  beforeEach(async () => {
    ingest = await startIngestFixture();
    redis = testRedis();
    await sql`insert into users (id, email, name, password_hash) values (7, 'a@one.test', 'Ada', 'x')`.execute(
      ingest.database.owner,
    );
  });
  afterEach(async () => {
    redis.disconnect();
    await ingest.close();
  });

  const record = (user: string, timestamp = '2026-08-01T11:59:00Z') => {
    made += 1;
    return {
      id: `019d0000-0000-7000-8000-${String(made).padStart(12, '0')}`,
      timestamp,
      source: 'openai.chat',
      model: 'gpt-test',
      usage: { prompt_tokens: 10, completion_tokens: 1 },
      user,
    };
  };
  const batch = (size: number, user: string) => Array.from({ length: size }, () => record(user));

  async function send(records: readonly object[]): Promise<{ accepted: number; duplicates: number }> {
    const reply = await ingest.server.inject({
      method: 'POST',
      url: '/v1/usage',
      headers: { authorization: `Bearer ${ingest.secret}` },
      payload: { records },
    });
    expect(reply.statusCode).toBe(200);
    return reply.json();
  }

  const worker = () => ({ ...testContext(ingest.database.as('worker'), clock), redis });
  const ask = () =>
    inScope(testContext(ingest.database.as('api'), clock), ACTOR, (tx) =>
      requestPrivacy(tx, ACTOR, { mode: 'delete', subjectKind: 'user', subject: JANE, now: clock.now() }),
    );
  const run = () => runDeletions(worker(), { signal: new AbortController().signal });
  const count = async (table: string) =>
    Number(
      (await sql<{ n: bigint }>`select count(*) as n from ${sql.id(table)}`.execute(ingest.database.owner)).rows[0]?.n,
    );
  const totals = async () =>
    (
      await sql<{ calls: number; tokens: number }>`
        select coalesce(sum(calls), 0)::integer as calls, coalesce(sum(input_tokens), 0)::integer as tokens from usage_15m`.execute(
        ingest.database.owner,
      )
    ).rows[0];

  it('does not come back with deliveries that are repeated', async () => {
    const [hers, his] = [batch(3, JANE), batch(2, 'joe')];
    await send([...hers, ...his]);
    await ask();
    await run();
    expect(await send([...hers, ...his])).toMatchObject({ accepted: 0, duplicates: 5 });
    expect(await totals()).toEqual({ calls: 2, tokens: 20 });
    expect(await findTextInDatabase(ingest.database.owner, JANE)).toEqual([]);
    for (const { id } of hers) expect(await findTextInDatabase(ingest.database.owner, id)).toEqual([]);
  });

  it('claims no response with a delivery that is repeated: another source that reports it counts', async () => {
    const hers = { ...record(JANE), responseId: 'resp-of-hers' };
    await send([hers]);
    await ask();
    await run();
    await send([hers, record('joe')]);
    expect(await count('provider_responses')).toBe(0);
    await send([
      {
        ...record('joe'),
        source: 'openai.responses',
        usage: { input_tokens: 10, output_tokens: 1 },
        responseId: 'resp-of-hers',
      },
    ]);
    expect(await totals()).toEqual({ calls: 2, tokens: 20 });
  });

  it('may call again: what was never here is a new call', async () => {
    await send(batch(2, JANE));
    await ask();
    await run();
    expect(await send(batch(1, JANE))).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(await totals()).toEqual({ calls: 1, tokens: 10 });
  });

  it('stays gone while senders deliver everything again and again during the deletion', async () => {
    const hers = Array.from({ length: 30 }, () => batch(100, JANE));
    const his = Array.from({ length: 10 }, () => batch(100, 'joe'));
    for (const records of [...hers, ...his]) await send(records);
    await ask();
    let stop = false;
    let delivered = 0;
    const sender = async (first: number) => {
      for (let turn = first; !stop; turn += 1) {
        const records = [...(hers[turn % hers.length] ?? []), ...(his[turn % his.length] ?? [])];
        const { accepted } = await send(records);
        expect(accepted).toBe(0);
        delivered += 1;
      }
    };
    const senders = [0, 7, 15, 22].map(sender);
    try {
      await expect.poll(() => delivered, PATIENCE).toBeGreaterThan(4);
      await run();
      const after = delivered;
      await expect.poll(() => delivered, PATIENCE).toBeGreaterThan(after + 32);
    } finally {
      stop = true;
      await Promise.all(senders);
    }
    expect(await totals()).toEqual({ calls: 1_000, tokens: 10_000 });
    expect(await count('usage_records')).toBe(1_000);
    expect(await count('usage_tombstones')).toBe(3_000);
    await deriveRollups(worker());
    expect(await checkRollups(worker(), { repair: false })).toEqual([]);
    expect(await findTextInDatabase(ingest.database.owner, JANE)).toEqual([]);
  });

  it('leaves nothing when their days are over', async () => {
    await send([record(JANE), record(JANE, '2026-07-25T10:00:00Z')]);
    await ask();
    await run();
    await sql`update organizations set retention_days = 3`.execute(ingest.database.owner);
    await purgeRecords(worker());
    expect([await count('usage_tombstones'), await count('usage_tombstone_salts')]).toEqual([1, 1]);
    const later = testContext(ingest.database.as('worker'), testClock('2026-08-10T12:00:00Z'));
    await purgeRecords(later);
    expect([await count('usage_tombstones'), await count('usage_tombstone_salts')]).toEqual([0, 0]);
  });
});
