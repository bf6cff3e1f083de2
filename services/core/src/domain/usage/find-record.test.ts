import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RecordDetail } from '../../contract/records.ts';
import { parseUsd } from '../../cost/money.ts';
import { inScope } from '../../db/scope.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import { findRecord } from './find-record.ts';
import { isRefused, prepareRecord } from './prepare-record.ts';
import type { PreparedRecord } from './prepared-record.ts';
import { storeUsage } from './store-usage.ts';

const CLAUDE = {
  input_cost_per_token: '0.000003',
  output_cost_per_token: '0.000015',
  cache_read_input_token_cost: '0.0000003',
  cache_creation_input_token_cost: '0.00000375',
};
const USAGE = {
  input_tokens: 21,
  cache_read_input_tokens: 1_000,
  cache_creation_input_tokens: 500,
  output_tokens: 393,
};

describe('findRecord', () => {
  let database: TestDatabase;
  const clock = testClock('2026-08-01T12:00:00Z');

  beforeAll(async () => {
    database = await createTestDatabase();
    const entry = { provider: 'anthropic', mode: 'chat', rates: CLAUDE };
    await sql`
      insert into organizations (id, name) values (1, 'One'), (2, 'Two');
      insert into projects (id, organization_id, name, capture_content) values (11, 1, 'A', true), (22, 2, 'X', false);
      insert into api_keys (id, project_id, name, prefix, hash) values (5, 11, 'Backend', 'tgk_abcdef', sha256('k'))    `.execute(
      database.owner,
    );
    await sql`insert into price_versions (model_key, entry, origin, edition)
      values ('claude-opus-5', ${JSON.stringify(entry)}::jsonb, 'sync', '2026-08')`.execute(database.owner);
  });
  afterAll(() => database.drop());

  async function store(said: object, ...more: object[]): Promise<PreparedRecord[]> {
    const catalog = await loadOrganizationCatalog(database.owner, 1);
    const owner = { projectId: 11, keyId: 5, captureContent: true, retentionDays: 90, organizationId: 1 };
    const prepared = [said, ...more].map((record) => {
      const given = { source: 'anthropic.messages', model: 'claude-opus-5', usage: USAGE, ...record };
      const result = prepareRecord(
        { timestamp: '2026-08-01T10:00:00.000Z', ...given },
        { owner, catalog, now: clock.now() },
      );
      if (isRefused(result)) throw new Error(result.message);
      return result;
    });
    for (const record of prepared) await storeUsage(testContext(database.as('ingest'), clock), [record]);
    return prepared;
  }

  const find = (record: { eventId: string; ts?: Date }, organizationId = 1): Promise<RecordDetail> =>
    inScope(testContext(database.as('api')), { organizationId }, (tx) =>
      findRecord(tx, organizationId, { projectId: 11, id: record.eventId, timestamp: record.ts?.toISOString() }),
    );

  const sumOf = ({ costDetail }: RecordDetail) =>
    costDetail.lines.reduce((sum, { amount }) => sum + (parseUsd(amount) ?? 0n), 0n);

  it('shows quantity × rate = amount by the version of the list that it names', async () => {
    const [record] = await store({ tags: { team: 'x' }, user: 'u', content: { prompt: 'Hi', response: 'Hello' } });
    if (!record) throw new Error('nothing stored');
    const detail = await find(record);
    expect(detail).toMatchObject({
      project: { id: 11, name: 'A' },
      key: { id: 5, name: 'Backend', prefix: 'tgk_abcdef' },
      cost: '0.008133',
      tags: { team: 'x' },
      content: { prompt: 'Hi', response: 'Hello' },
      rawUsage: USAGE,
      winner: null,
      duplicates: [],
      costDetail: {
        exact: true,
        classes: { input: '0.000063', cacheRead: '0.0003', cacheWrite5m: '0.001875', output: '0.005895' },
        price: { kind: 'list', modelKey: 'claude-opus-5', edition: '2026-08', origin: 'sync', replaced: false },
        match: { code: 'bare_key', text: 'The price list has the name alone, for the same provider.' },
      },
    });
    expect(detail.costDetail.lines).toContainEqual({
      costClass: 'cacheRead',
      quantity: 1_000,
      rate: '0.0000003',
      field: 'cache_read_input_token_cost',
      factors: [],
      amount: '0.0003',
      approximate: [],
    });
    expect(sumOf(detail)).toBe(parseUsd(detail.cost ?? ''));
    expect((await find({ eventId: record.eventId })).id).toBe(record.eventId);
  });

  it('explains an override over the list, also when it was taken back and the list was corrected', async () => {
    await sql`insert into price_overrides (id, organization_id, model_key, kind, rates, note)
      overriding system value values (70, 1, 'claude-opus-5', 'override', '{"output_cost_per_token": "0.00001"}', 'our contract')`.execute(
      database.owner,
    );
    const [record] = await store({});
    if (!record) throw new Error('nothing stored');
    expect(record.priceVersionId).toBe(-70);
    const before = await find(record);
    expect(before.costDetail).toMatchObject({
      exact: true,
      price: { kind: 'override', id: 70, note: 'our contract', replaced: false },
    });
    await sql`update price_overrides set withdrawn_at = now() where id = 70;
      update price_versions set superseded_at = now() where model_key = 'claude-opus-5';
      insert into price_versions (model_key, entry, origin, edition) values ('claude-opus-5',
        '{"provider": "anthropic", "mode": "chat", "rates": {"input_cost_per_token": "0.000009"}}', 'correction', '2026-09')`.execute(
      database.owner,
    );
    const after = await find(record);
    expect(after.costDetail).toEqual({
      ...before.costDetail,
      price: before.costDetail.price && { ...before.costDetail.price, replaced: true },
    });
    expect(sumOf(after)).toBe(parseUsd(after.cost ?? ''));
    await sql`delete from price_versions where origin = 'correction';
      update price_versions set superseded_at = null`.execute(database.owner);
  });

  it('says why there is no cost, and does not claim a calculation that it cannot make', async () => {
    const [unknown, erased] = await store({ model: 'nobody-knows' }, {});
    if (!unknown || !erased) throw new Error('nothing stored');
    expect((await find(unknown)).costDetail).toMatchObject({
      lines: [],
      price: null,
      match: { code: 'unknown_model', text: 'No price list has a model of this name.' },
    });
    await sql`update usage_records set raw_usage = null, input_pico_usd = input_pico_usd + 1, total_pico_usd = total_pico_usd + 1
      where event_id = ${erased.eventId}`.execute(database.owner);
    const detail = await find(erased);
    expect(detail.costDetail.exact).toBe(false);
    expect(detail.costDetail.lines).toHaveLength(4);
  });

  it('links the reports of one call both ways', async () => {
    const [first, second] = await store(
      { responseId: 'msg_1', timestamp: '2026-08-01T09:00:00.000Z' },
      {
        responseId: 'msg_1',
        timestamp: '2026-08-01T09:00:02.000Z',
        source: 'normalized',
        provider: 'anthropic',
        usage: { tokens: { input: 21 } },
      },
    );
    if (!first || !second) throw new Error('nothing stored');
    expect((await find(first)).duplicates).toMatchObject([{ id: second.eventId, source: 'normalized' }]);
    const duplicate = await find(second);
    expect(duplicate.winner).toMatchObject({ id: first.eventId, source: 'anthropic.messages', cost: '0.008133' });
    expect(duplicate.duplicateOf).toBe(first.eventId);
  });

  it("finds nothing of others' projects, and no record that is not there", async () => {
    const [record] = await store({});
    if (!record) throw new Error('nothing stored');
    await expect(find(record, 2)).rejects.toMatchObject({ code: 'not_found' });
    await expect(find({ eventId: crypto.randomUUID() })).rejects.toMatchObject({ code: 'not_found' });
    await expect(find({ ...record, ts: new Date(record.ts.getTime() + 1) })).rejects.toMatchObject({
      code: 'not_found',
    });
  });
});
