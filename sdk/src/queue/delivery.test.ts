import { describe, expect, it, vi } from 'vitest';
import { API_KEY, useFixture } from '../../testing/fixture.ts';
import type { Tokengrip } from '../index.ts';

const fixture = useFixture();
const RECORD = { source: 'normalized', provider: 'p', model: 'm', usage: { input: 1 } };

function track(tokengrip: Tokengrip, count: number): void {
  for (let index = 0; index < count; index++) tokengrip.track({ ...RECORD, traceId: String(index) });
}

const codes = () => fixture.warnings.map(({ code }) => code);

describe('delivery', () => {
  it('sends records in batches, with the key and the kind of what is sent', async () => {
    track(fixture.tokengrip, 3);
    await fixture.ingest.stored(3);
    expect(fixture.ingest.deliveries).toHaveLength(1);
    const [delivery] = fixture.ingest.deliveries;
    expect(delivery?.path).toBe('/v1/usage');
    expect(delivery?.headers).toMatchObject({
      authorization: `Bearer ${API_KEY}`,
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^tokengrip-js\/\d+\.\d+\.\d+$/),
    });
    expect(delivery?.headers).not.toHaveProperty('content-encoding');
  });

  it('compresses what is long enough to gain from it', async () => {
    track(fixture.tokengrip, 100);
    await fixture.ingest.stored(100);
    const [delivery] = fixture.ingest.deliveries;
    expect(delivery?.headers['content-encoding']).toBe('gzip');
    expect(delivery?.raw.byteLength).toBeLessThan((delivery?.text.length ?? 0) / 4);
  });

  it('sends a full batch at once, without waiting for the interval', async () => {
    const tokengrip = fixture.connect({ flushIntervalMs: 3_600_000, maxBatchSize: 10 });
    track(tokengrip, 10);
    await fixture.ingest.stored(10);
  });

  it('waits for company after that', async () => {
    const tokengrip = fixture.connect({ flushIntervalMs: 3_600_000, maxBatchSize: 10 });
    track(tokengrip, 12);
    await vi.waitFor(() => expect(tokengrip.stats).toMatchObject({ delivered: 10, queued: 2 }));
    expect(fixture.ingest.deliveries).toHaveLength(1);
    expect(await tokengrip.flush()).toBe(true);
    expect(fixture.ingest.records).toHaveLength(12);
  });

  it('uses one connection for everything', async () => {
    for (let round = 0; round < 3; round++) {
      track(fixture.tokengrip, 1);
      await fixture.tokengrip.flush();
    }
    expect(new Set(fixture.ingest.deliveries.map(({ port }) => port)).size).toBe(1);
  });

  it('sends with the fetch of the host, if there is one', async () => {
    const fetch = vi.fn(globalThis.fetch);
    const tokengrip = fixture.connect({ fetch });
    track(tokengrip, 100);
    await tokengrip.flush();
    expect(fetch).toHaveBeenCalledOnce();
    expect(fixture.ingest.records).toHaveLength(100);
  });
});

describe('a server in trouble', () => {
  it('gets the same records again, with the same ids and times', async () => {
    fixture.ingest.reply({ status: 500 }, {});
    track(fixture.tokengrip, 2);
    expect(await fixture.tokengrip.flush()).toBe(true);
    const [first, second] = fixture.ingest.deliveries;
    expect(second?.text).toBe(first?.text);
    expect(fixture.ingest.records).toHaveLength(2);
    expect(codes()).toEqual([]);
  });

  it.each([408, 429, 502, 503])('is tried again after %i', async (status) => {
    fixture.ingest.reply({ status }, {});
    track(fixture.tokengrip, 1);
    expect(await fixture.tokengrip.flush()).toBe(true);
    expect(fixture.ingest.records).toHaveLength(1);
  });

  it('is given the time that it asks for', async () => {
    fixture.ingest.reply({ status: 429, headers: { 'retry-after': '1' } }, {});
    track(fixture.tokengrip, 1);
    const start = performance.now();
    expect(await fixture.tokengrip.flush()).toBe(true);
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  it('is given that time though the host is in a hurry', async () => {
    fixture.ingest.reply({ status: 503, headers: { 'retry-after': '1' } }, {});
    track(fixture.tokengrip, 1);
    await fixture.tokengrip.flush(100);
    for (let hurry = 0; hurry < 10; hurry++) expect(await fixture.tokengrip.flush(20)).toBe(false);
    expect(fixture.ingest.deliveries).toHaveLength(1);
    expect(await fixture.tokengrip.flush()).toBe(true);
  });

  it('that answers with a page of HTML keeps getting the records, after one warning', async () => {
    const page = { body: '<!doctype html><title>Sign in</title>', headers: { 'content-type': 'text/html' } };
    fixture.ingest.reply(page, page, page, {});
    track(fixture.tokengrip, 1);
    expect(await fixture.tokengrip.flush()).toBe(true);
    expect(fixture.ingest.records).toHaveLength(1);
    expect(codes()).toEqual(['undeliverable']);
  });

  it('that is not there is tried on, after one warning', async () => {
    const tokengrip = fixture.connect({ baseUrl: 'http://127.0.0.1:9' });
    track(tokengrip, 1);
    await vi.waitFor(() => expect(codes()).toEqual(['undeliverable']), 5_000);
    expect(fixture.warnings[0]?.message).toContain('ECONNREFUSED');
    expect(await tokengrip.flush(50)).toBe(false);
    expect(tokengrip.stats).toMatchObject({ queued: 1, dropped: 0 });
    expect(codes()).toEqual(['undeliverable']);
  });

  it('that does not answer is given up for the attempt, and tried again', async () => {
    const tokengrip = fixture.connect({ timeoutMs: 50 });
    fixture.ingest.reply({ hang: true }, { hang: true }, {});
    track(tokengrip, 1);
    expect(await tokengrip.flush()).toBe(true);
    expect(fixture.ingest.deliveries).toHaveLength(3);
    expect(fixture.warnings.map(({ message }) => message)).toEqual([expect.stringContaining('ETIMEDOUT')]);
  });

  it('that takes no more than part of a batch gets it in parts', async () => {
    fixture.ingest.replyAlways(({ records }) => (records.length > 3 ? { status: 413 } : {}));
    track(fixture.tokengrip, 10);
    expect(await fixture.tokengrip.flush()).toBe(true);
    expect(fixture.ingest.records.map(({ traceId }) => traceId)).toEqual([...'0123456789']);
    expect(codes()).toEqual([]);
  });

  it('that takes not even a single record loses it, counted, with one warning', async () => {
    fixture.ingest.replyAlways(() => ({ status: 413 }));
    track(fixture.tokengrip, 4);
    expect(await fixture.tokengrip.flush()).toBe(true);
    expect(fixture.tokengrip.stats).toEqual({ queued: 0, delivered: 0, rejected: 0, dropped: 4 });
    expect(codes()).toEqual(['dropped']);
  });
});

describe('a server that refuses', () => {
  it.each([401, 403, 404])('with %i is not asked again for the same records, after one warning', async (status) => {
    fixture.ingest.replyAlways(() => ({ status }));
    track(fixture.tokengrip, 2);
    expect(await fixture.tokengrip.flush()).toBe(true);
    track(fixture.tokengrip, 1);
    expect(await fixture.tokengrip.flush()).toBe(true);
    expect(fixture.ingest.deliveries).toHaveLength(2);
    expect(fixture.tokengrip.stats).toMatchObject({ queued: 0, dropped: 3 });
    expect(codes()).toEqual(['refused']);
    expect(fixture.warnings[0]?.message).not.toContain(API_KEY);
  });

  it('is left in peace for a while', async () => {
    const refused = fixture.connect({ flushIntervalMs: 1 });
    fixture.ingest.replyAlways(() => ({ status: 401 }));
    track(refused, 1);
    await vi.waitFor(() => expect(refused.stats.dropped).toBe(1));
    fixture.ingest.replyAlways(() => ({}));
    track(refused, 1);
    // The other client waits for 500 ms: the refused one would have sent long before.
    track(fixture.tokengrip, 1);
    await vi.waitFor(() => expect(fixture.tokengrip.stats.delivered).toBe(1), 5_000);
    expect(refused.stats).toMatchObject({ queued: 1, delivered: 0 });
  });

  it('does not lose to a redirect what it would not take', async () => {
    fixture.ingest.reply({ status: 301, headers: { location: 'http://127.0.0.1:9/' } });
    track(fixture.tokengrip, 1);
    await fixture.tokengrip.flush();
    expect(fixture.warnings[0]?.message).toContain('redirects elsewhere');
  });

  it('refuses single records with a warning for each reason, and stores the others', async () => {
    const rejected = [
      { index: 0, code: 'unknown_source', field: 'source', message: 'secret' },
      { index: 2, code: 'unknown_source', field: 'source', message: 'secret' },
      { index: 3, code: 'invalid_field', field: 'usage', message: 'secret' },
    ];
    fixture.ingest.reply({ rejected }, { rejected: rejected.slice(0, 1) });
    track(fixture.tokengrip, 5);
    await fixture.tokengrip.flush();
    track(fixture.tokengrip, 1);
    await fixture.tokengrip.flush();
    expect(fixture.tokengrip.stats).toEqual({ queued: 0, delivered: 2, rejected: 4, dropped: 0 });
    expect(codes()).toEqual(['rejected', 'rejected']);
    expect(JSON.stringify(fixture.warnings)).not.toContain('secret');
  });
});

describe('the queue', () => {
  it('is bounded by number, and counts what it cannot hold, with one warning', async () => {
    const tokengrip = fixture.connect({ baseUrl: 'http://127.0.0.1:9', maxQueueSize: 10 });
    track(tokengrip, 25);
    expect(tokengrip.stats).toMatchObject({ queued: 10, dropped: 15 });
    expect(codes()).toEqual(['dropped']);
  });

  it('is bounded by size', async () => {
    const tokengrip = fixture.connect({ baseUrl: 'http://127.0.0.1:9', maxQueueBytes: 64 * 1024 });
    for (let index = 0; index < 20; index++) tokengrip.track({ ...RECORD, usage: { note: 'x'.repeat(10_000) } });
    expect(tokengrip.stats).toMatchObject({ queued: 6, dropped: 14 });
    expect(codes()).toEqual(['dropped']);
  });

  it('takes no record of absurd size', async () => {
    fixture.tokengrip.track({ ...RECORD, usage: { note: 'x'.repeat(600_000) } });
    expect(fixture.tokengrip.stats).toMatchObject({ queued: 0, dropped: 1 });
  });
});

describe('flush', () => {
  it('is over at once if there is nothing', async () => {
    expect(await fixture.tokengrip.flush()).toBe(true);
  });

  it('waits only for what came before it', async () => {
    const tokengrip = fixture.connect({ maxBatchSize: 1, flushIntervalMs: 3_600_000 });
    fixture.ingest.reply({}, { hang: true });
    track(tokengrip, 1);
    const flushed = tokengrip.flush(5_000);
    track(tokengrip, 1);
    expect(await flushed).toBe(true);
    expect(tokengrip.stats).toMatchObject({ delivered: 1, queued: 1 });
  });

  it('does not wait longer than it is told', async () => {
    fixture.ingest.reply({ hang: true });
    track(fixture.tokengrip, 1);
    expect(await fixture.tokengrip.flush(20)).toBe(false);
    expect(fixture.tokengrip.stats).toMatchObject({ queued: 1, dropped: 0 });
  });
});

describe('close', () => {
  it('delivers what there is, and drops what comes later with a warning', async () => {
    track(fixture.tokengrip, 2);
    expect(await fixture.tokengrip.close()).toBe(true);
    expect(fixture.ingest.records).toHaveLength(2);
    track(fixture.tokengrip, 2);
    expect(fixture.tokengrip.stats).toMatchObject({ delivered: 2, dropped: 2 });
    expect(codes()).toEqual(['dropped']);
  });

  it('gives up what cannot be delivered in time, counted, with one warning', async () => {
    fixture.ingest.reply({ hang: true });
    track(fixture.tokengrip, 3);
    expect(await fixture.tokengrip.close(20)).toBe(false);
    await vi.waitFor(() => expect(fixture.tokengrip.stats).toMatchObject({ queued: 0, dropped: 3 }));
    expect(codes()).toEqual(['dropped']);
    expect(fixture.warnings[0]?.message).toMatch(/^3 records/);
  });
});
