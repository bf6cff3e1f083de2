/**
 * Forecasts generated months, seed after seed, and says how wrong that is beside the straight line.
 *
 *     node tests/forecast/main.ts 100 119 [calls a month] [day of the month]
 */
import { DAY, HOUR } from '@tokengrip/core/clock';
import { periodAt } from '@tokengrip/core/domain/budgets/periods';
import { forecastSpan } from '@tokengrip/core/domain/forecast/forecast';
import { daysOf } from '@tokengrip/core/domain/forecast/local-days';
import { sampleCells } from '@tokengrip/core/testing/sample-cells';

const [first = 1, last = 10, calls = 60_000, day = 10] = process.argv.slice(2).map(Number);

const ZONE = 'Europe/Berlin';
const FROM = Date.parse('2024-09-15');
const TO = Date.parse('2026-11-03');
/** November 2025 to October 2026, each with a year before it. */
const MONTHS = Array.from({ length: 12 }, (_, i) => i);
const HISTORY_DAYS = 71;
const YEAR_DAYS = 400;

const results: { ours: number; straight: number; within: boolean }[] = [];
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

for (let seed = first; seed <= last; seed++) {
  const values = new Array<number>((TO - FROM) / HOUR).fill(0);
  const period = { from: new Date(FROM), to: new Date(TO) };
  const total = (calls * (TO - FROM)) / DAY / 30.4;
  for (const { hour, picoUsd } of sampleCells({ seed, ...period, calls: total, incidents: [] })) {
    const place = (hour - FROM) / HOUR;
    values[place] = (values[place] ?? 0) + picoUsd;
  }
  const hours = values.map((value, i) => ({ start: FROM + i * HOUR, value }));
  const between = (from: number, to: number) => hours.filter(({ start }) => start >= from && start < to);
  const sum = (from: number, to: number) => between(from, to).reduce((all, { value }) => all + value, 0);
  for (const month of MONTHS) {
    const middle = new Date(Date.UTC(2025, 10 + month, 15));
    const span = periodAt({ period: 'month', rollingHours: null, timeZone: ZONE }, middle);
    const [start, end] = [span.start.getTime(), span.end.getTime()];
    const now = start + (day - 0.5) * DAY;
    const [spent, actual] = [sum(start, now), sum(start, end)];
    const from = new Date(now - YEAR_DAYS * DAY);
    const days = daysOf(between(from.getTime(), now), ZONE, new Date(now), from).whole;
    const { total: forecast } = forecastSpan({
      hours: between(now - HISTORY_DAYS * DAY, now),
      days: days.map(({ date, total: value }) => ({ date, value })),
      timeZone: ZONE,
      now: new Date(now),
      span,
      spent,
    });
    if (!forecast) throw new Error('there is no forecast');
    const straight = (spent / (now - start)) * (end - start);
    results.push({
      ours: Math.abs(forecast.expected - actual) / actual,
      straight: Math.abs(straight - actual) / actual,
      within: forecast.low <= actual && actual <= forecast.high,
    });
  }
  const [ours, straight] = [mean(results.map((one) => one.ours)), mean(results.map((one) => one.straight))];
  const within = mean(results.map((one) => Number(one.within)));
  console.log(
    `to seed ${seed}: ${results.length} months, wrong by ${percent(ours)}, the straight line by ${percent(straight)}: ` +
      `${(ours / straight).toFixed(3)}; ${percent(within)} within the range`,
  );
}
