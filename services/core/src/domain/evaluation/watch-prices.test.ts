import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DAY, MINUTE } from '../../clock.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { watchPrices } from './watch-prices.ts';

const NOW = new Date('2026-08-01T12:00:00Z');
const STEP = { from: new Date(NOW.getTime() - 5 * MINUTE), until: NOW };
const ORGANIZATION = { id: 1, timeZone: 'UTC', projectIds: [11] };

describe('watching prices', () => {
  let database: TestDatabase;
  const clock = testClock(NOW.toISOString());
  const watch = (step: { from: Date | undefined; until: Date } = STEP) =>
    watchPrices({ ...testContext(database.as('worker'), clock), jobs: { send: async () => {} } }, ORGANIZATION, step);

  beforeAll(async () => {
    database = await createTestDatabase();
    await sql`insert into organizations (id, name, time_zone) values (1, 'One', 'UTC');
      insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
      insert into projects (id, organization_id, name) values (11, 1, 'Shop')`.execute(database.owner);
    for (const model of ['used', 'also-used', 'never-used']) {
      for (const [rate, edition] of [
        ['0.000002', 'old'],
        ['0.000001', 'new'],
      ]) {
        const entry = JSON.stringify({ provider: 'openai', mode: 'chat', rates: { input_cost_per_token: rate } });
        await sql`insert into price_versions (model_key, entry, origin, edition, effective_from, effective_to)
          values (${model}, ${entry}, 'sync', ${edition}, ${edition === 'old' ? sql`'-infinity'` : sql`${NOW}`},
            ${edition === 'old' ? sql`${NOW}` : null})`.execute(database.owner);
      }
    }
    await storeUsage(
      testContext(database.as('ingest'), clock),
      ['used', 'also-used'].map((model) => testRecord({ ts: new Date(NOW.getTime() - MINUTE), model })),
    );
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await sql`delete from alerts; delete from price_syncs; delete from price_overrides`.execute(database.owner);
  });

  async function sync(models: readonly string[], minutesAgo = 1, kind: 'changed' | 'removed' = 'changed') {
    const at = new Date(NOW.getTime() - minutesAgo * MINUTE);
    const { rows } = await sql<{ id: number }>`
      insert into price_syncs (kind, status, source, started_at, finished_at)
      values ('sync', 'applied', 'test', ${at}, ${at}) returning id`.execute(database.owner);
    for (const model of models) {
      const version = (edition: string) =>
        sql`(select id from price_versions where model_key = ${model} and edition = ${edition})`;
      await sql`insert into price_sync_changes (sync_id, model_key, kind, previous_version_id, version_id)
        values (${rows[0]?.id}, ${model}, ${kind}, ${version('old')}, ${kind === 'changed' ? version('new') : null})`.execute(
        database.owner,
      );
    }
  }
  const told = async () => {
    const { rows } = await sql<{ title: string; text: string[]; facts: { label: string }[] }>`
      select title, text, facts from alerts where kind = 'price_changed' order by id`.execute(database.owner);
    return rows;
  };

  it('tells once, with the old and the new rate, of a model in use', async () => {
    await sync(['used', 'never-used']);
    await Promise.all([watch(), watch()]);
    await watch();
    const [alert, ...more] = await told();
    expect(more).toEqual([]);
    expect(alert?.title).toBe('The price of used has changed');
    expect(alert?.text[0]).toBe('used: input cost per token 2 → 1 USD per million.');
  });

  it('makes one alert of a list that changes several, and says what was removed', async () => {
    await sync(['used', 'also-used'], 1, 'removed');
    await watch();
    const [alert] = await told();
    expect(alert?.title).toBe('The prices of 2 models in use have changed');
    expect(alert?.facts.map(({ label }) => label)).toEqual(['also-used', 'used']);
    expect(alert?.text[0]).toBe('also-used: is no longer in the price list.');
  });

  it('resolves it when none of its models was called for a month', async () => {
    const states = async () => {
      const { rows } = await sql<{ state: string }>`select state from alerts`.execute(database.owner);
      return rows.map(({ state }) => state);
    };
    await sync(['used', 'never-used']);
    await watch();
    const later = (days: number) => new Date(NOW.getTime() + days * DAY);
    await watch({ from: later(28), until: later(29) });
    expect(await states()).toEqual(['open']);
    await watch({ from: later(30), until: later(31) });
    expect(await states()).toEqual(['resolved']);
  });

  it('is silent about models that nobody uses, about what was before it first looked, and about other times', async () => {
    await sync(['never-used']);
    await watch();
    await sync(['used']);
    await watch({ from: undefined, until: NOW });
    await sync(['used'], 6);
    await watch({ from: new Date(NOW.getTime() - 5 * MINUTE), until: new Date(NOW.getTime() - 2 * MINUTE) });
    expect(await told()).toEqual([]);
  });

  it('is silent about prices that the organization has laid over the list', async () => {
    await sql`insert into price_overrides (organization_id, model_key, kind, rates)
      values (1, 'used', 'override', '{"input_cost_per_token": "0.000003"}')`.execute(database.owner);
    await sync(['used']);
    await watch();
    expect(await told()).toEqual([]);
  });
});
