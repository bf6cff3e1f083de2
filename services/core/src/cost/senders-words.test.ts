import { expect, it } from 'vitest';
import type { Approximation } from './approximations.ts';
import { providerFamily } from './providers.ts';
import { priceTier } from './service-tier.ts';

it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'takes a provider or a tier called %s for one that nobody knows',
  (word) => {
    const approximate: Approximation[] = [];
    expect(providerFamily(word)).toBe(word.toLowerCase());
    expect(priceTier(word, undefined, approximate)).toBe('standard');
    expect(approximate).toEqual(['service_tier_unknown']);
  },
);
