import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { API_KEY, useFixture } from '../../testing/fixture.ts';
import { Tokengrip, VERSION } from '../index.ts';

const fixture = useFixture();
const RECORD = { source: 'gemini.generate-content', model: 'gemini-3-pro', usage: { promptTokenCount: 3 } };

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('track', () => {
  it('sends a record as it is, with an id, a time and the attribution of its surroundings', async () => {
    const tokengrip = fixture.connect({ environment: 'test', tags: { team: 'a' } });
    tokengrip.withContext({ user: 'u', feature: 'f' }, () => tokengrip.track({ ...RECORD, feature: 'own' }));
    expect(await fixture.record()).toEqual({
      ...RECORD,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      environment: 'test',
      user: 'u',
      feature: 'own',
      tags: { team: 'a' },
    });
  });

  it('keeps the id and the time of the host', async () => {
    fixture.tokengrip.track({ ...RECORD, id: 'order-17', timestamp: new Date(0) });
    expect(await fixture.record()).toMatchObject({ id: 'order-17', timestamp: '1970-01-01T00:00:00.000Z' });
  });

  it('is of the moment at which it is called', async () => {
    const usage = { promptTokenCount: 3 };
    fixture.tokengrip.track({ ...RECORD, usage });
    usage.promptTokenCount = 4;
    expect((await fixture.record()).usage).toEqual({ promptTokenCount: 3 });
  });

  it.each([undefined, null, {}, { source: 'x' }, { source: 'x', model: '' }])(
    'does not throw for %j, and says so once',
    async (record) => {
      fixture.tokengrip.track(record as never);
      fixture.tokengrip.track(record as never);
      expect(await fixture.records()).toHaveLength(0);
      expect(fixture.warnings).toHaveLength(1);
    },
  );

  it('does not throw for what cannot be written as JSON', async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    fixture.tokengrip.track({ ...RECORD, usage: circular });
    fixture.tokengrip.track({ ...RECORD, usage: { count: 1n } });
    expect(await fixture.records()).toHaveLength(0);
    expect(fixture.warnings.map(({ code }) => code)).toEqual(['internal']);
  });
});

describe('withContext', () => {
  it('returns what the work returns, and throws what it throws', async () => {
    const { tokengrip } = fixture;
    expect(tokengrip.withContext({}, () => 7)).toBe(7);
    expect(await tokengrip.withContext({}, async () => 8)).toBe(8);
    expect(() =>
      tokengrip.withContext({}, () => {
        throw new RangeError('mine');
      }),
    ).toThrow(RangeError);
  });

  it('nests: the inner one adds and wins', async () => {
    const { tokengrip } = fixture;
    await tokengrip.withContext({ user: 'outer', session: 's', tags: { a: '1' } }, async () => {
      await tokengrip.withContext({ user: 'inner', tags: { b: '2' } }, async () => tokengrip.track(RECORD));
    });
    expect(await fixture.record()).toMatchObject({ user: 'inner', session: 's', tags: { a: '1', b: '2' } });
  });

  it('ends with its work', async () => {
    fixture.tokengrip.withContext({ user: 'u' }, () => undefined);
    fixture.tokengrip.track(RECORD);
    expect(await fixture.record()).not.toHaveProperty('user');
  });
});

describe('without a key or an address', () => {
  it('everything is there and does nothing, after one warning on the console', async () => {
    vi.stubEnv('TOKENGRIP_API_KEY', '');
    vi.stubEnv('TOKENGRIP_URL', '');
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const tokengrip = new Tokengrip();
    tokengrip.track(RECORD);
    expect(tokengrip.withContext({ user: 'u' }, () => 1)).toBe(1);
    expect(tokengrip.attribute({ user: 'u' }, { timeout: 1 })).toMatchObject({ timeout: 1 });
    expect(await tokengrip.flush()).toBe(true);
    expect(await tokengrip.close()).toBe(true);
    expect(tokengrip.enabled).toBe(false);
    expect(tokengrip.stats).toEqual({ queued: 0, delivered: 0, rejected: 0, dropped: 0 });
    expect(warn).toHaveBeenCalledOnce();
    expect(warn.mock.calls[0]?.[0]).toMatch(/^\[tokengrip\] Nothing is recorded/);
  });

  it('they are taken from the environment', async () => {
    vi.stubEnv('TOKENGRIP_API_KEY', API_KEY);
    vi.stubEnv('TOKENGRIP_URL', fixture.ingest.url);
    const tokengrip = new Tokengrip();
    tokengrip.track(RECORD);
    await tokengrip.close();
    expect(fixture.ingest.records).toHaveLength(1);
  });
});

it('survives a listener of warnings that throws', async () => {
  const tokengrip = fixture.connect({
    onWarning: () => {
      throw new Error('of the host');
    },
  });
  tokengrip.track({} as never);
  tokengrip.track(RECORD);
  expect(await fixture.records()).toHaveLength(1);
});

it('names the version of the package', async () => {
  const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  expect(VERSION).toBe(JSON.parse(manifest).version);
});
