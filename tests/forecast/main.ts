/**
 * Forecasts generated months, seed after seed, and says how wrong that is beside the straight line.
 *
 *     node tests/forecast/main.ts 100 119 [calls a month] [day of the month] [first day of history] [zone]
 */
import { type ForeseenMonth, foreseeMonths, sampleHours, summarize } from '@tokengrip/core/domain/forecast/testing';

const [first = 1, last = 10, calls = 60_000, day = 10] = process.argv.slice(2, 6).map(Number);
/** A year before the first month; July 2025 is a history of months only. */
const [since = '2024-09-15', zone = 'Europe/Berlin'] = process.argv.slice(6);

const months: ForeseenMonth[] = [];
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

for (let seed = first; seed <= last; seed++) {
  months.push(...foreseeMonths(sampleHours(seed, calls, since), day, zone));
  const { ours, straight, ratio, within } = summarize(months);
  console.log(
    `to seed ${seed}: ${months.length} months, wrong by ${percent(ours)}, the straight line by ${percent(straight)}: ` +
      `${ratio.toFixed(3)}; ${percent(within)} within the range`,
  );
}
