import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';
import { base62, hex32, hex128, isoInstant, uuidV4, uuidV7 } from './text.ts';

const instants = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });

describe('text', () => {
  it('writes instants as toISOString does', () => {
    fc.assert(
      fc.property(instants, (instant) => {
        expect(isoInstant(instant)).toBe(new Date(instant).toISOString());
      }),
    );
  });

  it('writes the time into a UUID of version 7', () => {
    fc.assert(
      fc.property(instants, fc.integer(), (instant, seed) => {
        const id = uuidV7(instant, new Random(seed, 0, 0));
        expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(instant);
      }),
    );
  });

  it('fills 74 bits of it at random', () => {
    const random = new Random(1, 2, 3);
    const seen = new Map<number, Set<string>>();
    for (let i = 0; i < 300; i++) {
      const digits = uuidV7(0, random).replaceAll('-', '');
      for (let place = 13; place < 32; place++) {
        seen.set(place, (seen.get(place) ?? new Set()).add(digits[place] ?? ''));
      }
    }
    for (const [place, digits] of seen) expect(digits.size).toBe(place === 16 ? 4 : 16);
  });

  it('writes the other names in their form', () => {
    const random = new Random(1, 2, 3);
    expect(hex32(0x0102_0a0b)).toBe('01020a0b');
    expect(hex128(random)).toMatch(/^[0-9a-f]{32}$/);
    expect(base62(random, 22)).toMatch(/^[0-9A-Za-z]{22}$/);
    expect(uuidV4(random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
