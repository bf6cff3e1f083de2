import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

const words = fc
  .array(
    fc.constantFrom('please', 'the', 'order', 'of', 'my', 'invoice,', 'thanks.', '“so”', 'naïve', '日本', '\n', '(x)'),
    {
      maxLength: 12,
    },
  )
  .map((list) => list.join(' '));
const digits = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((list) => list.join(''));
const letters = (min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), minLength: min, maxLength: max });

/** Ends a run of digits by the digit that Luhn asks for. */
function withLuhn(body: string): string {
  const sum = [...body].reverse().reduce((total, digit, i) => {
    const value = i % 2 === 1 ? Number(digit) : Number(digit) * 2;
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return body + ((10 - (sum % 10)) % 10);
}

const secrets = {
  email: fc.tuple(letters(1, 12), letters(2, 10), letters(2, 6)).map(([a, b, c]) => `${a}@${b}.${c}`),
  card: digits(15).map((body) => withLuhn(body).replace(/(.{4})(?=.)/g, '$1 ')),
  phone: fc.tuple(digits(2), digits(3), digits(7)).map(([a, b, c]) => `+${a} (${b}) ${c.slice(0, 3)}-${c.slice(3)}`),
  iban: digits(20).map((body) => `DE${body}`.replace(/(.{4})(?=.)/g, '$1 ')),
  number: digits(9),
  ip: fc.ipV4(),
  ip6: fc.ipV6().filter((ip) => /\d|[a-f]/.test(ip) && ip.split(':').length > 3),
  url: fc.tuple(letters(3, 8), letters(3, 8), letters(3, 8)).map(([a, b, c]) => `https://${a}:${b}@${c}.example/path`),
  key: fc
    .string({ unit: fc.constantFrom(...'abcdefABCDEF0123456789'), minLength: 24, maxLength: 48 })
    .filter((text) => new Set(text).size >= 10 && /\d/.test(text) && /[a-z]/.test(text)),
  anthropic: letters(20, 40).map((text) => `sk-ant-api03-${text}`),
  jwt: letters(20, 40).map((text) => `eyJ${text}.${text}.${text}`),
  password: letters(4, 12)
    .map((text) => `hunter${text}`)
    .map((text) => `password: ${text}`),
};

describe('what is taken out of a captured text', () => {
  it.each(Object.entries(secrets))('%s, wherever it stands', (_kind, secret) => {
    fc.assert(
      fc.property(words, secret, words, (before, text, after) => {
        const out = redact(`${before} ${text} ${after}`, []).text;
        const tail = text.startsWith('password: ') ? text.slice(10) : text;
        expect(out).not.toContain(tail);
        // Nor a part of it long enough to say something.
        for (let at = 0; at + 8 <= tail.length; at += 1) {
          const part = tail.slice(at, at + 8);
          if (/\p{L}\p{L}|\d\d/u.test(part)) expect(out).not.toContain(part);
        }
      }),
      { numRuns: 150 },
    );
  });

  const names = fc.uniqueArray(
    fc.string({ unit: 'grapheme', minLength: 2, maxLength: 20 }).filter((name) => {
      const plain = name.normalize('NFKC').trim();
      return plain.length >= 4 && /^[\p{L}\p{N} _-]+$/u.test(plain) && !/^\d+$/.test(plain);
    }),
    { minLength: 1, maxLength: 6 },
  );

  it('every name of the organization, in any case and inside of words, for its pseudonym', () => {
    fc.assert(
      fc.property(names, words, fc.boolean(), (list, around, upper) => {
        const known = list.map((name, i) => ({ name, pseudonym: `§${i}§` }));
        const text = list.map((name) => `${around}x${upper ? name.toUpperCase() : name}y`).join(' ');
        const out = redact(text, known).text.toLowerCase();
        for (const name of list) {
          const lower = name.normalize('NFKC').trim();
          if (lower.toUpperCase().toLowerCase() === lower) expect(out).not.toContain(lower);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('a name that was hidden by invisible or full-width characters', () => {
    const known = [{ name: 'Globex', pseudonym: 'customer_01' }];
    expect(redact('to Glo\u200Bbex and Ｇｌｏｂｅｘ', known).text).toBe('to customer_01 and customer_01');
  });

  it('what two rules claim, as a whole', () => {
    const known = [{ name: 'acme', pseudonym: 'organization_01' }];
    expect(redact('mail bob@acme.com now', known).text).toBe('mail [email] now');
  });

  it('nothing twice: what is redacted stays as it is', () => {
    fc.assert(
      fc.property(fc.oneof(...Object.values(secrets)), words, (secret, text) => {
        const once = redact(`${text} ${secret}`, []).text;
        expect(redact(once, []).text).toBe(once);
      }),
    );
  });

  it('no plain sentence', () => {
    const text = 'Summarize the following report in 3 sentences for 25 readers, in 2026.';
    expect(redact(text, [])).toEqual({ text, counts: {} });
  });
});
