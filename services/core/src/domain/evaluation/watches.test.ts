import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../clock.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { watchStep } from './watches.ts';

const NOW = Date.parse('2026-08-01T12:00:00Z');
const UNTIL = new Date(NOW - 5 * MINUTE);

describe('a step of a watch', () => {
  let database: TestDatabase;
  const clock = testClock();
  const step = (work: (from: Date | undefined) => Promise<void>, until = UNTIL) =>
    watchStep(testContext(database.as('worker'), clock), 1, 'k', until, work);

  beforeAll(async () => {
    database = await createTestDatabase();
    await sql`insert into organizations (id, name) values (1, 'One')`.execute(database.owner);
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    clock.set(new Date(NOW).toISOString());
    await sql`delete from alert_watches`.execute(database.owner);
  });

  it('is done once, however many are at it, and goes on where the last one ended', async () => {
    const seen: (Date | undefined)[] = [];
    const note = async (from: Date | undefined) => void seen.push(from);
    const done = await Promise.all([step(note), step(note), step(note)]);
    expect(done.filter(Boolean)).toHaveLength(1);
    expect(await step(note)).toBe(false);
    await step(note, new Date(NOW));
    expect(seen).toEqual([undefined, UNTIL]);
  });

  it('holds no transaction open while somebody is at it', async () => {
    await step(async () => {
      const { rows } = await sql`
        select pid from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`.execute(
        database.owner,
      );
      expect(rows).toEqual([]);
    });
  });

  it('is free again at once when it failed', async () => {
    await expect(step(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await step(async () => {})).toBe(true);
  });

  it('is left to another worker when the one that had it is dead, who does not end it then', async () => {
    const late = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const dead = step(() => {
      begun.resolve();
      return late.promise;
    });
    await begun.promise;
    clock.set(new Date(NOW + 9 * MINUTE).toISOString());
    expect(await step(async () => {})).toBe(false);
    clock.set(new Date(NOW + 11 * MINUTE).toISOString());
    expect(
      await step(async () => {
        late.resolve();
        expect(await dead).toBe(false);
      }),
    ).toBe(true);
  });
});
