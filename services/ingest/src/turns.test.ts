import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

const sender = { destroyed: false };

async function takeTurns(sizes: readonly number[], turns: number): Promise<number[][]> {
  const turn = createTurns({ mostATurn: 100 });
  let taken: number[] = [];
  for (const size of sizes) void turn(size, sender).then(() => taken.push(size));
  const seen: number[][] = [];
  for (let i = 0; i < turns; i += 1) {
    await setImmediate();
    seen.push(taken);
    taken = [];
  }
  return seen;
}

it('takes in order as many as fit into a turn of the event loop, and leaves the rest to the next', async () => {
  expect(await takeTurns([60, 60, 30, 10, 1, 100], 4)).toEqual([[60], [60, 30, 10], [1], [100]]);
});

it('gives one that is larger than a turn a turn of its own', async () => {
  expect(await takeTurns([1, 500, 1], 4)).toEqual([[1], [500], [1], []]);
});

it('refuses what would wait behind too much, but nothing that waits alone', async () => {
  const turn = createTurns({ mostATurn: 100, mostWaiting: 1_000 });
  const first = turn(5_000, sender);
  await expect(turn(1, sender)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 2 });
  await first;
  const fitting = [turn(600, sender), turn(400, sender)];
  await expect(turn(1, sender)).rejects.toMatchObject({ code: 'unavailable' });
  await Promise.all(fitting);
  await turn(1, sender);
});

it('leaves out what nobody waits for any more', async () => {
  const turn = createTurns();
  const gone = { destroyed: false };
  const waiting = turn(1, gone);
  gone.destroyed = true;
  await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
});
