import type { Channel } from '@tokengrip/core/contract/channels';
import { describe, expect, it } from 'vitest';
import { channelStanding, usesText } from './standing.ts';

const channel = (part: Partial<Channel>): Channel => ({
  id: 1,
  kind: 'webhook',
  name: 'On call',
  enabled: true,
  quietHours: null,
  addresses: [],
  target: 'https://example.com',
  kinds: [],
  budgets: [],
  snoozedUntil: null,
  previousSecretUntil: null,
  lastAttemptAt: null,
  lastDeliveredAt: null,
  lastCode: null,
  createdAt: '2026-08-01T00:00:00Z',
  updatedAt: '2026-08-01T00:00:00Z',
  ...part,
});

describe('how a channel stands', () => {
  it('says that it fails before it says that it is snoozed, and of one that is off nothing else', () => {
    const failing = { lastAttemptAt: '2026-08-01T00:00:00Z', lastCode: 'timed_out' };
    expect(channelStanding(channel({})).label).toBe('not tried yet');
    expect(channelStanding(channel({ ...failing, snoozedUntil: '2026-08-02T00:00:00Z' }))).toMatchObject({
      label: 'failing',
      text: 'The server did not answer within ten seconds.',
    });
    expect(channelStanding(channel({ ...failing, enabled: false })).label).toBe('off');
    expect(channelStanding(channel({ lastAttemptAt: '2026-08-01T00:00:00Z' })).label).toBe('works');
  });

  it('names everything that uses it', () => {
    expect(usesText(channel({}), String)).toBe('Nothing uses it.');
    expect(
      usesText(channel({ kinds: ['digest', 'error_rate'], budgets: [{ id: 1, name: 'Chat' }] }), (kind) => kind),
    ).toBe(
      'It is used by the alerts “digest”, “error_rate” and by the budget “Chat”, which then tell others or nobody.',
    );
  });
});
