import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { runExport } from '@tokengrip/core/domain/exports/run-export';
import { storeUsage } from '@tokengrip/core/domain/usage/store-usage';
import { testContext } from '@tokengrip/core/testing/context';
import { testRecord } from '@tokengrip/core/testing/usage-record';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from './testing.ts';

const OWNER = { email: 'ada@example.com', name: 'Ada', password: 'a long enough password', timeZone: 'UTC' };
const PERIOD = 'from=2026-07-30T00:00:00Z&to=2026-08-02T00:00:00Z';
const ROWS = 6_000;

describe('records and exports over HTTP', () => {
  let api: TestApi;
  let projectId: number;
  let address: string;

  beforeAll(async () => {
    api = await startTestApi();
    api.signIn(await api.post('/auth/setup', OWNER));
    projectId = (await api.get('/me')).json().projects[0].id;
    address = await api.server.listen({ port: 0 });
    const start = Date.parse('2026-07-31T00:00:00Z');
    const records = Array.from({ length: ROWS }, (_, i) =>
      testRecord({
        ts: new Date(start + i * 1_000),
        projectId,
        totalPicoUsd: BigInt(i),
        costs: { input: BigInt(i) },
        feature: 'x'.repeat(150),
      }),
    );
    await storeUsage(testContext(api.database.as('ingest')), records);
  });
  afterAll(() => api.close());

  it('leads from a list to a record', async () => {
    const page = (await api.get(`/records?${PERIOD}&sort=cost&order=asc&limit=2`)).json();
    expect(page.records.map(({ cost }: { cost: string }) => cost)).toEqual(['0', '0.000000000001']);
    const { id, timestamp } = page.records[1];
    const detail = await api.get(`/records/${projectId}/${id}?timestamp=${timestamp}`);
    expect(detail.json()).toMatchObject({ id, cost: '0.000000000001', project: { name: 'Default' }, duplicates: [] });
    expect((await api.get(`/records/${projectId}/${crypto.randomUUID()}`)).json().code).toBe('not_found');
    expect((await api.get(`/records?cursor=${page.nextCursor}`)).json().errors[0].field).toBe('cursor');
    expect((await api.get('/values?dimension=model')).json()).toEqual({ values: [], more: false });
    expect((await api.get(`/values?dimension=model&${PERIOD}`)).json().values).toMatchObject([
      { value: 'm', calls: ROWS },
    ]);
  });

  it('sends figures and records as files with a name', async () => {
    const usage = await api.get(`/usage/export?${PERIOD}&format=csv&groupBy=model`);
    expect(usage.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="tokengrip-usage-2026-07-30-to-2026-08-01.csv"',
    });
    expect(usage.body).toBe(`model,cost,calls\r\nm,0.000017997,${ROWS}\r\n`);
    const records = await api.get(`/records/export?${PERIOD}&format=jsonl`);
    expect(records.body.trimEnd().split('\n')).toHaveLength(ROWS);
    expect((await api.get(`/records/export?${PERIOD}&format=xls`)).statusCode).toBe(400);
  });

  /** Reads a reply of a server that really listens: whether it ended well, and how many lines came. */
  async function read(path: string): Promise<{ ended: boolean; lines: number }> {
    const sent = httpRequest(new URL(`/api/v1${path}`, address), { headers: api.cookies() });
    sent.end();
    const [reply] = await once(sent, 'response');
    let lines = 0;
    return new Promise((resolve) => {
      reply.on('data', (piece: Buffer) => {
        lines += piece.toString('latin1').split('\n').length - 1;
      });
      reply.on('end', () => resolve({ ended: true, lines }));
      reply.on('error', () => resolve({ ended: false, lines }));
    });
  }

  it('breaks off where something goes wrong half way, so that half a file is no file', async () => {
    expect(await read(`/records/export?${PERIOD}&format=csv`)).toEqual({ ended: true, lines: ROWS + 1 });
    // Fails while the second page is read: the rows are looked at once to count them, then page by page.
    await sql`create sequence looks`.execute(api.database.owner);
    await sql`create function look() returns boolean language plpgsql volatile security definer as $$
      begin
        if nextval('looks') > ${sql.lit(ROWS + 3_000)} then raise 'broken on purpose'; end if;
        return true;
      end $$`.execute(api.database.owner);
    await sql`create policy broken on usage_records as restrictive to tokengrip_api using (look())`.execute(
      api.database.owner,
    );
    const { ended, lines } = await read(`/records/export?${PERIOD}&format=csv`);
    await sql`drop policy broken on usage_records`.execute(api.database.owner);
    expect(ended).toBe(false);
    expect(lines).toBeLessThan(ROWS);
  });

  it('gives the file of an export to whoever has its link, until it expires', async () => {
    const filter = { from: '2026-07-30T00:00:00Z', to: '2026-08-02T00:00:00Z', minCost: '0.000000000100' };
    const created = await api.post('/exports', { what: 'records', format: 'csv', filter });
    expect(created.statusCode).toBe(202);
    const { id } = created.json();
    const worker = testContext(api.database.as('worker'), api.clock);
    const { rows } = await sql<{ organization_id: number }>`select organization_id from exports`.execute(
      api.database.owner,
    );
    await runExport(
      worker,
      { organizationId: rows[0]?.organization_id ?? 0, exportId: id },
      { signal: new AbortController().signal },
    );
    const done = (await api.get(`/exports/${id}`)).json();
    expect(done).toMatchObject({ state: 'done', progress: 1, rows: ROWS - 100, filter });
    expect((await api.get('/exports')).json().exports).toEqual([done]);

    const path = done.download.path.replace('/api/v1', '');
    const back = api.newBrowser();
    const file = await api.get(path);
    expect(file.headers['content-length']).toBe(String(done.sizeBytes));
    expect(file.body.trimEnd().split('\r\n')).toHaveLength(ROWS - 100 + 1);
    const [token = ''] = path.split('/').slice(-1);
    for (const forged of [`9${token}`, token.replace(/\.\d+\./, '.999.'), `${token}x`, 'nonsense']) {
      expect((await api.get(`/exports/files/${forged}`)).json().code, forged).toBe('not_found');
    }
    api.pass(66 * 60_000);
    expect((await api.get(path)).statusCode).toBe(404);
    api.pass(-66 * 60_000);
    back();
    expect((await api.delete(`/exports/${id}`)).statusCode).toBe(204);
    expect((await api.get(path)).statusCode).toBe(404);
  });
});

it('says that a query takes too long as what it is', async () => {
  const api = await startTestApi();
  const { owner, name } = api.database;
  await sql`alter role tokengrip_api in database ${sql.id(name)} set statement_timeout = '500ms'`.execute(owner);
  try {
    api.signIn(await api.post('/auth/setup', OWNER));
    const reply = await owner.transaction().execute(async (tx) => {
      await sql`lock table usage_records, usage_15m in access exclusive mode`.execute(tx);
      return api.get(`/records?${PERIOD}`);
    });
    expect(reply.json()).toMatchObject({ code: 'query_too_slow', status: 422 });
  } finally {
    await api.close();
  }
});
