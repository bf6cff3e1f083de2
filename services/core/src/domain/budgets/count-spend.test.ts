import pg from 'pg';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { pipelined } from '../../db/pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { budgetsOfNow, loadKnownBudgets } from './count-spend.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('has its number before it looks whether the budgets are still those, though it has written nothing yet', async () => {
  const db = database.as('ingest');
  const known = await loadKnownBudgets(db);
  const query = vi.spyOn(pg.Client.prototype, 'query');
  const { xid, budgets } = await pipelined(db, (tx) => budgetsOfNow(tx, known));
  const names = query.mock.calls.map(([statement]) => (statement as { name?: string }).name);
  expect(names).toEqual([undefined, 'take_number', 'budget_revision', undefined]);
  expect(budgets).toBe(known);
  expect(xid).toBeGreaterThan(0n);
});
