import { afterEach, expect, it, vi } from 'vitest';
import { evaluateBudgetsJob } from '../../queues/jobs.ts';
import { silentLog } from '../../testing/context.ts';
import type { Spent } from './count-spend.ts';
import { noteSpenders } from './note-spenders.ts';

const START = Date.parse('2026-08-01T12:00:00Z');

const spent = (...organizationIds: number[]): Spent => ({
  xid: 1n,
  cells: organizationIds.map((organizationId) => ({
    organizationId,
    projectId: 11,
    budgetId: 1,
    bucketMs: START,
    calls: 1,
    tokens: 0,
    unpricedCalls: 0,
    totalPicoUsd: 1n,
  })),
});

const notes: { close(): void }[] = [];
afterEach(() => {
  for (const one of notes.splice(0)) one.close();
  vi.useRealTimers();
});

function startNoting(fails: () => boolean = () => false) {
  const sent: { organizationId: number; id: string | undefined; at: number }[] = [];
  let now = START;
  const spenders = noteSpenders(
    {
      async send(definition, payload, id, delayMs = 0) {
        expect(definition).toBe(evaluateBudgetsJob);
        sent.push({
          organizationId: (payload as { organizationId: number }).organizationId,
          id,
          at: now + delayMs - START,
        });
        if (fails()) throw new Error('Redis is away');
      },
    },
    silentLog,
    () => now,
  );
  notes.push(spenders);
  return { sent, note: spenders.note, after: (ms: number) => (now = START + ms) };
}

it('asks once for an organization and second, and for the end of it, when every commit is seen', () => {
  const { sent, note, after } = startNoting();
  note(spent(1, 1, 2));
  after(900);
  note(spent(1));
  after(1_000);
  note(spent(1));
  expect(sent.map(({ organizationId, at }) => [organizationId, at])).toEqual([
    [1, 1_000],
    [2, 1_000],
    [1, 2_000],
  ]);
});

it('gives the same job the same id in every process, and another after a second', () => {
  const [one, other] = [startNoting(), startNoting()];
  other.after(800);
  one.note(spent(1));
  other.note(spent(1));
  other.after(1_200);
  other.note(spent(1));
  const ids = [...one.sent, ...other.sent].map(({ id }) => id);
  expect(ids[0]).toBe(ids[1]);
  expect(ids[2]).not.toBe(ids[0]);
});

it('keeps no commit from being answered while Redis is away, and asks again each second until it is back', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let away = true;
  const { sent, note, after } = startNoting(() => away);
  expect(() => note(spent(1, 2))).not.toThrow();
  note(spent(1));
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toHaveLength(2);
  after(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(sent.slice(2).map(({ organizationId, at }) => [organizationId, at])).toEqual([
    [1, 2_000],
    [2, 2_000],
  ]);
  away = false;
  after(2_000);
  await vi.advanceTimersByTimeAsync(1_000);
  after(9_000);
  await vi.advanceTimersByTimeAsync(7_000);
  expect(sent.slice(4).map(({ organizationId, at }) => [organizationId, at])).toEqual([
    [1, 3_000],
    [2, 3_000],
  ]);
});
