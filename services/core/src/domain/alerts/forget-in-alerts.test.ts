import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
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

it('deletes the alerts that name the person, and no others', async () => {
  const raise = (title: string, given: object) =>
    raiseAlert(fixture.ctx, 1, testAlert({ title, drivers: [], ...given }));
  await raise('driver', { drivers: [driver('model', 'm'), driver('user', 'a_b%')] });
  await raise('path', { path: '/records?user=a_b%25&model=m' });
  await raise('end of path', { path: '/records?model=m&user=a_b%25' });
  await raise('customer', { drivers: [driver('customer', 'a_b%')] });
  await raise('longer', { path: '/records?user=a_b%25c' });
  await raise('alike', { path: '/records?user=axb%25' });
  await raise('pair', { drivers: [driver('user+model', 'a_b% · m')] });
  await raise('sentence', { text: ['It also shows in project P, user a_b%, feature f.'] });
  await raise('Spend of user a_b% is 3 times the usual', {});
  await raise('longer in a sentence', { text: ['It also shows in user a_b%c.'], drivers: [driver('user', 'a_b%c')] });
  await raise('a feature of that name', { text: ['Feature `a_b%` is all of the rise.'] });
  await forgetInAlerts(fixture.ctx.db, 1, { kind: 'user', value: 'a_b%' });
  const { rows } = await sql<{ title: string }>`select title from alerts order by id`.execute(fixture.database.owner);
  expect(rows.map(({ title }) => title)).toEqual([
    'customer',
    'longer',
    'alike',
    'longer in a sentence',
    'a feature of that name',
  ]);
});

it('finds a name with blanks and signs in the address of the records', async () => {
  const value = "Jane (O'Brien) & Co";
  const path = `/records?${new URLSearchParams({ customer: value, model: 'm' })}`;
  const raised = await raiseAlert(fixture.ctx, 1, testAlert({ title: 'address', drivers: [], path }));
  await forgetInAlerts(fixture.ctx.db, 1, { kind: 'customer', value });
  const { rows } = await sql`select from alerts where id = ${raised?.id}`.execute(fixture.database.owner);
  expect(rows).toEqual([]);
});
