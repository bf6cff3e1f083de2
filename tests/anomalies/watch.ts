import { DAY, HOUR } from '@tokengrip/core/clock';
import { flagHours, flagPerson, leastExcess } from '@tokengrip/core/domain/anomalies/flag-values';
import { type Flag, groupIncidents, type IncidentFound } from '@tokengrip/core/domain/anomalies/group-incidents';
import { HISTORY_HOURS } from '@tokengrip/core/domain/anomalies/judge';
import type { Cell } from '@tokengrip/core/domain/drivers/contributions';
import type { Dimension, TrafficCell } from './traffic.ts';

/** As the product reads them: see `find-flags.ts` and `window-cells.ts`. */
const WINDOW_HOURS = 2;
const WEEKS = 4;
const WIDER_HOURS = 1;
const DEAREST = 500;
/** Of the default settings: half a dollar. */
const WANTED_PICO_USD = 5e11;
const OVER_MS = 3 * HOUR;
const HOURLY = ['total', 'project', 'feature', 'model', 'key'] as const;
const PEOPLE = ['user', 'customer'] as const;
const DIMENSIONS = ['project', 'feature', 'model', 'key', 'user', 'customer'] as const;

interface Sums {
  spend: Float64Array;
  calls: Float64Array;
}

/** Looks at traffic that is held in memory with the product's own functions, hour after hour. */
export class Watch {
  private readonly begin: number;
  private readonly hours: number;
  private readonly byHour = new Map<number, TrafficCell[]>();
  private readonly sums = new Map<string, Map<string, Sums>>(HOURLY.map((name) => [name, new Map()]));
  /** By person and local day. */
  private readonly days = new Map<string, Map<string, Map<number, number>>>(PEOPLE.map((name) => [name, new Map()]));

  constructor(cells: readonly TrafficCell[], begin: number, end: number) {
    this.begin = begin;
    this.hours = (end - begin) / HOUR;
    for (const cell of cells) this.add(cell, 1);
  }

  /** What spend is out of line in the window that ends. */
  flagsAt(until: number): Flag[] {
    const last = (until - this.begin) / HOUR;
    const first = last - WINDOW_HOURS - HISTORY_HOURS;
    const total = this.sums.get('total')?.get('');
    if (first < 0 || !total) throw new RangeError('the traffic does not go back so far');
    const minimum = leastExcess([...total.spend.subarray(first, last)], WANTED_PICO_USD);
    const flags: Flag[] = [];
    for (const dimension of HOURLY) {
      for (const [value, { spend, calls }] of this.sums.get(dimension) ?? []) {
        if (add(spend.subarray(last - WINDOW_HOURS, last)) < minimum) continue;
        const series = { spend: [...spend.subarray(first, last)], calls: [...calls.subarray(first, last)] };
        const flag = flagHours({ dimension, value, ...series }, WINDOW_HOURS, minimum);
        if (flag) flags.push(flag);
      }
    }
    return [...flags, ...PEOPLE.flatMap((dimension) => this.peopleAt(until, dimension, minimum))];
  }

  /** What the product would tell of these flags. */
  incidentsAt(until: number, flags: readonly Flag[]): IncidentFound[] {
    if (flags.length === 0) return [];
    const now = this.between(until - WINDOW_HOURS * HOUR, until);
    const usual = Array.from({ length: WEEKS }, (_, i) => until - (i + 1) * 7 * DAY).flatMap((end) =>
      this.between(end - (WINDOW_HOURS + WIDER_HOURS) * HOUR, end + WIDER_HOURS * HOUR),
    );
    const kept = new Map(
      (['feature', 'user', 'customer'] as const).map((name) => [name, dearest([...now, ...usual], name)]),
    );
    const toCell = ({ values, picoUsd }: TrafficCell): Cell => {
      const told: Record<string, string> = { ...values };
      for (const [name, names] of kept) if (!names.has(values[name])) told[name] = '';
      return { values: told, amount: picoUsd };
    };
    const weight = WINDOW_HOURS / (WINDOW_HOURS + 2 * WIDER_HOURS) / WEEKS;
    return groupIncidents(flags, now.map(toCell), usual.map(toCell), weight, DIMENSIONS);
  }

  /** Looks at the same traffic with further calls in it. */
  with<T>(added: readonly TrafficCell[], look: () => T): T {
    for (const cell of added) this.add(cell, 1);
    try {
      return look();
    } finally {
      for (const cell of added) this.add(cell, -1);
    }
  }

  private add(cell: TrafficCell, sign: 1 | -1): void {
    const place = (cell.hour - this.begin) / HOUR;
    if (place < 0 || place >= this.hours) return;
    const own = this.byHour.get(cell.hour) ?? [];
    this.byHour.set(cell.hour, sign > 0 ? [...own, cell] : own.filter((one) => one !== cell));
    for (const [dimension, values] of this.sums) {
      const value = dimension === 'total' ? '' : cell.values[dimension as Dimension];
      const sums = values.get(value) ?? { spend: new Float64Array(this.hours), calls: new Float64Array(this.hours) };
      values.set(value, sums);
      sums.spend[place] = (sums.spend[place] ?? 0) + sign * cell.picoUsd;
      sums.calls[place] = (sums.calls[place] ?? 0) + sign * cell.calls;
    }
    const day = Math.floor((cell.hour + HOUR) / DAY);
    for (const [dimension, people] of this.days) {
      const person = cell.values[dimension as Dimension];
      if (!person) continue;
      const days = people.get(person) ?? new Map<number, number>();
      people.set(person, days);
      days.set(day, (days.get(day) ?? 0) + sign * cell.picoUsd);
    }
  }

  private between(from: number, to: number): TrafficCell[] {
    const cells: TrafficCell[] = [];
    for (let hour = from; hour < to; hour += HOUR) cells.push(...(this.byHour.get(hour) ?? []));
    return cells;
  }

  private peopleAt(until: number, dimension: (typeof PEOPLE)[number], minimum: number): Flag[] {
    const from = until - WINDOW_HOURS * HOUR;
    const spending = new Map<string, number>();
    for (const { values, picoUsd } of this.between(from, until)) {
      if (values[dimension]) spending.set(values[dimension], (spending.get(values[dimension]) ?? 0) + picoUsd);
    }
    const candidates = [...spending].filter(([, current]) => current >= minimum);
    if (candidates.length === 0) return [];
    const [since, before] = [from - HISTORY_HOURS * HOUR, from - DAY];
    const inHistory = (days: ReadonlyMap<number, number>) =>
      [...days].filter(([day]) => day * DAY - HOUR >= since && day * DAY - HOUR < before);
    const all: number[] = [];
    const known = new Set<number>();
    for (const days of this.days.get(dimension)?.values() ?? []) {
      for (const [day, spent] of inHistory(days)) {
        all.push(spent);
        known.add(day);
      }
    }
    const others = all.sort((a, b) => b - a).slice(0, 10);
    return candidates.flatMap(([value, current]) => {
      const own = inHistory(this.days.get(dimension)?.get(value) ?? new Map<number, number>()).map(
        ([, spent]) => spent,
      );
      const days = own.sort((a, b) => b - a);
      const flag = flagPerson({ dimension, value, current, days, others, knownDays: known.size }, minimum);
      return flag ? [flag] : [];
    });
  }
}

/** Which incidents are new: one that is about what was told of shortly before is the same one, as in `watch-spend.ts`. */
export class Told {
  private readonly seen = new Map<string, number>();

  isNew({ anchor, driver }: IncidentFound, until: number): boolean {
    const marks = new Set([
      `${anchor.dimension}=${anchor.value}`,
      ...driver.dimensions.map((dimension, i) => `${dimension}=${driver.values[i]}`),
    ]);
    const isKnown = [...marks].some((mark) => until - (this.seen.get(mark) ?? 0) < OVER_MS);
    for (const mark of marks) this.seen.set(mark, until);
    return !isKnown;
  }
}

const add = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

function dearest(cells: readonly TrafficCell[], name: Dimension): ReadonlySet<string> {
  const sums = new Map<string, number>();
  for (const { values, picoUsd } of cells) sums.set(values[name], (sums.get(values[name]) ?? 0) + picoUsd);
  return new Set(
    [...sums]
      .sort(([, a], [, b]) => b - a)
      .slice(0, DEAREST)
      .map(([value]) => value),
  );
}
