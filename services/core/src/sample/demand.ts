import { Calendar, DAY, HOUR, type LocalTime, YEAR } from './calendar.ts';
import { hashOf, hashOfText, normalOf } from './random.ts';
import type { CompanyProfile, FeatureProfile, MixPhase, Rhythm } from './types.ts';

const LAUNCH_DAYS = 30;
const WEEKDAY_HOURS = 24;

/** What one feature is expected to do in one hour, before the number of calls is scaled to what was asked for. */
interface HourlyDemand {
  /** Relative number of calls. */
  weight: number;
  /** -1 to 1: how much more traffic the end of the hour has than its beginning. */
  slope: number;
}

/** 0 before the beginning, 1 after `days`, smooth in between. */
function ramp(instant: number, begin: number, days: number): number {
  const x = Math.min(1, Math.max(0, (instant - begin) / (days * DAY)));
  return x * x * (3 - 2 * x);
}

/** How much traffic each feature has at which time. A function of the seed and the hour alone. */
export class Demand {
  readonly calendar: Calendar;
  private readonly company: CompanyProfile;
  private readonly seed: number;
  private readonly epoch: number;
  /** By name of the rhythm: the sum over an ordinary week, to make rhythms comparable. */
  private readonly weekSums = new Map<string, number>();
  private cachedHour = Number.NaN;
  private now: LocalTime | undefined;
  private holiday = false;
  private common = 1;

  constructor(company: CompanyProfile, seed: number, timeZone = company.timeZone) {
    this.company = company;
    this.seed = seed;
    this.epoch = Date.parse(company.epoch);
    this.calendar = new Calendar(timeZone, company.holidays);
    for (const [name, { hours, weekdays }] of Object.entries(company.rhythms)) {
      if (hours.length !== WEEKDAY_HOURS || weekdays.length !== 7) throw new RangeError(`rhythm ${name} is no week`);
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      this.weekSums.set(name, sum(hours) * sum(weekdays));
    }
  }

  /** Demand of the feature in the UTC hour that begins at this instant. */
  inHour(feature: FeatureProfile, hourStart: number): HourlyDemand {
    const now = this.enter(hourStart);
    const rhythm = this.company.rhythms[feature.rhythm];
    const weekSum = this.weekSums.get(feature.rhythm);
    if (!rhythm || !weekSum) throw new RangeError(`feature ${feature.name} has an unknown rhythm: ${feature.rhythm}`);

    const begin = atHour(rhythm, now.hour);
    const end = atHour(rhythm, now.hour + 1);
    const day = this.holiday ? rhythm.holiday : (rhythm.weekdays[now.weekday] ?? 0);
    // A rhythm that ignores holidays is run by machines, which take no summer break either.
    const season = rhythm.holiday < 1 ? this.calendar.season(now) : 1;
    const shape = (((begin + end) / 2) * day * season * 7 * WEEKDAY_HOURS) / weekSum;
    return {
      weight:
        feature.share * shape * this.common * this.trend(feature, hourStart) * this.noise(feature, now, hourStart),
      slope: begin + end > 0 ? (end - begin) / (end + begin) : 0,
    };
  }

  isWorkday(hourStart: number): boolean {
    const now = this.enter(hourStart);
    return now.weekday < 5 && !this.holiday;
  }

  localHour(hourStart: number): number {
    return this.enter(hourStart).hour;
  }

  private enter(hourStart: number): LocalTime {
    if (this.now && hourStart === this.cachedHour) return this.now;
    const now = this.calendar.at(hourStart);
    this.cachedHour = hourStart;
    this.now = now;
    this.holiday = this.calendar.isHoliday(now);
    this.common = Math.exp((Math.log(this.company.growthPerYear) * (hourStart - this.epoch)) / YEAR);
    return now;
  }

  private trend(feature: FeatureProfile, instant: number): number {
    const years = (instant - this.epoch) / YEAR;
    let trend = Math.exp(Math.log(feature.growthPerYear ?? 1) * years);
    if (feature.launches) trend *= ramp(instant, Date.parse(feature.launches), LAUNCH_DAYS);
    if (feature.retires) {
      trend *= 1 - ramp(instant, Date.parse(feature.retires) - LAUNCH_DAYS * DAY, LAUNCH_DAYS);
    }
    return trend;
  }

  /** Mean 1, so that more noise is not more traffic. */
  private noise(feature: FeatureProfile, now: LocalTime, hourStart: number): number {
    const { day, hour } = this.company.noise;
    const name = hashOfText(feature.name);
    const byDay = day * normalOf(hashOf(this.seed, name, now.day, 1));
    const byHour = hour * normalOf(hashOf(this.seed, name, hourStart / HOUR, 2));
    return Math.exp(byDay + byHour - (day * day + hour * hour) / 2);
  }
}

function atHour(rhythm: Rhythm, hour: number): number {
  const index = Math.floor(hour);
  const before = rhythm.hours[index % WEEKDAY_HOURS] ?? 0;
  const after = rhythm.hours[(index + 1) % WEEKDAY_HOURS] ?? 0;
  return before + (after - before) * (hour - index);
}

/** Place within the hour, 0 to 1, for a uniform fraction: traffic rises or falls linearly. */
export function withinHour(fraction: number, slope: number): number {
  if (Math.abs(slope) < 1e-6) return fraction;
  const linear = 1 - slope;
  return (Math.sqrt(linear * linear + 4 * slope * fraction) - linear) / (2 * slope);
}

/** A feature's models and how their shares move over time. */
export class ModelMix {
  /** Names in the order of the weights. */
  readonly models: string[];
  private readonly phases: { from: number; rampMs: number; weights: number[] }[];

  constructor(phases: readonly MixPhase[]) {
    this.models = [...new Set(phases.flatMap((phase) => Object.keys(phase.models)))];
    this.phases = phases.map(({ from, rampDays = 1, models }) => {
      const sum = Object.values(models).reduce((total, weight) => total + weight, 0);
      return {
        from: from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(from),
        rampMs: rampDays * DAY,
        weights: this.models.map((name) => (models[name] ?? 0) / sum),
      };
    });
  }

  /** Cumulative shares at this instant; the last is 1 but for rounding. */
  cumulativeAt(instant: number): number[] {
    let index = 0;
    while (instant >= (this.phases[index + 1]?.from ?? Number.POSITIVE_INFINITY)) index++;
    const current = this.phases[index];
    const before = this.phases[index - 1] ?? current;
    if (!current || !before) throw new RangeError('a feature needs at least one model');
    const moved = Math.min(1, (instant - current.from) / current.rampMs);
    let sum = 0;
    return current.weights.map((weight, model) => {
      const old = before.weights[model] ?? 0;
      sum += old + (weight - old) * moved;
      return sum;
    });
  }
}
