import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addUp } from './total.ts';

const impact = (cell: string, cost: bigint, saving: bigint) => ({ cell, costPicoUsd: cost, savingPicoUsd: saving });
const saving = (id: number, parts: ReturnType<typeof impact>[], overlapGroup: string | null = null) => ({
  id,
  savingPicoUsdPerMonth: parts.reduce((sum, { savingPicoUsd }) => sum + savingPicoUsd, 0n),
  impact: parts,
  overlapGroup,
});

describe('addUp', () => {
  it('adds what has nothing to do with each other', () => {
    const { totalPicoUsd } = addUp([saving(1, [impact('a', 100n, 40n)]), saving(2, [impact('b', 100n, 30n)])]);
    expect(totalPicoUsd).toBe(70n);
  });

  it('takes half of what a half leaves over: a quarter', () => {
    const { counted } = addUp([saving(1, [impact('a', 100n, 50n)]), saving(2, [impact('a', 100n, 50n)])]);
    expect([...counted]).toEqual([
      [1, 50n],
      [2, 25n],
    ]);
  });

  it('counts the largest of alternatives alone', () => {
    const { counted } = addUp([
      saving(1, [impact('a', 100n, 30n)], 'model:a'),
      saving(2, [impact('a', 100n, 60n)], 'model:a'),
    ]);
    expect(counted.get(1)).toBe(0n);
    expect(counted.get(2)).toBe(60n);
  });

  it('never saves more than is spent in any cell, and its parts are the whole', () => {
    const part = fc
      .record({ cell: fc.constantFrom('a', 'b', 'c'), saving: fc.bigInt(0n, 1_000n) })
      .map(({ cell, saving: amount }) => impact(cell, 1_000n, amount));
    const any = fc.array(fc.tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom(null, 'g', 'h')));
    fc.assert(
      fc.property(any, (list) => {
        const savings = list.map(([parts, group], index) => saving(index + 1, parts, group));
        const { totalPicoUsd, counted } = addUp(savings);
        expect(totalPicoUsd).toBeLessThanOrEqual(3_000n);
        expect([...counted.values()].reduce((sum, amount) => sum + amount, 0n)).toBe(totalPicoUsd);
        for (const { id, savingPicoUsdPerMonth } of savings) {
          expect(counted.get(id)).toBeLessThanOrEqual(savingPicoUsdPerMonth);
        }
      }),
    );
  });
});
