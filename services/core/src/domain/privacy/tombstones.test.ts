import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { findProjectStates } from '../projects/closed-projects.ts';
import { buryEvents, findBuried, forgetTombstones } from './tombstones.ts';

const DAY = new Date('2026-08-01T00:00:00Z');

describe('tombstones', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
    await sql`
      insert into organizations (id, name) values (1, 'One');
      insert into projects (id, organization_id, name) values (11, 1, 'A'), (12, 1, 'B')`.execute(database.owner);
  });
  afterAll(() => database.drop());

  const blocked = async () => {
    const { rows } = await sql`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
      database.owner,
    );
    return rows.length;
  };

  it('cost a project that has none not even a look', async () => {
    const { guarded, closed } = await database
      .as('ingest')
      .transaction()
      .execute((tx) => findProjectStates(tx, [11, 12]));
    expect([guarded, closed]).toEqual([new Set(), new Map()]);
  });

  it('are known to every writer before a record may go: one that has not looked is waited for', async () => {
    const eventId = randomUUID();
    const steps: string[] = [];
    const looked = Promise.withResolvers<void>();
    const writer = database
      .as('ingest')
      .transaction()
      .execute(async (tx) => {
        expect((await findProjectStates(tx, [11])).guarded).toEqual(new Set());
        looked.resolve();
        await expect.poll(blocked, { timeout: 20_000 }).toBe(1);
        steps.push('written');
      });
    await looked.promise;
    await buryEvents(database.as('worker'), 11, DAY, [eventId]).then(() => steps.push('buried'));
    await writer;
    expect(steps).toEqual(['written', 'buried']);
    await database
      .as('ingest')
      .transaction()
      .execute(async (tx) => {
        expect((await findProjectStates(tx, [11, 12])).guarded).toEqual(new Set([11]));
        const [hers, another] = [
          { projectId: 11, eventId },
          { projectId: 11, eventId: randomUUID() },
        ];
        expect(await findBuried(tx, [hers, another, { projectId: 12, eventId }])).toEqual(new Set([hers]));
      });
  });

  it('keep their salt when others are forgotten while they are being written', async () => {
    const worker = database.as('worker');
    const eventId = randomUUID();
    await sql`insert into usage_tombstone_salts (project_id, salt) values (12, sha256('salt'))`.execute(database.owner);
    // Somebody who writes the same hash, and gives up, holds up whoever writes it while its salt is read.
    const release = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const other = database.owner
      .transaction()
      .execute(async (tx) => {
        await sql`insert into usage_tombstones (project_id, hash, day)
          select project_id, usage_tombstone_hash(salt, ${eventId}::uuid), ${DAY}::date
          from usage_tombstone_salts where project_id = 12`.execute(tx);
        written.resolve();
        await release.promise;
        throw new Error('given up');
      })
      .catch(() => {});
    await written.promise;
    const burying = buryEvents(worker, 12, DAY, [eventId]);
    await expect.poll(blocked, { timeout: 20_000 }).toBe(1);
    const forgetting = forgetTombstones(worker, 12, DAY);
    await Promise.race([forgetting, expect.poll(blocked, { timeout: 20_000 }).toBe(2)]);
    release.resolve();
    await Promise.all([other, burying, forgetting]);
    const hers = { projectId: 12, eventId };
    expect(
      await database
        .as('ingest')
        .transaction()
        .execute((tx) => findBuried(tx, [hers])),
    ).toEqual(new Set([hers]));
  });
});
