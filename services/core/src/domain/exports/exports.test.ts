import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Context } from '../../context.ts';
import type { NewExport, RecordsExportQuery } from '../../contract/exports.ts';
import { formatPicoUsd, parseUsd } from '../../cost/money.ts';
import { inScope, inSnapshot } from '../../db/scope.ts';
import { testClock, testContext } from '../../testing/context.ts';
import { parseCsv } from '../../testing/parse-csv.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { testRecord } from '../../testing/usage-record.ts';
import type { PreparedRecord } from '../usage/prepared-record.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { createExport } from './create-export.ts';
import { keepExports } from './keep-exports.ts';
import { deleteExport, findExport, listExports } from './list-exports.ts';
import { readExportFile } from './read-file.ts';
import { runExport } from './run-export.ts';
import { streamRecords } from './stream-records.ts';
import { usageFile } from './usage-file.ts';

const START = Date.parse('2026-07-30T00:00:00Z');
const PERIOD = { from: '2026-07-30T00:00:00.000Z', to: '2026-08-02T00:00:00.000Z' };
const ORGANIZATION = { id: 1, name: '=One', timeZone: 'Asia/Kathmandu' };
const MEMBER = { organizationId: 1, userId: 1, timeZone: 'Asia/Kathmandu' };
const NASTY = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\tx',
  '\rx',
  'a"b',
  'a,b',
  'a\r\nb',
  "'quoted",
  '＝1',
  'Ünï — 😀',
  ' x ',
  '',
];

const anyRecord = fc
  .record({
    at: fc.integer({ min: 0, max: 3 * 86_400_000 - 1 }),
    projectId: fc.constantFrom(11, 12),
    feature: fc.constantFrom(...NASTY.filter((text) => text !== '')),
    tags: fc.option(fc.dictionary(fc.constantFrom('team', '=cmd'), fc.constantFrom(...NASTY)), { nil: null }),
    tokens: fc.constantFrom({ input: 10 }, { input: 7, output: 9 }, {}),
    cost: fc.option(fc.bigInt({ min: 0n, max: 10n ** 14n }), { nil: null }),
  })
  .map(
    ({ at, cost, ...rest }): PreparedRecord =>
      testRecord({
        ...rest,
        ts: new Date(START + at),
        rawUsage: { total: 1 },
        ...(cost === null
          ? { costStatus: 'unpriced', totalPicoUsd: null }
          : { totalPicoUsd: cost, costs: { input: cost - cost / 3n, tools: cost / 3n } }),
      }),
  );

describe('exports', () => {
  const records = fc.sample(anyRecord, { numRuns: 500, seed: 11 }).sort((a, b) => a.ts.getTime() - b.ts.getTime());
  const total = formatPicoUsd(records.reduce((sum, { totalPicoUsd }) => sum + (totalPicoUsd ?? 0n), 0n));
  const clock = testClock('2026-08-02T00:00:00Z');
  let database: TestDatabase;
  let api: Context;
  let worker: Context;
  const sent: string[] = [];
  const again: string[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    api = testContext(database.as('api'), clock);
    worker = testContext(database.as('worker'), clock);
    await sql`
      insert into organizations (id, name) values (1, '=One'), (2, 'Two');
      insert into users (id, email, name, password_hash) values (1, 'a@one.test', 'Ada', 'x');
      insert into memberships (organization_id, user_id, role) values (1, 1, 'owner');
      insert into projects (id, organization_id, name) values (11, 1, '@A'), (12, 1, 'B'), (13, 1, 'C'), (22, 2, 'X')`.execute(
      database.owner,
    );
    const others = records.slice(0, 20).map((record) => ({ ...record, projectId: 22 }));
    await storeUsage(testContext(database.as('ingest')), [...records, ...others]);
  });
  afterAll(() => database.drop());

  const stream = async (query: Partial<RecordsExportQuery>, limits = { maxRows: 1_000, pageRows: 37 }) => {
    const file = await streamRecords(api, ORGANIZATION, { ...PERIOD, format: 'csv', ...query }, limits);
    const pieces: string[] = [];
    for await (const piece of file.text) pieces.push(piece);
    return { ...file, pieces, text: pieces.join('') };
  };
  const create = (input: Partial<NewExport> = {}) =>
    createExport({ ...api, jobs: { send: async (_job, _payload, id) => void sent.push(id ?? '') } }, MEMBER, {
      what: 'records',
      format: 'jsonl',
      filter: PERIOD,
      ...input,
    });
  const run = (exportId: number, signal = new AbortController().signal, pageRows = 37) =>
    runExport(worker, { organizationId: 1, exportId }, { signal, pageRows });
  const jobs = { sendAgain: async (_job: unknown, _payload: unknown, id: string) => again.push(id) > 0 };
  const keep = () => keepExports({ ...worker, jobs });
  const find = (exportId: number) => inScope(api, { organizationId: 1 }, (tx) => findExport(tx, 1, exportId));
  async function download(exportId: number, organizationId = 1): Promise<string> {
    const pieces: Buffer[] = [];
    const file = await readExportFile(api, { organizationId, exportId });
    for await (const piece of file.pieces) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    expect(bytes.length).toBe(file.sizeBytes);
    return bytes.toString();
  }
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  const sumOf = (rows: readonly { cost: string | null }[]) =>
    formatPicoUsd(rows.reduce((sum, { cost }) => sum + (parseUsd(cost ?? '0') ?? 0n), 0n));

  it('writes every record once, in order, in every format, and no formula into a spreadsheet', async () => {
    const csv = await stream({});
    expect(csv.fileName).toBe('tokengrip-records-2026-07-30-to-2026-08-01.csv');
    const [header = [], ...lines] = parseCsv(csv.text);
    const rows = lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i] ?? ''])));
    expect(rows.map(({ timestamp }) => timestamp)).toEqual(records.map(({ ts }) => ts.toISOString()));
    expect(rows.map(({ id }) => id).sort()).toEqual(records.map(({ eventId }) => eventId).sort());
    for (const line of lines) for (const cell of line) expect(cell).not.toMatch(/^[=+@\t\r\n＝-]/);
    const byId = new Map(records.map((record) => [record.eventId, record]));
    for (const row of rows) {
      expect(row.feature?.replace(/^'(?=[=+\-@\t\r＝])/, '')).toBe(byId.get(row.id ?? '')?.feature);
      expect(['@A', 'B']).toContain(row.project?.replace(/^'/, ''));
    }
    expect(sumOf(rows.map((row) => ({ cost: row.cost_usd || null })))).toBe(total);

    const json = JSON.parse((await stream({ format: 'json' })).text);
    expect(ids(json)).toEqual(rows.map(({ id }) => id));
    expect(sumOf(json)).toBe(total);
    expect(json[0]).toMatchObject({ rawUsage: { total: 1 }, tags: records[0]?.tags ?? {} });
    const lines2 = (await stream({ format: 'jsonl' })).text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines2).toEqual(json);
  });

  it('writes an empty file that is a whole one', async () => {
    const none = { model: ['none'] };
    expect(JSON.parse((await stream({ ...none, format: 'json' })).text)).toEqual([]);
    expect((await stream({ ...none, format: 'jsonl' })).text).toBe('');
    expect(parseCsv((await stream(none)).text)).toHaveLength(1);
    expect((await stream({ ...none, bom: true })).text.startsWith('\u{FEFF}project_id,')).toBe(true);
  });

  it('reads no more than a page further than the file is taken', async () => {
    let pages = 0;
    const counting: Context = {
      ...api,
      db: new Proxy(api.db, {
        get(target, name) {
          if (name === 'transaction') pages += 1;
          const value = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        },
      }),
    };
    const file = await streamRecords(
      counting,
      ORGANIZATION,
      { ...PERIOD, format: 'csv' },
      { maxRows: 1_000, pageRows: 10 },
    );
    const text = file.text[Symbol.asyncIterator]();
    await text.next();
    await text.next();
    await text.next();
    // What it is, two pages that were taken, and the one that comes next.
    expect(pages).toBe(4);
    await text.return?.();
  });

  it('refuses to stream more than one reply holds, and says what to do', async () => {
    await expect(stream({}, { maxRows: 499, pageRows: 10 })).rejects.toMatchObject({ code: 'export_too_large' });
    await expect(stream({ to: PERIOD.from })).rejects.toMatchObject({ fields: [{ field: 'to' }] });
  });

  it('writes charges in the columns of FOCUS that add up to the records, by local day', async () => {
    for (const minCost of [undefined, '0']) {
      const { text, fileName } = await stream({ ...(minCost === undefined ? {} : { minCost }), format: 'focus' });
      expect(fileName).toBe('tokengrip-charges-2026-07-30-to-2026-08-01.csv');
      const [header = [], ...lines] = parseCsv(text);
      expect(header.filter((name) => !name.startsWith('x_'))).toHaveLength(57);
      const rows = lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i] ?? ''])));
      expect(sumOf(rows.map((row) => ({ cost: row.BilledCost ?? '' })))).toBe(total);
      expect(new Set(rows.map((row) => row.ChargePeriodStart))).toEqual(
        new Set(['29', '30', '31'].map((day) => `2026-07-${day}T18:15:00Z`).concat('2026-08-01T18:15:00Z')),
      );
      const tokens = rows
        .filter((row) => row.SkuMeter === 'input')
        .reduce((sum, row) => sum + Number(row.ConsumedQuantity), 0);
      const counted = records.filter(({ costStatus }) => costStatus === 'priced' || minCost === undefined);
      expect(tokens).toBe(counted.reduce((sum, record) => sum + (record.tokens.input ?? 0), 0));
      expect(rows[0]).toMatchObject({
        BillingAccountName: "'=One",
        ChargeCategory: 'Usage',
        ServiceCategory: 'AI and Machine Learning',
        BillingCurrency: 'USD',
        BillingPeriodStart: '2026-06-30T18:15:00Z',
        BillingPeriodEnd: '2026-07-31T18:15:00Z',
      });
    }
  });

  it('makes a file in the background that says how many rows and what cost it holds', async () => {
    const { id, state, progress, download: none } = await create();
    expect({ state, progress, none }).toEqual({ state: 'queued', progress: 0, none: null });
    expect(sent).toContain(`export-${id}`);
    await run(id);
    const done = await find(id);
    expect(done).toMatchObject({ state: 'done', progress: 1, rows: 500, cost: total, createdBy: { name: 'Ada' } });
    const text = await download(id);
    expect(text).toBe((await stream({ format: 'jsonl' })).text);
    await run(id);
    expect(await find(id)).toEqual(done);
    await expect(download(id, 2)).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each(['csv', 'json', 'jsonl', 'focus'] as const)(
    'goes on with an interrupted %s where it ended',
    async (format) => {
      const { id } = await create({ format });
      for (let interrupted = 1; ; interrupted += 1) {
        const stop = new AbortController();
        const chunks = interrupted * 2;
        const watched: Context = {
          ...worker,
          clock: {
            now() {
              if (pages++ >= chunks) stop.abort();
              return clock.now();
            },
          },
        };
        let pages = 0;
        const ended = await runExport(
          watched,
          { organizationId: 1, exportId: id },
          { signal: stop.signal, pageRows: 37 },
        ).then(
          () => true,
          () => false,
        );
        if (ended) break;
      }
      expect((await find(id)).state).toBe('done');
      expect(await download(id)).toBe((await stream({ format })).text);
    },
  );

  it('is written once when several workers write it', async () => {
    const { id } = await create();
    await Promise.all([run(id), run(id), run(id)]);
    // Whoever lost the race for one piece leaves the rest to the others, who may have lost another.
    await run(id);
    expect(await find(id)).toMatchObject({ state: 'done', rows: 500, cost: total });
    expect(await download(id)).toBe((await stream({ format: 'jsonl' })).text);
  });

  it('leaves out what came in after it was asked for', async () => {
    const { id } = await create({ filter: { ...PERIOD, model: ['late', 'm'] } });
    await storeUsage(testContext(database.as('ingest')), [testRecord({ ts: new Date(START + 1), model: 'late' })]);
    await run(id);
    expect((await find(id)).rows).toBe(500);
    await sql`delete from usage_records where series_id in (select id from usage_series where model = 'late'); `.execute(
      database.owner,
    );
  });

  it('fails for good after five errors, and not before', async () => {
    const { id } = await create();
    await sql`update exports set filter = '{"from": "x", "to": "y"}', state = 'running' where id = ${id}`.execute(
      database.owner,
    );
    for (let i = 0; i < 4; i += 1) await expect(run(id)).rejects.toThrow();
    expect((await find(id)).state).toBe('running');
    await run(id);
    expect((await find(id)).state).toBe('failed');
  });

  it('deletes a file when it is told to, when it expires, and with a project that is in it', async () => {
    const [told, expired, ofProject] = [
      await create(),
      await create(),
      await create({ filter: { ...PERIOD, projectId: [13] } }),
    ];
    for (const { id } of [told, expired, ofProject]) await run(id);
    await inScope(api, { organizationId: 1 }, (tx) => deleteExport(tx, 1, told.id));
    await expect(download(told.id)).rejects.toMatchObject({ code: 'not_found' });
    await sql`delete from projects where id = 13`.execute(database.owner);
    await expect(find(ofProject.id)).rejects.toMatchObject({ code: 'not_found' });
    await sql`update exports set expires_at = ${clock.now()} where id = ${expired.id}`.execute(database.owner);
    await expect(download(expired.id)).rejects.toMatchObject({ code: 'not_found' });
    await keep();
    const { rows } = await sql<{ n: bigint }>`
      select count(*) as n from export_chunks where export_id = any(${[told.id, expired.id, ofProject.id]})`.execute(
      database.owner,
    );
    expect(rows[0]?.n).toBe(0n);
  });

  it('queues exports again that were forgotten', async () => {
    const { id } = await create();
    await keep();
    expect(again).toEqual([]);
    await sql`update exports set touched_at = ${new Date(clock.now().getTime() - 16 * 60_000)} where id = ${id}`.execute(
      database.owner,
    );
    await keep();
    expect(again).toEqual([`export-${id}`]);
  });

  it('does not take one for forgotten while somebody is at it, however long that takes', async () => {
    const before = clock.now();
    const { id } = await create();
    let running: Promise<void> | undefined;
    await database.owner.transaction().execute(async (tx) => {
      // Its first statement waits for this.
      await sql`lock table usage_records in access exclusive mode`.execute(tx);
      running = runExport(
        worker,
        { organizationId: 1, exportId: id },
        { signal: new AbortController().signal, heartbeatMs: 5 },
      );
      clock.set(new Date(before.getTime() + 60 * 60_000).toISOString());
      await vi.waitFor(async () => {
        const { rows } = await sql<{ at: Date }>`select touched_at as at from exports where id = ${id}`.execute(tx);
        expect(rows[0]?.at).toEqual(clock.now());
      });
      await keep();
    });
    await running;
    expect([again.includes(`export-${id}`), (await find(id)).state]).toEqual([false, 'done']);
    clock.set(before.toISOString());
  });

  it('lets nobody queue more than five, and keeps none that could not be queued', async () => {
    await sql`delete from exports`.execute(database.owner);
    const attempts = await Promise.allSettled(Array.from({ length: 7 }, () => create()));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    await sql`delete from exports`.execute(database.owner);
    const away = createExport({ ...api, jobs: { send: () => Promise.reject(new Error('away')) } }, MEMBER, {
      what: 'records',
      format: 'csv',
      filter: PERIOD,
    });
    await expect(away).rejects.toThrow('away');
    expect(await inScope(api, { organizationId: 1 }, (tx) => listExports(tx, 1))).toEqual([]);
  });

  it('keeps pieces compressed, each by itself', async () => {
    const { id } = await create({ format: 'csv' });
    await run(id);
    const { rows } = await sql<{
      bytes: Buffer;
    }>`select bytes from export_chunks where export_id = ${id} order by seq`.execute(database.owner);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.map(({ bytes }) => gunzipSync(bytes).toString()).join('')).toBe(await download(id));
  });

  it('writes figures as they are shown, names beside ids, the rest last', async () => {
    const file = await inSnapshot(api, { organizationId: 1 }, (tx) =>
      usageFile(tx, ORGANIZATION, {
        ...PERIOD,
        format: 'csv',
        groupBy: ['project', 'feature'],
        limit: 2,
        model: ['m'],
        metrics: ['calls', 'cost'],
      }),
    );
    const [header, ...rows] = parseCsv(file.text);
    expect(header).toEqual(['project', 'projectName', 'feature', 'calls', 'cost']);
    expect(rows).toHaveLength(3);
    expect(rows[2]?.slice(0, 3)).toEqual(['(other)', '', '(other)']);
    expect(rows.reduce((sum, row) => sum + Number(row[3]), 0)).toBe(500);
    const series = await inSnapshot(api, { organizationId: 1 }, (tx) =>
      usageFile(tx, ORGANIZATION, {
        ...PERIOD,
        format: 'jsonl',
        bucket: 'day',
        model: ['m'],
        metrics: ['calls', 'cacheSavings'],
      }),
    );
    const points = series.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(points).toHaveLength(4);
    expect(points.reduce((sum, { calls }) => sum + calls, 0)).toBe(500);
  });
});
