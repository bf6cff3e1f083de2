import { describe, expect, it } from 'vitest';
import { settleDelivery, type TokengripOptions } from './options.ts';
import { type TokengripWarning, Warnings } from './warnings.ts';

function settle(options: TokengripOptions, environment: { apiKey?: string; baseUrl?: string } = {}) {
  const warnings: TokengripWarning[] = [];
  const { apiKey, baseUrl } = environment;
  const settings = settleDelivery(options, { apiKey, baseUrl }, new Warnings((warning) => warnings.push(warning)));
  return { settings, warnings };
}

const GOOD = { apiKey: 'tg_1', baseUrl: 'https://tokengrip.example.com' };

describe('settleDelivery', () => {
  it('takes key and address from the environment where they are not given', () => {
    const { settings } = settle({ apiKey: '' }, GOOD);
    expect(settings).toMatchObject({ apiKey: 'tg_1' });
    expect(settings?.endpoint.href).toBe('https://tokengrip.example.com/v1/usage');
    expect(settle({ apiKey: 'own' }, GOOD).settings?.apiKey).toBe('own');
  });

  it.each([
    ['https://example.com/', 'https://example.com/v1/usage'],
    ['https://example.com/ingest//', 'https://example.com/ingest/v1/usage'],
    ['http://localhost:8080?x=1#y', 'http://localhost:8080/v1/usage'],
  ])('finds the endpoint below %s', (baseUrl, href) => {
    expect(settle({ ...GOOD, baseUrl }).settings?.endpoint.href).toBe(href);
  });

  it.each([
    [{}, /no API key/],
    [{ apiKey: 'k' }, /no address/],
    [{ apiKey: 'k', baseUrl: 'tokengrip.example.com' }, /not an http/],
    [{ apiKey: 'k', baseUrl: 'ftp://example.com' }, /not an http/],
    [{ apiKey: 'line\nbreak', baseUrl: 'http://x' }, /characters that no key has/],
    [{ apiKey: 42 as never, baseUrl: 'http://x' }, /characters that no key has/],
  ])('is off with one warning for %j', (options, message) => {
    const { settings, warnings } = settle(options);
    expect(settings).toBeUndefined();
    expect(warnings).toEqual([{ code: 'disabled', message: expect.stringMatching(message) }]);
  });

  it('is off without a warning if the host says so', () => {
    expect(settle({ enabled: false })).toEqual({ settings: undefined, warnings: [] });
  });

  it('replaces unusable numbers by their defaults, with a warning', () => {
    const { settings, warnings } = settle({
      ...GOOD,
      maxBatchSize: 10_000,
      timeoutMs: Number.NaN,
      flushIntervalMs: 20,
    });
    expect(settings).toMatchObject({ maxBatchSize: 500, timeoutMs: 10_000, flushIntervalMs: 20 });
    expect(warnings.map(({ code }) => code)).toEqual(['invalid_option', 'invalid_option']);
  });
});
