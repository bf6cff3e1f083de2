import { expect, it } from 'vitest';
import { usdAt } from './money-field.ts';

it.each([
  [{ cost: 0.00014 }, 140_000_000n],
  [{ cost: '1.5e-3' }, 1_500_000_000n],
  [{ cost: 1.4e-7 }, 140_000n],
  [{ cost: { total_cost: 0.011 } }, 11_000_000_000n],
  [{ cost_in_usd_ticks: 37_756_000 }, 3_775_600_000n],
  [{ 'gen_ai.usage.cost': 2 }, 2_000_000_000_000n],
  [{ cost: 0 }, 0n],
  [{ cost: 0.1 + 0.2 }, 300_000_000_000n],
  [{ cost: 0.3 - 0.1 }, 200_000_000_000n],
])('reads %j', (usage, amount) => {
  expect(usdAt(usage)).toBe(amount);
});

it.each([
  {},
  { cost: null },
  { cost: -1 },
  { cost: 'free' },
  { cost: {} },
  { cost: Number.NaN },
  { cost_in_usd_ticks: -1 },
])('%j states no cost', (usage) => {
  expect(usdAt(usage)).toBeUndefined();
});
