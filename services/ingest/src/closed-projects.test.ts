import { deleteProject } from '@tokengrip/core/domain/projects/delete-project';
import { testClock, testContext } from '@tokengrip/core/testing/context';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type IngestFixture, startIngestFixture } from './testing/ingest-fixture.ts';

describe('a project that takes no more records', () => {
  let ingest: IngestFixture;
  let made = 0;

  beforeEach(async () => {
    ingest = await startIngestFixture();
  });
  afterEach(() => ingest.close());

  /** With the key as the ingest remembers it: nobody tells it of any change here. */
  const send = () => {
    made += 1;
    return ingest.server.inject({
      method: 'POST',
      url: '/v1/usage',
      headers: { authorization: `Bearer ${ingest.secret}` },
      payload: {
        id: `019d0000-0000-7000-8000-${String(made).padStart(12, '0')}`,
        timestamp: '2026-08-01T11:59:00Z',
        source: 'openai.chat',
        model: 'gpt-test',
        usage: { prompt_tokens: 1, completion_tokens: 1 },
      },
    });
  };

  it('answers with a code of its own when it is archived, though the key is still remembered', async () => {
    expect((await send()).statusCode).toBe(200);
    await sql`update projects set archived_at = now() where id = 11`.execute(ingest.database.owner);
    const reply = await send();
    expect([reply.statusCode, reply.json().code]).toEqual([403, 'project_archived']);
    expect(await ingest.records()).toHaveLength(1);
    await sql`update projects set archived_at = null where id = 11`.execute(ingest.database.owner);
    expect((await send()).statusCode).toBe(200);
  });

  it('takes the what-ifs about its calls with it', async () => {
    const { owner } = ingest.database;
    await sql`
      insert into whatifs (organization_id, name, selection, project_ids, change, time_zone, state, created_at, touched_at)
      select 1, name, '{}', projects, '{}', 'UTC', 'done', now(), now()
      from (values ('its', array[11, 12]), ('another', array[12])) as made (name, projects)`.execute(owner);
    const steps = { progress: async () => {}, signal: new AbortController().signal };
    const worker = testContext(ingest.database.as('worker'), testClock());
    await deleteProject(worker, { organizationId: 1, projectId: 11 }, steps);
    const { rows } = await sql`select name from whatifs`.execute(owner);
    expect(rows).toEqual([{ name: 'another' }]);
  });

  it('gets nothing back of what was deleted while its senders go on', async () => {
    const worker = testContext(ingest.database.as('worker'), testClock());
    const statuses = new Map<number, number>();
    let stop = false;
    const sender = async () => {
      while (!stop) {
        const { statusCode } = await send();
        statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      }
    };
    const senders = [sender(), sender(), sender(), sender()];
    await expect.poll(() => statuses.get(200) ?? 0).toBeGreaterThan(20);
    const steps = { progress: async () => {}, signal: new AbortController().signal };
    const { records } = await deleteProject(worker, { organizationId: 1, projectId: 11 }, steps);
    const after = statuses.get(401) ?? 0;
    await expect.poll(() => statuses.get(401) ?? 0).toBeGreaterThan(after + 20);
    stop = true;
    await Promise.all(senders);
    expect(records).toBe(statuses.get(200));
    expect([...statuses.keys()].sort()).toEqual([200, 401]);
    for (const table of [
      'usage_records',
      'usage_15m',
      'usage_touched',
      'budget_spend',
      'provider_responses',
      'projects',
    ]) {
      const { rows } = await sql`select from ${sql.id(table)}`.execute(ingest.database.owner);
      expect(rows, table).toEqual([]);
    }
  });

  it('refuses a key that reads, and one whose time is over, by codes of their own', async () => {
    await sql`update api_keys set scopes = '{read}'`.execute(ingest.database.owner);
    const reply = await send();
    expect([reply.statusCode, reply.json().code]).toEqual([403, 'insufficient_scope']);
  });
});
