import { APIConnectionTimeoutError, APIUserAbortError, RateLimitError } from 'openai';
import { expect, it } from 'vitest';
import { errorType } from './error-type.ts';

it('takes the code of the provider, then its type', () => {
  const headers = new Headers();
  expect(errorType(new RateLimitError(429, { code: 'insufficient_quota', type: 'x' }, 'no', headers))).toBe(
    'insufficient_quota',
  );
  expect(errorType(new RateLimitError(429, { type: 'tokens' }, 'no', headers))).toBe('tokens');
});

it('takes the class where the provider said nothing', () => {
  expect(errorType(new APIUserAbortError())).toBe('APIUserAbortError');
  expect(errorType(new APIConnectionTimeoutError())).toBe('APIConnectionTimeoutError');
  expect(errorType(new DOMException('x', 'AbortError'))).toBe('AbortError');
  expect(errorType(new TypeError('terminated'))).toBe('TypeError');
});

it('never takes words that could be a message', () => {
  expect(errorType({ code: 'the prompt was: tell me a secret' })).toBe('error');
  expect(errorType('a secret')).toBe('error');
  expect(errorType(undefined)).toBe('error');
});
