import type { AlertDelivery } from '@tokengrip/core/contract/alerts';
import { describe, expect, it } from 'vitest';
import { codeText, standingOf, testOutcome } from './alert-words.ts';

const delivery = (part: Partial<AlertDelivery>): AlertDelivery => ({
  id: '00000000-0000-4000-8000-000000000000',
  alert: null,
  channel: { id: 1, kind: 'webhook', name: 'On call' },
  event: 'test',
  state: 'queued',
  attempts: 0,
  nextAttemptAt: null,
  heldBy: null,
  lastStatus: null,
  lastCode: null,
  createdAt: '2026-08-01T00:00:00Z',
  finishedAt: null,
  log: [],
  ...part,
});

describe('what is said of deliveries', () => {
  it('names the status of an answer, and a code of a later version by itself', () => {
    expect(codeText('http_error', 503)).toBe('The server answered with an error. (HTTP 503)');
    expect(codeText('eaten_by_dog')).toBe('It failed: eaten_by_dog.');
  });

  it('tells waiting for a first attempt from waiting for another', () => {
    expect(standingOf(delivery({})).label).toBe('Waiting');
    expect(standingOf(delivery({ attempts: 2, lastCode: 'timed_out' }))).toMatchObject({
      label: 'Trying again',
      text: 'The server did not answer within ten seconds.',
    });
    expect(standingOf(delivery({ state: 'held', heldBy: 'quiet_hours' })).text).toMatch(/quiet hours/);
  });

  it('says of a test whether it arrived, why not, or that nobody has sent it yet', () => {
    const log = [{ at: '2026-08-01T00:00:00Z', durationMs: 12, status: 204, code: null }];
    expect(testOutcome(delivery({ state: 'delivered', log }))).toEqual({
      good: true,
      text: 'The test was delivered in 12 ms (HTTP 204).',
    });
    expect(testOutcome(delivery({ state: 'failed', lastCode: 'address_refused' })).text).toMatch(/private or local/);
    expect(testOutcome(delivery({})).text).toMatch(/no worker/);
  });
});
