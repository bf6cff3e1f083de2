import { expect, it } from 'vitest';
import { inTurns } from './in-turns.ts';

it('does everything in order, and lets others have their turn between', async () => {
  const seen: string[] = [];
  let isDone = false;
  const other = () => {
    if (isDone) return;
    seen.push('other');
    setImmediate(other);
  };
  setImmediate(other);
  await inTurns(['a', 'b', 'c', 'd', 'e'], (item) => void seen.push(item), 2);
  isDone = true;
  expect(seen).toEqual(['a', 'b', 'other', 'c', 'd', 'other', 'e']);
});
