import { describe, expect, it } from 'vitest';
import { cacheHitRate, errorRate, metricExact, metricText } from './metrics.ts';
import { refusesSecureCookies } from './origin.ts';
import { orderedClasses, sumTokens } from './token-classes.ts';

describe('rates', () => {
  it('of the cache compare with the whole prompt, written parts included', () => {
    expect(cacheHitRate({ inputTokens: 50, cacheReadTokens: 30, cacheWriteTokens: 20, outputTokens: 900 })).toBe(0.3);
  });

  it('do not exist where there is nothing to divide by', () => {
    expect(cacheHitRate({ inputTokens: 0, cacheReadTokens: 0 })).toBeUndefined();
    expect(errorRate({ calls: 0, errors: 0 })).toBeUndefined();
    expect(errorRate({ calls: 200, errors: 3 })).toBe(0.015);
  });
});

describe('metrics', () => {
  it('are short where they stand alone and exact on hover', () => {
    const values = { cost: '1204.331500000001', tokens: 1_204_331, calls: 1_204_331 };
    expect(metricText(values, 'cost')).toBe('$1,204');
    expect(metricExact(values, 'cost')).toBe('$1,204.331500000001');
    expect(metricText(values, 'tokens')).toBe('1.2\u202fM');
    expect(metricText(values, 'calls')).toBe('1,204,331');
  });
});

describe('tokens of a record', () => {
  const tokens = { reasoning: 7, output: 5, cacheReadAudio: 2, cacheRead: 30, input: 10, cacheWrite5m: 4, brandNew: 1 };

  it('are summed so that nothing is lost or counted twice', () => {
    const { prompt, output } = sumTokens(tokens);
    expect(prompt + output).toBe(Object.values(tokens).reduce((sum, count) => sum + count, 0));
    expect(sumTokens(tokens)).toEqual({ prompt: 47, cacheRead: 32, output: 12 });
  });

  it('stand in one order everywhere, unknown classes last', () => {
    expect(orderedClasses(tokens).map(([name]) => name)).toEqual([
      'input',
      'cacheRead',
      'cacheWrite5m',
      'cacheReadAudio',
      'output',
      'reasoning',
      'brandNew',
    ]);
  });
});

describe('a cookie marked Secure', () => {
  it.each([
    ['https:', 'tokengrip.example.com', false],
    ['http:', 'localhost', false],
    ['http:', '127.0.0.1', false],
    ['http:', '192.168.1.20', true],
    ['http:', 'tokengrip.internal', true],
    ['http:', 'notlocalhost', true],
  ])('on %s//%s is refused: %s', (protocol, hostname, refused) => {
    expect(refusesSecureCookies({ protocol, hostname })).toBe(refused);
  });
});
