import { expect, it } from 'vitest';
import { uuidV7 } from './ids.ts';

it('makes UUIDs of version 7 that hold their time', () => {
  const id = uuidV7(1_785_000_000_123);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(1_785_000_000_123);
});

it('never makes the same id twice, also when the pool of random bytes is refilled', () => {
  const ids = Array.from({ length: 1_000 }, () => uuidV7(1_785_000_000_123));
  expect(new Set(ids).size).toBe(ids.length);
});
