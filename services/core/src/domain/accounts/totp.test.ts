import { expect, it } from 'vitest';
import { findStep, makeTotpSecret, stepAt, toBase32, totpCode, totpUri } from './totp.ts';

const SECRET = Buffer.from('12345678901234567890');

it.each([
  // RFC 6238, appendix B: the last six of eight digits.
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('at second %d the code is the one of RFC 6238', (second, code) => {
  expect(totpCode(SECRET, stepAt(new Date(second * 1_000)))).toBe(code);
});

it('takes the codes of the step before and after, and no others', () => {
  const now = new Date('2026-08-01T12:00:10Z');
  const present = stepAt(now);
  const taken = [-2, -1, 0, 1, 2].filter(
    (away) => findStep(SECRET, totpCode(SECRET, present + away), now, 0) === present + away,
  );
  expect(taken).toEqual([-1, 0, 1]);
  expect(findStep(SECRET, '12345', now, 0)).toBeUndefined();
});

it('takes no code twice, and none that is older than one it has taken', () => {
  const now = new Date('2026-08-01T12:00:10Z');
  const present = stepAt(now);
  expect(findStep(SECRET, totpCode(SECRET, present), now, present)).toBeUndefined();
  expect(findStep(SECRET, totpCode(SECRET, present - 1), now, present)).toBeUndefined();
  expect(findStep(SECRET, totpCode(SECRET, present + 1), now, present)).toBe(present + 1);
});

it.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('writes %j as Base32 as in RFC 4648', (text, base32) => {
  expect(toBase32(Buffer.from(text))).toBe(base32);
});

it('tells an authenticator everything, whatever the address contains', () => {
  const uri = new URL(totpUri(SECRET, 'a+b&issuer=Evil@example.com'));
  expect(decodeURIComponent(uri.pathname)).toContain('Tokengrip:a+b&issuer=Evil@example.com');
  expect(Object.fromEntries(uri.searchParams)).toEqual({
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    issuer: 'Tokengrip',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  });
  expect(makeTotpSecret()).toHaveLength(20);
});
