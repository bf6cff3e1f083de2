import { DAY, HOUR } from './calendar.ts';
import { SAMPLE_COMPANY } from './company/company.ts';
import { Demand } from './demand.ts';
import { hashOf } from './random.ts';
import type { Incident, SamplePeriod } from './types.ts';

/** The latest and earliest place before the end, so that a page that shows the last week shows the anomaly. */
const LATEST_BEFORE_END = 18 * HOUR;
const EARLIEST_BEFORE_END = 6 * DAY;
/** Local hours in which it begins: by day, when there is enough traffic to see it. */
const FIRST_HOUR = 9;
const LAST_HOUR = 15;

/**
 * The one anomaly of a period: a feature has three times its usual calls for two hours, on a working day of the last week.
 * Undefined if the period has no such hours.
 */
export function sampleAnomaly({
  seed,
  from,
  to,
  timeZone,
  company = SAMPLE_COMPANY,
}: SamplePeriod): Incident | undefined {
  const { features, factor, hours } = company.anomaly;
  const feature = features[hashOf(seed, 31) % features.length];
  if (feature === undefined) return undefined;
  const demand = new Demand(company, seed, timeZone);
  const earliest = Math.max(from.getTime(), to.getTime() - EARLIEST_BEFORE_END);
  const candidates: number[] = [];
  for (let hour = Math.ceil(earliest / HOUR) * HOUR; hour <= to.getTime() - LATEST_BEFORE_END; hour += HOUR) {
    const local = demand.localHour(hour);
    if (demand.isWorkday(hour) && local >= FIRST_HOUR && local <= LAST_HOUR) candidates.push(hour);
  }
  const begin = candidates[hashOf(seed, 32) % candidates.length];
  if (begin === undefined) return undefined;
  return { feature, from: new Date(begin), to: new Date(begin + hours * HOUR), factor };
}
