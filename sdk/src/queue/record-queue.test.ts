import { expect, it } from 'vitest';
import { RecordQueue } from './record-queue.ts';

it('gives records out in the order in which they came, within both limits', () => {
  const queue = new RecordQueue(10, 1_000);
  for (const json of ['aa', 'bb', 'cc', 'dd']) queue.push(json);
  expect(queue.take(3, 4).map(({ json }) => json)).toEqual(['aa', 'bb']);
  expect(queue.take(1, 100).map(({ json }) => json)).toEqual(['cc']);
});

it('gives out a single record that is larger than the limit of a batch', () => {
  const queue = new RecordQueue(10, 1_000);
  queue.push('too long');
  expect(queue.take(5, 1)).toHaveLength(1);
});

it('is full by number, and counts what is under way', () => {
  const queue = new RecordQueue(2, 1_000);
  expect([queue.push('a'), queue.push('b'), queue.push('c')]).toEqual([true, true, false]);
  const taken = queue.take(1, 100);
  expect(queue.push('c')).toBe(false);
  queue.settle(taken);
  expect(queue.push('c')).toBe(true);
});

it('is full by size in bytes, and counts what is under way', () => {
  const queue = new RecordQueue(100, 8);
  expect(queue.push('🙂🙂')).toBe(true);
  expect(queue.push('a')).toBe(false);
  const taken = queue.take(1, 100);
  expect(queue.push('a')).toBe(false);
  queue.settle(taken);
  expect(queue.push('a')).toBe(true);
});
