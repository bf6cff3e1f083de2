import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

async function takeTurns(sizes: readonly number[], turns: number): Promise<number[][]> {
  const turn = createTurns(100);
  let taken: number[] = [];
  for (const size of sizes) void turn(size).then(() => taken.push(size));
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

it('takes what comes later when nothing has waited for a while', async () => {
  const turn = createTurns();
  await turn(1);
  await setImmediate();
  await turn(1);
});
