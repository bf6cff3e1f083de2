import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, MIGRATIONS_DIR, migrateTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { createPartitions } from './partitions.ts';

describe('an installation that is brought up to date', () => {
  let database: TestDatabase;
  let folder: string;
  beforeAll(async () => {
    database = await createTestDatabase('template0');
    folder = await mkdtemp(join(tmpdir(), 'tokengrip-migrations-'));
  });
  afterAll(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  /** Migrates with the files up to the one that begins with this number. */
  async function migrateTo(last: string): Promise<void> {
    const files = (await readdir(MIGRATIONS_DIR)).filter((name) => name.endsWith('.sql') && name.slice(0, 4) <= last);
    await Promise.all(files.map((name) => cp(join(MIGRATIONS_DIR, name), join(folder, name))));
    await migrateTestDatabase(database.name, folder);
  }

  const records = async (from: string) => {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.id(from)} order by ts, event_id`.execute(
      database.owner,
    );
    return rows;
  };

  it('keeps every column of every record when names move into series, and takes new ones in the same days', async () => {
    await migrateTo('0012');
    const day = new Date('2026-08-01T00:00:00Z');
    await createPartitions(database.owner, { from: day, to: new Date('2026-08-02T00:00:00Z') });
    await sql`
      insert into usage_records (project_id, ts, event_id, received_at, key_id, price_version_id, latency_ms,
          input_tokens, output_tokens, status, cost_status, input_pico_usd, total_pico_usd, streamed, interactive,
          source, provider, model, feature, environment, finish_reason, reasoning_effort, requested_tier, service_tier,
          price_match, end_user, session, customer, trace_id, response_id, tags, raw_usage, request_hash, prefix_hash,
          approximate, attempts, duplicate_of)
      select 1 + i % 2, '2026-08-01T00:00:00Z'::timestamptz + i * interval '1 hour', gen_random_uuid(), now(), nullif(i % 3, 0), i, i,
        i, 2 * i, 'ok', 'priced', i, 3 * i, (array[true, false, null])[1 + i % 3], i % 5 = 0,
        'openai.chat', 'openai', 'm' || i % 4, (array['a', null, ''])[1 + i % 3], null, 'stop', 'low', 'flex', 'default',
        'exact', 'u', 's', 'c', case when i % 2 = 0 then md5(i::text) else 'trace ' || i end, 'r' || i, '{"k": "v"}',
        '{"n": 1}', md5('a' || i)::uuid, md5('b' || i)::uuid, '{reason}', 2, null
      from generate_series(1, 40) as i`.execute(database.owner);
    const before = await records('usage_records');

    await migrateTo('9999');

    const now = await records('usage_calls');
    const digits = (hash: unknown) => String(hash).replaceAll('-', '').slice(0, 16);
    for (const [i, row] of before.entries()) {
      const expected = {
        ...row,
        request_hash: digits(row.request_hash),
        prefix_hash: digits(row.prefix_hash),
      };
      expect(now[i]).toMatchObject(expected);
    }
    expect(now).toHaveLength(before.length);
    const { rows } = await sql<{ day: string }>`select day::text as day from usage_partition_days()`.execute(
      database.owner,
    );
    expect(rows).toEqual([{ day: '2026-08-01' }, { day: '2026-08-02' }]);
  });

  it('changes nothing when it is run again', async () => {
    const before = await records('usage_calls');
    await migrateTo('9999');
    expect(await records('usage_calls')).toEqual(before);
  });
});
