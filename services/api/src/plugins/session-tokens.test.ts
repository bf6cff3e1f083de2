import { MINUTE } from '@tokengrip/core/clock';
import { testClock } from '@tokengrip/core/testing/context';
import { expect, it } from 'vitest';
import { createTokens } from './session-tokens.ts';

const OLD = 'the old secret of the tests';
const NEW = 'the new secret of the tests';
const claims = { userId: 7, id: 'a-session' };

it('accepts what the previous secret signed while it is configured, and refuses it after', () => {
  const clock = testClock();
  const token = createTokens({ SESSION_SECRET: OLD }, clock).sign('access', claims);
  const during = createTokens({ SESSION_SECRET: NEW, SESSION_SECRET_PREVIOUS: OLD }, clock);
  expect(during.read('access', token)).toEqual(claims);
  expect(createTokens({ SESSION_SECRET: NEW }, clock).read('access', token)).toBeUndefined();
  // New ones are signed by the new secret alone.
  expect(createTokens({ SESSION_SECRET: NEW }, clock).read('access', during.sign('access', claims))).toEqual(claims);
});

it('takes a token for nothing but what it was made for, and not for longer', () => {
  const clock = testClock('2026-08-01T12:00:00Z');
  const tokens = createTokens({ SESSION_SECRET: NEW }, clock);
  const challenge = tokens.sign('challenge', claims);
  expect(tokens.read('access', challenge)).toBeUndefined();
  expect(tokens.read('challenge', challenge)).toEqual(claims);
  clock.set(new Date(Date.parse('2026-08-01T12:00:00Z') + 5 * MINUTE).toISOString());
  expect(tokens.read('challenge', challenge)).toBeUndefined();
});

it('says nothing of the secret', () => {
  const token = createTokens({ SESSION_SECRET: NEW }, testClock()).sign('access', claims);
  expect(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).not.toContain(NEW.slice(0, 8));
  expect(createTokens({ SESSION_SECRET: NEW }, testClock()).read('access', 'a.b.c')).toBeUndefined();
});
