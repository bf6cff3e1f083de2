import { expect, it } from 'vitest';
import { findInText } from './find-in-text.ts';

it('findInText marks what is there in any case, and loses nothing', () => {
  const text = 'Model A, model b and MODEL C';
  const { parts, count } = findInText(text, 'model');
  expect(count).toBe(3);
  expect(parts.filter(({ found }) => found).map((part) => part.text)).toEqual(['Model', 'model', 'MODEL']);
  expect(parts.map((part) => part.text).join('')).toBe(text);
});

it('findInText gives the whole text where nothing is looked for or found', () => {
  expect(findInText('abc', '')).toEqual({ parts: [{ at: 0, text: 'abc', found: false }], count: 0 });
  expect(findInText('abc', 'x')).toEqual({ parts: [{ at: 0, text: 'abc', found: false }], count: 0 });
});

it('findInText counts all, and marks no more than a page can carry', () => {
  const { parts, count } = findInText('a '.repeat(2_000), 'a');
  expect(count).toBe(2_000);
  expect(parts.filter(({ found }) => found)).toHaveLength(500);
  expect(parts.map((part) => part.text).join('')).toBe('a '.repeat(2_000));
});
