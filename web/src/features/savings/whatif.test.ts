import type { WhatIfChange } from '@tokengrip/core/contract/whatif';
import { describe, expect, it } from 'vitest';
import { changeOf, changeText, checkChange, fieldsOf, selectionOf } from './whatif.ts';

describe('changeOf', () => {
  it('takes percents as shares and leaves out what is not said', () => {
    expect(changeOf({ toProvider: 'openai', toModel: 'gpt-5-mini', cached: '80', written: '5', ttl: '1h' })).toEqual({
      model: { provider: 'openai', model: 'gpt-5-mini' },
      caching: { readShare: 0.8, writeShare: 0.05, writeTtl: '1h' },
    });
    expect(changeOf({ output: '0.5' })).toEqual({ tokens: { outputFactor: 0.5 } });
  });

  it('is nothing where nothing would be different, or where a field is wrong', () => {
    expect(changeOf({})).toBeUndefined();
    expect(changeOf({ cached: '' })).toBeUndefined();
    expect(changeOf({ toTier: 'batch', input: '0' })).toBeUndefined();
  });

  it('takes 0 % as a change: nothing is cached', () => {
    expect(changeOf({ cached: '0' })).toEqual({ caching: { readShare: 0, writeShare: 0, writeTtl: '5m' } });
  });
});

it('checkChange names the field that is wrong', () => {
  expect(checkChange({ cached: '70', written: '40' })).toEqual({ written: 'Both together are at most 100.' });
  expect(checkChange({ input: '101' })).toEqual({ input: 'From 0.01 to 100.' });
  expect(checkChange({ cached: '70', written: '30', output: '1.1' })).toEqual({});
});

it('fieldsOf gives the fields that say the same change again', () => {
  const change: WhatIfChange = {
    model: { provider: 'anthropic', model: 'claude-haiku-4-5' },
    serviceTier: 'batch',
    caching: { readShare: 0.123, writeShare: 0.07, writeTtl: '1h' },
    tokens: { inputFactor: 1.1, outputFactor: 0.9 },
  };
  expect(changeOf(fieldsOf(change))).toEqual(change);
});

it('changeText says a change in a line', () => {
  expect(changeText({ serviceTier: 'batch', tokens: { inputFactor: 1.1 } })).toBe('batch tier · 1.1 × input');
  expect(changeText({ caching: { readShare: 0 } })).toBe('nothing cached');
});

it('selectionOf has the ids of keys as numbers', () => {
  const period = { from: '2026-08-01T00:00:00.000Z', to: '2026-09-01T00:00:00.000Z' };
  expect(selectionOf(period, { projectId: [3], key: ['0', '12'], feature: [''] })).toEqual({
    ...period,
    projectId: [3],
    key: [0, 12],
    feature: [''],
  });
});
