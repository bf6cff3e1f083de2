import { describe, expect, it } from 'vitest';
import {
  parseSearch,
  rangeOf,
  readAppSearch,
  readOverviewSearch,
  readRecordsSearch,
  readSavingsSearch,
  stringifySearch,
} from './search.ts';

const read = (text: string) => readAppSearch(parseSearch(text));

describe('the state in the address', () => {
  it('comes back as it was written', () => {
    const search = {
      project: 3,
      env: 'production',
      range: 'custom',
      from: '2026-08-01',
      to: '2026-08-04',
      model: ['gpt-5.4', 'a & b=c, "d"'],
      feature: [''],
      status: ['error'],
    } as const;
    expect(read(stringifySearch(search))).toEqual(search);
  });

  it('repeats a parameter for several values', () => {
    expect(stringifySearch({ model: ['a', 'b'], range: undefined })).toBe('?model=a&model=b');
    expect(stringifySearch({ range: undefined })).toBe('');
  });

  it('keeps a name that looks like a number or JSON as it is', () => {
    expect(read('?model=123&model=true&feature=%7B%7D')).toEqual({ model: ['123', 'true'], feature: ['{}'] });
  });

  it('leaves out what it does not understand', () => {
    expect(read('?project=0&range=fortnight&status=maybe&from=2026-08-01&other=1')).toEqual({});
    expect(read('?project=abc')).toEqual({});
  });

  it('takes a custom range only whole and in order', () => {
    expect(read('?range=custom&from=2026-08-04&to=2026-08-01')).toEqual({});
    expect(read('?range=custom&from=2026-08-04')).toEqual({});
    expect(read('?range=custom&from=2026-02-30&to=2026-03-01')).toEqual({});
  });

  it('knows the range where the address says nothing', () => {
    expect(rangeOf({})).toEqual({ kind: 'preset', preset: '30d' });
    expect(rangeOf({ range: '7d' })).toEqual({ kind: 'preset', preset: '7d' });
    expect(rangeOf({ range: 'custom', from: '2026-08-01', to: '2026-08-02' })).toEqual({
      kind: 'custom',
      from: '2026-08-01',
      to: '2026-08-02',
    });
  });

  it('says how the overview is cut', () => {
    expect(readOverviewSearch(parseSearch('?metric=tokens&by=feature&bucket=hour&view=table'))).toEqual({
      metric: 'tokens',
      by: 'feature',
      bucket: 'hour',
      view: 'table',
    });
    expect(readOverviewSearch(parseSearch('?metric=profit&by=colour&bucket=year&view=pie'))).toEqual({});
  });

  it('names the record that is open', () => {
    expect(readRecordsSearch(parseSearch('?record=3.abc'))).toEqual({ record: '3.abc' });
  });

  it('says what of the savings is open, and what is imagined', () => {
    const address = '?tab=whatif&toProvider=openai&toModel=gpt-5-mini&toTier=batch&cached=80&ttl=1h&output=0.5';
    expect(readSavingsSearch(parseSearch(address))).toEqual({
      tab: 'whatif',
      toProvider: 'openai',
      toModel: 'gpt-5-mini',
      toTier: 'batch',
      cached: '80',
      ttl: '1h',
      output: '0.5',
    });
    expect(readSavingsSearch(parseSearch('?tab=all&state=open&recommendation=0&toTier=fast&cached=much'))).toEqual({});
  });
});
