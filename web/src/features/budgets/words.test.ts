import { describe, expect, it } from 'vitest';
import { amountText, periodText, scopeText } from './words.ts';

describe('what a budget is about', () => {
  it.each([
    [{}, 'Every call'],
    [{ users: ['ann', 'bob'], models: ['m'] }, 'user ann or bob · model m'],
    [{ tags: { team: ['x'], plan: ['a', 'b'] } }, 'team = x · plan = a or b'],
  ])('is said in a few words: %j', (conditions, text) => {
    expect(scopeText(conditions)).toBe(text);
  });

  it('names projects, not their ids', () => {
    expect(scopeText({ projects: [7] }, (_dimension, id) => `P${id}`)).toBe('project P7');
  });

  it.each([
    [{ period: 'month', rollingHours: null }, 'a month'],
    [{ period: 'rolling', rollingHours: 24 }, 'in 1 day'],
    [{ period: 'rolling', rollingHours: 168 }, 'in 7 days'],
    [{ period: 'rolling', rollingHours: 6 }, 'in 6 h'],
  ] as const)('says its period: %j', (budget, text) => {
    expect(periodText(budget)).toBe(text);
  });

  it('writes money as money and counts with their unit', () => {
    expect(amountText('12.3', 'usd')).toBe('$12.30');
    expect(amountText('1200000', 'tokens')).toBe('1.2\u202fM tokens');
  });
});
