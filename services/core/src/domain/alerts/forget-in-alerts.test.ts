import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { forgetInAlerts } from './forget-in-alerts.ts';
import { raiseAlert } from './raise-alert.ts';
import { type AlertFixture, startAlertFixture, testAlert } from './testing.ts';

let fixture: AlertFixture;
beforeAll(async () => {
  fixture = await startAlertFixture();
});
afterAll(() => fixture.database.drop());

const driver = (dimension: string, value: string) => ({
  dimension,
  value,
  label: value,
  sharePercent: 50,
  sentence: value,
});

const raise = (title: string, given: object = {}) =>
  raiseAlert(fixture.ctx, 1, testAlert({ title, drivers: [], text: [], ...given }));
beforeEach(() => sql`delete from alerts`.execute(fixture.database.owner));

it('deletes the alerts that are about the person, and no others', async () => {
  await raise('path', { path: '/records?user=a_b%25&model=m' });
  await raise('end of path', { path: '/records?model=m&user=a_b%25' });
  await raise('Spend of user a_b% is 3 times the usual');
  await raise('longer', { path: '/records?user=a_b%25c' });
  await raise('alike', { path: '/records?user=axb%25' });
  await raise('Spend of user a_b%c is 3 times the usual');
  await raise('Spend of customer a_b% is 3 times the usual', { path: '/records?customer=a_b%25' });
  await forgetInAlerts(fixture.ctx.db, 1, { kind: 'user', value: 'a_b%' });
  const { rows } = await sql<{ title: string }>`select title from alerts order by id`.execute(fixture.database.owner);
  expect(rows.map(({ title }) => title)).toEqual([
    'longer',
    'alike',
    'Spend of user a_b%c is 3 times the usual',
    'Spend of customer a_b% is 3 times the usual',
  ]);
});

it('takes them out of others, which stay told', async () => {
  const drivers = [
    driver('user', 'a_b%'),
    driver('model', 'm'),
    driver('user+model', 'a_b% · m'),
    driver('customer', 'a_b%'),
    driver('user', 'a_b%c'),
  ];
  const text = [
    'It is 12 $.',
    'User `a_b%` is 50 % of the rise.',
    'It also shows in project P, user a_b%, feature f.',
    'Feature `a_b%` is 10 % of the rise, and user a_b%c 5 %.',
  ];
  await raise('budget', { drivers, text });
  await forgetInAlerts(fixture.ctx.db, 1, { kind: 'user', value: 'a_b%' });
  const { rows } = await sql<{ values: string[]; text: string[] }>`
    select array(select dimension || '=' || value from jsonb_to_recordset(drivers) as d (dimension text, value text)) as values, text
    from alerts`.execute(fixture.database.owner);
  expect(rows).toEqual([{ values: ['model=m', 'customer=a_b%', 'user=a_b%c'], text: [text[0], text[3]] }]);
});

it('finds a name with blanks and signs in the address of the records', async () => {
  const value = "Jane (O'Brien) & Co";
  const path = `/records?${new URLSearchParams({ customer: value, model: 'm' })}`;
  const raised = await raise('address', { path });
  await forgetInAlerts(fixture.ctx.db, 1, { kind: 'customer', value });
  const { rows } = await sql`select from alerts where id = ${raised?.id}`.execute(fixture.database.owner);
  expect(rows).toEqual([]);
});
