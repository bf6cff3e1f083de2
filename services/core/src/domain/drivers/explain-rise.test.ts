import { describe, expect, it } from 'vitest';
import { contributionsOf } from './contributions.ts';
import { explainRise } from './explain-rise.ts';

const cell = (feature: string, model: string, customer: string, amount: number) => ({
  values: { feature, model, customer },
  amount,
});
const USUAL = [
  cell('chat', 'large', 'a', 400),
  cell('chat', 'large', 'b', 300),
  cell('summarize', 'small', 'a', 60),
  cell('summarize', 'small', 'b', 40),
  cell('summarize', 'large', 'b', 20),
];
const DIMENSIONS = ['feature', 'model', 'customer'];
const explain = (extra: ReturnType<typeof cell>[]) => {
  const now = [...USUAL, ...extra];
  const sum = (cells: typeof USUAL) => cells.reduce((total, { amount }) => total + amount, 0);
  return explainRise({ now: sum(now), usual: sum(USUAL) }, contributionsOf(now, USUAL, 1, DIMENSIONS)).map(
    ({ values, share }) => `${values.join(' on ')} ${Math.round(share * 100)}`,
  );
};

describe('explaining a rise', () => {
  it('names the pair that has it, not what always has most', () => {
    expect(explain([cell('summarize', 'large', 'a', 150), cell('summarize', 'large', 'b', 150)])[0]).toBe(
      'summarize on large 100',
    );
  });

  it('says how much of it that is, others’ rises beside it', () => {
    expect(explain([cell('summarize', 'large', 'a', 71), cell('chat', 'large', 'b', 29)])[0]).toMatch(
      /^summarize on large 71$/,
    );
  });

  it('has nothing to say of a fall', () => {
    expect(explain([cell('chat', 'large', 'a', -100)])).toEqual([]);
  });
});
