import { findSavingsJob, type JobDefinition } from '@tokengrip/core/queues/jobs';
import { testContext } from '@tokengrip/core/testing/context';
import { createTestDatabase, type TestDatabase } from '@tokengrip/core/testing/postgres';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findAllSavings, findSavings } from './find-savings.ts';
import type { JobRun } from './job-run.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await sql`
    insert into organizations (id, name, deleting_at) values (1, 'One', null), (2, 'Two', null), (3, 'Going', now())`.execute(
    database.owner,
  );
});
afterAll(() => database.drop());

it('every organization that stays is looked at in a job of its own, which is the same while it waits', async () => {
  const sent: unknown[] = [];
  const jobs = {
    send: async (definition: JobDefinition, payload: unknown, id?: string) =>
      void sent.push([definition.name, payload, id]),
  };
  const run = {
    ctx: { ...testContext(database.as('worker')), jobs },
    progress: async () => {},
    signal: new AbortController().signal,
  } as unknown as JobRun;
  await findAllSavings(run);
  expect(sent).toEqual([
    [findSavingsJob.name, { organizationId: 1 }, 'find-savings-1'],
    [findSavingsJob.name, { organizationId: 2 }, 'find-savings-2'],
  ]);
  await findSavings(run, { organizationId: 1 });
  await findSavings(run, { organizationId: 3 });
  const { rows } = await sql<{ id: number; done: boolean }>`
    select organization_id as id, finished_at is not null as done from savings_runs`.execute(database.owner);
  expect(rows).toEqual([{ id: 1, done: true }]);
});
