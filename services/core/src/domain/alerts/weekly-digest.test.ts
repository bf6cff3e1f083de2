import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testContext } from '../../testing/context.ts';
import { startReceiver, type TestReceiver } from '../../testing/http-receiver.ts';
import { testRecord } from '../../testing/usage-record.ts';
import { storeUsage } from '../usage/store-usage.ts';
import { deliverAlert } from './deliver-alert.ts';
import { digestWeek } from './digest-week.ts';
import { type AlertFixture, startAlertFixture } from './testing.ts';
import { sendDigests } from './weekly-digest.ts';

const weekOf = (zone: string, now: string) => digestWeek(zone, new Date(now));

describe('the week of a digest', () => {
  it.each([
    ['Monday before eight', 'Europe/Berlin', '2026-08-03T05:59:59Z', undefined],
    ['Monday at eight', 'Europe/Berlin', '2026-08-03T06:00:00Z', '2026-07-27'],
    ['Tuesday', 'Europe/Berlin', '2026-08-04T12:00:00Z', '2026-07-27'],
    ['Wednesday at eight', 'Europe/Berlin', '2026-08-05T06:00:00Z', undefined],
    ['Monday at eight in India', 'Asia/Kolkata', '2026-08-03T02:30:00Z', '2026-07-27'],
    ['Monday after clocks went back', 'Europe/Berlin', '2026-10-26T07:00:00Z', '2026-10-19'],
    ['Monday after clocks went forward', 'America/New_York', '2026-03-09T12:00:00Z', '2026-03-02'],
  ])('%s', (_name, zone, now, from) => {
    expect(weekOf(zone, now)?.from).toBe(from);
  });

  it('has as many hours as its days have', () => {
    const hours = (now: string) => {
      const span = weekOf('Europe/Berlin', now)?.week;
      return span && (span.end.getTime() - span.start.getTime()) / 3_600_000;
    };
    expect([hours('2026-10-26T08:00:00Z'), hours('2026-03-30T08:00:00Z'), hours('2026-08-03T08:00:00Z')]).toEqual([
      169, 167, 168,
    ]);
  });
});

describe('the digest', () => {
  let fixture: AlertFixture;
  let receiver: TestReceiver;

  beforeAll(async () => {
    [fixture, receiver] = await Promise.all([startAlertFixture(), startReceiver()]);
    const { owner } = fixture.database;
    const channel = await fixture.addChannel({ kind: 'slack', secrets: { url: receiver.url } });
    await sql`insert into projects (id, organization_id, name) values (11, 1, 'A');
      insert into alert_settings (organization_id, kind, enabled, channel_ids) values (1, 'digest', true, array[${sql.lit(channel)}]);
      insert into organizations (id, name) values (2, 'Wants none');
      insert into alert_settings (organization_id, kind, enabled, channel_ids) values (2, 'digest', false, '{}')`.execute(
      owner,
    );
    const usd = (amount: number) => ({ totalPicoUsd: BigInt(amount) * 10n ** 12n });
    await storeUsage(testContext(fixture.database.as('ingest')), [
      testRecord({
        projectId: 11,
        ts: new Date('2026-07-30T10:00:00Z'),
        ...usd(6),
        model: 'large',
        feature: 'summarize',
      }),
      testRecord({ projectId: 11, ts: new Date('2026-08-01T10:00:00Z'), ...usd(2), model: 'small', feature: 'chat' }),
      // Monday in Berlin: of the week that runs.
      testRecord({ projectId: 11, ts: new Date('2026-08-02T22:30:00Z'), ...usd(100), model: 'large' }),
    ]);
  });
  afterAll(async () => {
    await receiver.close();
    await fixture.database.drop();
  });

  it('tells of the week that is over, once, and goes through the channels', async () => {
    fixture.clock.set('2026-08-03T06:10:00Z');
    const { signal } = new AbortController();
    await Promise.all([sendDigests(fixture.ctx, signal), sendDigests(fixture.ctx, signal)]);
    await sendDigests(fixture.ctx, signal);
    const { rows } = await sql<{
      id: number;
      organization_id: number;
      title: string;
      text: string[];
      state: string;
      drivers: { sentence: string }[];
      path: string;
    }>`
      select id, organization_id, title, text, state, drivers, path from alerts`.execute(fixture.database.owner);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      organization_id: 1,
      state: 'resolved',
      path: '/?range=custom&from=2026-07-27&to=2026-08-02',
    });
    expect(rows[0]?.title).toMatch(/^Your week: \$8(\.00)?$/);
    expect(rows[0]?.text[0]).toMatch(/^From 2026-07-27 to 2026-08-02, 2 calls cost \$8(\.00)?\.$/);
    expect(rows[0]?.drivers.map(({ sentence }) => sentence.replaceAll('.00', ''))).toEqual([
      'Model large: $6, 75 %',
      'Model small: $2, 25 %',
      'Feature summarize: $6, 75 %',
      'Feature chat: $2, 25 %',
    ]);
    const [delivery] = await fixture.deliveries(rows[0]?.id);
    await deliverAlert(fixture.ctx, delivery?.id ?? '');
    expect(JSON.parse(receiver.requests[0]?.body ?? '').text).toBe(rows[0]?.title);
    expect(receiver.requests[0]?.body).not.toContain('Meanwhile it is over');
  });

  it('compares with the week before', async () => {
    fixture.clock.set('2026-08-10T08:00:00Z');
    await sendDigests(fixture.ctx, new AbortController().signal);
    const { rows } = await sql<{ title: string }>`select title from alerts order by id desc limit 1`.execute(
      fixture.database.owner,
    );
    expect(rows[0]?.title.replaceAll('.00', '')).toBe('Your week: $100, 1,150 % more');
  });
});
