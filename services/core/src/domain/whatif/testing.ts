import { sql } from 'kysely';
import type { UsageRecord } from '../../contract/usage.ts';
import type { CompactPriceEntry } from '../../cost/compact-entry.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { createTestDatabase } from '../../testing/postgres.ts';
import { loadOrganizationCatalog } from '../prices/load-catalog.ts';
import type { Steps } from '../projects/delete-project.ts';
import { isRefused, prepareRecord } from '../usage/prepare-record.ts';
import { storeUsage } from '../usage/store-usage.ts';

/** USD per token and limits, such that a sum can be worked out in the head. */
const MODELS: Record<string, CompactPriceEntry> = {
  'old-model': {
    provider: 'openai',
    mode: 'chat',
    rates: {
      input_cost_per_token: '0.000002',
      cache_read_input_token_cost: '0.0000002',
      output_cost_per_token: '0.00001',
      input_cost_per_token_batches: '0.000001',
      output_cost_per_token_batches: '0.000005',
    },
  },
  'anthropic/new-model': {
    provider: 'anthropic',
    mode: 'chat',
    rates: {
      input_cost_per_token: '0.000001',
      cache_read_input_token_cost: '0.0000001',
      cache_creation_input_token_cost: '0.00000125',
      output_cost_per_token: '0.000004',
      input_cost_per_token_above_200k_tokens: '0.000002',
      output_cost_per_token_above_200k_tokens: '0.000006',
      cache_read_input_token_cost_above_200k_tokens: '0.0000002',
    },
    limits: { maxInputTokens: 300_000, maxOutputTokens: 1_000, promptCacheMinTokens: 1_024 },
  },
  'openai/small-embed': { provider: 'openai', mode: 'embedding', rates: { input_cost_per_token: '0.00000002' } },
};

export const NEW_MODEL = { provider: 'anthropic', model: 'new-model' };
export const PERIOD = { from: '2026-07-30T00:00:00Z', to: '2026-08-02T00:00:00Z' };

/** Two organizations with a project each, and prices. */
export async function startTestWhatIf() {
  const database = await createTestDatabase();
  const clock = testClock('2026-08-01T23:00:00Z');
  const sent: string[] = [];
  const jobs = {
    send: async (_definition: unknown, _payload: unknown, id?: string) => {
      sent.push(id ?? '');
    },
    sendAgain: async (_definition: unknown, _payload: unknown, id: string) => {
      sent.push(id);
      return true;
    },
  };
  const api = { ...testContext(database.as('api'), clock), jobs };
  const worker = { ...testContext(database.as('worker'), clock), jobs };
  await sql`
    insert into organizations (id, name, time_zone) values (1, 'One', 'Europe/Berlin'), (2, 'Two', 'UTC');
    insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
    insert into memberships (organization_id, user_id, role) values (1, 1, 'owner');
    insert into projects (id, organization_id, name) values (11, 1, 'A'), (12, 1, 'B'), (21, 2, 'C')`.execute(
    database.owner,
  );
  for (const [key, entry] of Object.entries(MODELS)) {
    await sql`insert into price_versions (model_key, entry, origin, edition)
      values (${key}, ${JSON.stringify(entry)}::jsonb, 'snapshot', '2026-08')`.execute(database.owner);
  }
  const catalog = await loadOrganizationCatalog(worker.db, 1);

  /** Stores calls as the ingest would: of the old model, at ten o'clock, unless they say otherwise. */
  async function store(calls: readonly Partial<UsageRecord>[], projectId = 11): Promise<void> {
    const owner = { projectId, keyId: null, captureContent: false, retentionDays: 90 };
    const records = calls.map((call) => {
      const record = {
        source: 'normalized',
        provider: 'openai',
        model: 'old-model',
        timestamp: '2026-08-01T10:00:00Z',
        ...call,
      };
      const prepared = prepareRecord(record, { owner, catalog, now: clock.now() });
      if (isRefused(prepared)) throw new Error(`${prepared.field} ${prepared.message}`);
      return prepared;
    });
    await storeUsage(worker, records);
  }

  return {
    database,
    clock,
    worker,
    api,
    /** Ids of the jobs that were handed over. */
    sent,
    store,
    steps: { progress: async () => {}, signal: new AbortController().signal } as Steps,
    asker: { organizationId: 1, userId: 1, timeZone: 'Europe/Berlin' },
    close: () => database.drop(),
  };
}

export type TestWhatIf = Awaited<ReturnType<typeof startTestWhatIf>>;

export const tokens = (counts: Record<string, number>): Partial<UsageRecord> => ({ usage: { tokens: counts } });
