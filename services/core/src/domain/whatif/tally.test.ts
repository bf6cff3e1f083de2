import { describe, expect, it } from 'vitest';
import type { CallRow } from './call-row.ts';
import { createTally } from './tally.ts';

const DAYS = [new Date('2026-08-01T00:00:00Z'), new Date('2026-08-02T00:00:00Z')];

const call = (feature: string, model = 'm', ts = '2026-08-01T10:00:00Z') =>
  ({ ts: new Date(ts), provider: 'p', model, feature, total_pico_usd: 5n }) as CallRow;

describe('a tally', () => {
  const count = (rows: readonly CallRow[], most: number) => {
    const tally = createTally(DAYS, most);
    for (const row of rows) tally.add(row, { verdict: 'uncosted', warnings: [] });
    return [...tally.cells()].map(({ day, model, feature, calls }) => [day, model, feature, calls]);
  };

  it('keeps features apart, and from some number of cells on counts new ones as one', () => {
    const rows = [call('a'), call('b'), call('c'), call('d'), call('a'), call('a', 'm', '2026-08-02T10:00:00Z')];
    expect(count(rows, 2)).toEqual([
      [0, 'm', 'a', 2],
      [0, 'm', 'b', 1],
      [0, 'm', '(other)', 2],
      [1, 'm', '(other)', 1],
    ]);
  });

  it('has no more cells however many models are called', () => {
    const rows = Array.from({ length: 100 }, (_, i) => call(`f${i}`, `m${i}`));
    const cells = count(rows, 3);
    expect(cells).toHaveLength(7);
    expect(cells.at(-1)).toEqual([0, '(other)', '(other)', 94]);
  });
});
