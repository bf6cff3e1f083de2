import { describe, expect, it } from 'vitest';
import { csvText } from './csv.ts';

describe('a CSV file', () => {
  it('quotes what would break its lines, and keeps every digit', () => {
    expect(csvText(['Model', 'Spend'], [[{ text: 'a "b", c\nd' }, { number: '0.000000000001' }]])).toBe(
      'Model,Spend\r\n"a ""b"", c\nd",0.000000000001\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1', '\r=1'])('makes no formula of %j', (text) => {
    const [, line = ''] = csvText(['Tag'], [[{ text }]]).split('Tag\r\n');
    expect(line.replace(/^"/, '').startsWith("'")).toBe(true);
  });

  it('leaves numbers numbers, also negative ones, and what was not measured empty', () => {
    expect(csvText(['a', 'b'], [[{ number: -1.5 }, { number: null }]])).toBe('a,b\r\n-1.5,\r\n');
  });
});
