import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY } from '../../clock.ts';
import { keepAlerts } from './keep-alerts.ts';
import { raiseAlert } from './raise-alert.ts';
import { resolveAlert } from './resolve-alert.ts';
import { type AlertFixture, startAlertFixture, testAlert } from './testing.ts';

describe('what is long over', () => {
  let fixture: AlertFixture;
  beforeAll(async () => {
    fixture = await startAlertFixture();
  });
  afterAll(() => fixture.database.drop());

  const texts = async (query: ReturnType<typeof sql<{ text: string }>>) =>
    (await query.execute(fixture.database.owner)).rows.map(({ text }) => text);

  it('is deleted, and nothing that goes on', async () => {
    const { ctx, database } = fixture;
    const raise = async (title: string) => {
      const alert = testAlert({ title });
      await raiseAlert(ctx, 1, alert);
      return alert.dedupKey;
    };
    await resolveAlert(ctx, 1, await raise('resolved'));
    await raise('open');
    await sql`
      insert into alert_episodes (organization_id, subject, began_at, seen_at, ended_at)
      values (1, 'over', '2026-08-03', '2026-08-03', '2026-08-03'), (1, 'goes on', '2026-08-03', '2026-08-03', null)`.execute(
      database.owner,
    );
    const left = async () => [
      await texts(sql`select title as text from alerts order by id`),
      await texts(sql`select subject as text from alert_episodes order by subject`),
    ];
    fixture.pass(399 * DAY);
    await keepAlerts(ctx);
    expect(await left()).toEqual([
      ['resolved', 'open'],
      ['goes on', 'over'],
    ]);
    fixture.pass(2 * DAY);
    await keepAlerts(ctx);
    expect(await left()).toEqual([['open'], ['goes on']]);
  });
});
