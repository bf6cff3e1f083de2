import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Context } from '../../context.ts';
import { priceUsage } from '../../cost/price-usage.ts';
import type { Db } from '../../db/connection.ts';
import { type TestClock, testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { APRIL, AUGUST } from '../../testing/price-files.ts';
import { type Catalogs, createCatalogs } from './catalogs.ts';
import { importPrices } from './import-prices.ts';
import { loadOrganizationCatalog } from './load-catalog.ts';

let database: TestDatabase;
let ingest: Db;
let worker: Context;
let clock: TestClock;
let catalogs: Catalogs;

beforeAll(async () => {
  database = await createTestDatabase();
  ingest = database.as('ingest');
  clock = testClock('2026-04-10T00:00:00Z');
  worker = testContext(database.as('worker'), clock);
});
afterAll(() => database.drop());
beforeEach(async () => {
  await sql`truncate price_sync_changes, price_syncs, price_versions, organizations cascade`.execute(database.owner);
  await sql`insert into organizations (id, name) values (1, 'One'), (2, 'Two')`.execute(database.owner);
  clock.set('2026-04-10T00:00:00Z');
  await importPrices(worker, { text: APRIL, fileName: 'april.json' });
  // As who prices calls: with the rights of the ingest.
  catalogs = createCatalogs(testContext(ingest, clock));
});

const override = (
  organizationId: number,
  values: { key: string; rates: object; kind?: string; provider?: string; from?: string },
) =>
  sql`insert into price_overrides (organization_id, model_key, provider, kind, rates, effective_from)
    values (${organizationId}, ${values.key}, ${values.provider ?? null}, ${values.kind ?? 'override'},
      ${JSON.stringify(values.rates)}, ${values.from ?? '-infinity'})`.execute(database.owner);

async function price(organizationId: number, model: string, time = '2026-05-01T00:00:00Z', provider = 'openai') {
  const usage = { tokens: { input: 1_000_000, output: 1_000_000 }, approximate: [] };
  const catalog = await catalogs.forOrganization(organizationId);
  const result = priceUsage(catalog, { provider, model, usage, timestampMs: Date.parse(time) });
  if (result.status === 'unpriced') return result.reason;
  const { costs, priceVersion, priceOrigin, matchedBy, approximate } = result;
  const usd = Object.fromEntries(Object.entries(costs).map(([name, cost]) => [name, Number(cost) / 1e12]));
  return { ...usd, priceVersion, priceOrigin, matchedBy, approximate };
}

describe('what an organization lays over the list', () => {
  it('wins for it alone, from its time on, field by field', async () => {
    await override(1, { key: 'model-cheaper', rates: { input_cost_per_token: '0' }, from: '2026-05-01T00:00:00Z' });
    const [row] = (await sql<{ id: number }>`select id from price_overrides`.execute(database.owner)).rows;
    expect(await price(1, 'model-cheaper')).toMatchObject({
      input: 0,
      output: 8,
      priceVersion: -(row?.id ?? 0),
      priceOrigin: 'override',
    });
    expect(await price(1, 'model-cheaper', '2026-04-30T23:59:59Z')).toMatchObject({
      input: 2,
      output: 8,
      priceOrigin: 'list',
    });
    expect(await price(2, 'model-cheaper')).toMatchObject({ input: 2, output: 8, priceOrigin: 'list' });
  });

  it('can stand alone, and can price a model that the list does not have', async () => {
    await override(1, { key: 'model-cheaper', kind: 'replacement', rates: { input_cost_per_token: '1' } });
    await override(1, {
      key: 'our-llama',
      provider: 'vllm',
      rates: { input_cost_per_token: '0.000001', output_cost_per_token: '0' },
    });
    expect(await price(1, 'model-cheaper')).toBe('missing_rate');
    expect(await price(1, 'our-llama', undefined, 'vllm')).toMatchObject({ input: 1, output: 0, approximate: [] });
    expect(await price(2, 'our-llama', undefined, 'vllm')).toBe('unknown_model');
  });

  it('names models as it likes, by the provider where it says so', async () => {
    await sql`insert into model_aliases (organization_id, provider, name, model_key) values
      (1, null, 'prod', 'model-cheaper'), (1, 'azure', 'prod', 'model-same')`.execute(database.owner);
    expect(await price(1, 'prod')).toMatchObject({ input: 2, matchedBy: 'alias' });
    expect(await price(1, 'prod', undefined, 'azure')).toMatchObject({ input: 0.25, matchedBy: 'alias' });
    expect(await price(2, 'prod')).toBe('unknown_model');
    const usage = { tokens: { input: 1 }, approximate: [] };
    const once = await loadOrganizationCatalog(worker.db, 1);
    expect(priceUsage(once, { provider: 'openai', model: 'prod', usage, timestampMs: 0 })).toMatchObject({
      matchedBy: 'alias',
    });
  });
});

describe('what is kept of the prices', () => {
  const august = async () => {
    clock.set('2026-08-10T00:00:00Z');
    await importPrices(worker, { text: AUGUST, fileName: 'august.json' });
  };
  const september = '2026-09-01T00:00:00Z';

  it('is the same catalog as long as nothing has changed', async () => {
    await override(1, { key: 'model-cheaper', rates: { input_cost_per_token: '0' } });
    const [one, two] = [await catalogs.forOrganization(1), await catalogs.forOrganization(2)];
    expect(one).not.toBe(two);
    clock.set('2026-04-10T01:00:00Z');
    await catalogs.forOrganization(1);
    expect(await catalogs.fresh(1)).toBe(one);
    expect(await catalogs.fresh(2)).toBe(two);
  });

  it('is looked up again when it is told that something has changed, of one organization or of all', async () => {
    expect(await price(1, 'model-tenth', september)).toMatchObject({ input: 0.2 });
    expect(await price(1, 'model-cheaper', september)).toMatchObject({ input: 2 });
    await override(1, { key: 'model-cheaper', rates: { input_cost_per_token: '0' } });
    expect(await price(1, 'model-cheaper', september)).toMatchObject({ input: 2 });
    catalogs.expire(2);
    expect(await price(1, 'model-cheaper', september)).toMatchObject({ input: 2 });
    catalogs.expire(1);
    expect(await price(1, 'model-cheaper', september)).toMatchObject({ input: 0 });
    const day = clock.now().toISOString();
    await august();
    clock.set(day);
    expect(await price(1, 'model-tenth', september)).toMatchObject({ input: 0.2 });
    catalogs.expire();
    expect(await price(1, 'model-tenth', september)).toMatchObject({ input: 0.02 });
  });

  it('is looked up again after a minute, and the old serves until then', async () => {
    expect(await price(1, 'model-tenth', september)).toMatchObject({ input: 0.2 });
    await august();
    expect(await price(1, 'model-tenth', september)).toMatchObject({ input: 0.2 });
    await expect.poll(() => price(1, 'model-tenth', september)).toMatchObject({ input: 0.02 });
  });

  it('serves while the database is away; only the very first look can fail', async () => {
    const gone = database.as('ingest');
    const kept = createCatalogs(testContext(gone, clock));
    const before = await kept.forOrganization(1);
    await gone.destroy();
    kept.expire();
    expect(await kept.forOrganization(1)).toBe(before);
    await expect(kept.forOrganization(2)).rejects.toThrow();
  });
});
