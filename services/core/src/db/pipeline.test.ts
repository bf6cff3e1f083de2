import { sql } from 'kysely';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import type { Db } from './connection.ts';
import { pipelined, together } from './pipeline.ts';

let database: TestDatabase;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.owner;
  await sql`create table things (id integer primary key)`.execute(db);
});
afterAll(() => database.drop());
afterEach(() => vi.restoreAllMocks());

const add = (tx: Db, id: number) => sql`insert into things values (${id})`.execute(tx);
const things = async () =>
  (await sql<{ id: number }>`select id from things order by id`.execute(db)).rows.map(({ id }) => id);
/** How a statement begins. */
const sent = (spy: { mock: { calls: unknown[][] } }) => spy.mock.calls.map(([text]) => /^\w+/.exec(String(text))?.[0]);

it('sends statements behind BEGIN and behind each other before the first is answered', async () => {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  const seen = await pipelined(db, async (tx) => {
    const answers = together([add(tx, 1), sql<{ n: number }>`select count(*)::integer as n from things`.execute(tx)]);
    const before = sent(query);
    const [, { rows }] = await answers;
    return { before, rows };
  });
  expect(seen).toEqual({ before: ['start', 'insert', 'select'], rows: [{ n: 1 }] });
  expect(sent(query)).toEqual(['start', 'insert', 'select', 'commit']);
  expect(await things()).toEqual([1]);
});

it('says what the first failure was, whatever the order of the list, and leaves nothing of the transaction', async () => {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  const failing = pipelined(db, (tx) => {
    const [good, twice, behind] = [add(tx, 2), add(tx, 2), add(tx, 3)];
    return together([behind, twice, good]);
  });
  await expect(failing).rejects.toMatchObject({ code: '23505' });
  expect(sent(query)).toEqual(['start', 'insert', 'insert', 'insert', 'rollback']);
  expect(await things()).toEqual([1]);
});

it('waits for the last answer, though it knows of a failure before', async () => {
  let answered = false;
  const failing = pipelined(db, async (tx) => {
    const statement = add(tx, 4).finally(() => (answered = true));
    await together([Promise.reject(new Error('not these')), statement]).finally(() => expect(answered).toBe(true));
  });
  await expect(failing).rejects.toThrow('not these');
  expect(await things()).toEqual([1]);
});

it('fails with its first statement when it could not begin', async () => {
  const { query } = pg.Client.prototype;
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    if (String(args[0]).startsWith('start')) return Promise.reject(new Error('canceled'));
    return (query as (...args: unknown[]) => unknown).apply(this, args);
  } as never);
  const failing = pipelined(db, async (tx) => {
    await sql`select 1`.execute(tx);
    await add(tx, 5);
  });
  await expect(failing).rejects.toThrow('canceled');
  expect(await things()).toEqual([1]);
});
