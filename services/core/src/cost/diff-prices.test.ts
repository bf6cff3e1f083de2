import { expect, it } from 'vitest';
import { diffRates, samePrice } from './diff-prices.ts';

const rates = (rates: Record<string, string>) => ({ rates });

it('names the rates that differ in value, however they are written', () => {
  const before = rates({
    input_cost_per_token: '0.10',
    output_cost_per_token: '1',
    cache_read_input_token_cost: '0.5',
  });
  const after = rates({ input_cost_per_token: '0.1', output_cost_per_token: '2', input_cost_per_image: '3' });
  expect(diffRates(before, after)).toEqual([
    { rate: 'cache_read_input_token_cost', before: '0.5', after: undefined, flagged: false },
    { rate: 'input_cost_per_image', before: undefined, after: '3', flagged: false },
    { rate: 'output_cost_per_token', before: '1', after: '2', flagged: false },
  ]);
});

it.each([
  ['1', '5', false],
  ['1', '5.000000000000000000000001', true],
  ['5', '1', false],
  ['5.1', '1', true],
  ['0.0000002', '0.00000002', true],
  ['0', '0.00000001', true],
  ['1', '0', true],
])('flags what moves by more than five times: %s to %s is %s', (before, after, flagged) => {
  const [difference] = diffRates(rates({ input_cost_per_token: before }), rates({ input_cost_per_token: after }));
  expect(difference?.flagged).toBe(flagged);
});

it('takes prices for the same only where everything that they say is', () => {
  const price = {
    provider: 'openai',
    mode: 'chat',
    rates: { input_cost_per_token: '1' },
    limits: { maxInputTokens: 5 },
  };
  expect(samePrice(price, { ...price, rates: { input_cost_per_token: '1.0' } })).toBe(true);
  expect(samePrice(price, { ...price, rates: { input_cost_per_token: '1.1' } })).toBe(false);
  expect(samePrice(price, { ...price, mode: 'embedding' })).toBe(false);
  expect(samePrice(price, { ...price, provider: 'azure' })).toBe(false);
  expect(samePrice(price, { ...price, limits: { maxInputTokens: 6 } })).toBe(false);
  expect(samePrice(price, { provider: 'openai', mode: 'chat', rates: price.rates })).toBe(false);
});
