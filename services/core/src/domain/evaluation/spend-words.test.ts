import { expect, it } from 'vitest';
import type { Flag } from '../anomalies/group-incidents.ts';
import { incidentAlert } from './spend-words.ts';

const USD = 10 ** 12;
const flag = (dimension: string, value: string): Flag => ({
  dimension,
  value,
  current: 30 * USD,
  usual: 10 * USD,
  score: 5,
  wouldBe: () => false,
});
const alertOf = (anchor: Flag, flags: Flag[] = []) =>
  incidentAlert(
    { anchor, flags, driver: { dimensions: [], values: [], now: 30, usual: 10, share: 1 } },
    { until: new Date('2026-08-10T14:00:00Z'), windowHours: 2, labels: new Map([['key\x004', 'production']]) },
  );

it.each([
  ['total', '', 'Spend is 3.0 times the usual'],
  ['key', '4', 'Spend of key production is 3.0 times the usual'],
  ['feature', '', 'Spend of calls without a feature is 3.0 times the usual'],
])('says whose spend is out of line: %s %s', (dimension, value, title) => {
  expect(alertOf(flag(dimension, value)).title).toBe(title);
});

it('says where else it shows', () => {
  const alert = alertOf(flag('model', 'gpt-5.4'), [flag('total', ''), flag('feature', ''), flag('key', '4')]);
  expect(alert.text).toContain('It also shows in the sum of everything, calls without a feature, key production.');
});
