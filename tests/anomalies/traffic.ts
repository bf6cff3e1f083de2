import { DAY, HOUR } from '@tokengrip/core/clock';
import { SAMPLE_COMPANY } from '@tokengrip/core/sample/company/company';
import { Demand, ModelMix } from '@tokengrip/core/sample/demand';
import { Random } from '@tokengrip/core/sample/random';
import type { Incident } from '@tokengrip/core/sample/types';
import { type SampleCell, sampleCells } from '@tokengrip/core/testing/sample-cells';

/** What is looked at, and the weeks that say what is usual. */
const WATCHED_DAYS = 30;
const PAST_DAYS = 56;

/** Calls of one hour with the values of every dimension, in pico-USD. */
export interface TrafficCell {
  hour: number;
  values: Record<Dimension, string>;
  picoUsd: number;
  calls: number;
}
export type Dimension = 'project' | 'feature' | 'model' | 'key' | 'user' | 'customer';

/** Three times the usual calls of a feature for two hours, and what the additional ones have in common. */
export interface Planted {
  from: number;
  kind: (typeof KINDS)[number];
  /** What is true of all additional calls. */
  values: Partial<Record<Dimension, string>>;
  added: TrafficCell[];
}

const KINDS = ['feature', 'model', 'customer', 'user', 'key', 'project'] as const;
const INCIDENTS = 12;
const LASTING_MS = 6 * HOUR;

export interface Month {
  /** Of what is usual. */
  from: number;
  begin: number;
  end: number;
  cells: TrafficCell[];
  planted: Planted[];
}

/**
 * A month of a generated company with what came before it, and incidents that are planted in it one by one: each as
 * further calls of its feature in the ordinary traffic, drawn as the ordinary ones are.
 */
export function generateMonth(seed: number, callsPerMonth: number): Month {
  const begin = Date.UTC(2026, seed % 10, 1);
  const end = begin + WATCHED_DAYS * DAY;
  const from = new Date(begin - PAST_DAYS * DAY);
  const reference = { from, to: new Date(end) };
  const calls = (callsPerMonth * (WATCHED_DAYS + PAST_DAYS)) / 30.4;
  const usual = sampleCells({ seed, ...reference, calls, incidents: [] });
  const cells = usual.map(withOrigin);
  const incidents = incidentsOf(seed, begin, cells);
  const watched = { seed, calls, reference, from: new Date(begin), to: reference.to };
  const added = difference(sampleCells({ ...watched, incidents }), usual);
  // Each is on a day of its own; conversations that begin in it go on for some hours.
  const planted = incidents.map(({ kind, ...incident }): Planted => {
    const [start, over] = [incident.from.getTime(), incident.to.getTime() + LASTING_MS];
    return plant(kind, incident, added.filter(({ hour }) => hour >= start && hour < over).map(withOrigin));
  });
  return { from: from.getTime(), begin, end, cells, planted };
}

/** Each team has a project of its own, and a key of its own in each environment. */
function withOrigin({
  hour,
  model,
  feature,
  user,
  customer,
  team,
  environment,
  picoUsd,
  calls,
}: SampleCell): TrafficCell {
  const project = team || 'unknown';
  return {
    hour,
    values: { project, key: `${project}/${environment}`, feature, model, user, customer },
    picoUsd,
    calls,
  };
}

/** On working days, while there is traffic; in the features in which the sample's own anomaly may be. */
function incidentsOf(seed: number, begin: number, cells: readonly TrafficCell[]) {
  const demand = new Demand(SAMPLE_COMPANY, seed);
  const random = new Random(seed, 7_001, 0);
  const hours = Array.from({ length: WATCHED_DAYS * 24 - 12 }, (_, i) => begin + i * HOUR).filter((hour) => {
    const local = demand.localHour(hour);
    return demand.isWorkday(hour) && local >= 9 && local <= 15;
  });
  const days = [...Map.groupBy(hours, (hour) => Math.floor(hour / DAY)).values()];
  return Array.from({ length: INCIDENTS }, (_, i): Incident & { kind: (typeof KINDS)[number] } => {
    const [day = []] = days.splice(random.below(days.length), 1);
    const start = day[random.below(day.length)] ?? begin;
    const kind = KINDS[i % KINDS.length] ?? 'feature';
    const feature = SAMPLE_COMPANY.anomaly.features[random.below(SAMPLE_COMPANY.anomaly.features.length)] ?? '';
    const models = modelsAt(feature, start);
    const caller = callerOf(cells, feature, start, random);
    return {
      kind,
      feature,
      from: new Date(start),
      to: new Date(start + SAMPLE_COMPANY.anomaly.hours * HOUR),
      factor: SAMPLE_COMPANY.anomaly.factor,
      ...(kind === 'model' ? { model: models[random.below(models.length)] ?? '' } : {}),
      ...(kind === 'customer' || kind === 'user' ? { customer: caller.customer } : {}),
      ...(kind === 'user' ? { user: caller.user } : {}),
    };
  });
}

/** Those that have at least a tenth of the feature's traffic then. */
function modelsAt(feature: string, instant: number): string[] {
  const mix = new ModelMix(SAMPLE_COMPANY.features.find(({ name }) => name === feature)?.mix ?? []);
  const cumulative = mix.cumulativeAt(instant);
  return mix.models.filter((_, i) => (cumulative[i] ?? 0) - (cumulative[i - 1] ?? 0) >= 0.1);
}

/** Somebody who has called the feature in the week before. */
function callerOf(cells: readonly TrafficCell[], feature: string, before: number, random: Random) {
  const known = cells.filter(
    ({ hour, values }) =>
      hour < before && hour >= before - 7 * DAY && values.feature === feature && values.customer && values.user,
  );
  const { user = '', customer = '' } = known[random.below(known.length)]?.values ?? {};
  return { user, customer };
}

/** What the one has beyond the other: the calls of the incident. */
function difference(all: readonly SampleCell[], usual: readonly SampleCell[]): SampleCell[] {
  const nameOf = ({ hour, model, feature, user, customer, team, environment }: SampleCell) =>
    [hour, model, feature, user, customer, team, environment].join('\0');
  const known = new Map(usual.map((cell) => [nameOf(cell), cell]));
  return all.flatMap((cell) => {
    const before = known.get(nameOf(cell));
    const picoUsd = cell.picoUsd - (before?.picoUsd ?? 0);
    const calls = cell.calls - (before?.calls ?? 0);
    return calls > 0 ? [{ ...cell, picoUsd, calls }] : [];
  });
}

/** Gives the additional calls of an incident of a key or a project that key or project. */
function plant(kind: Planted['kind'], incident: Incident, given: TrafficCell[]): Planted {
  const [first] = given;
  const { project = '' } = first?.values ?? {};
  const own: Partial<Record<Dimension, string>> =
    kind === 'key'
      ? { key: `${project}/staging` }
      : kind === 'project'
        ? { project: 'platform', key: 'platform/production' }
        : {};
  const added = given.map((cell) => ({ ...cell, values: { ...cell.values, ...own } }));
  const common = { ...added[0]?.values };
  for (const { values } of added) {
    for (const name of Object.keys(common) as Dimension[]) if (common[name] !== values[name]) delete common[name];
  }
  return { from: incident.from.getTime(), kind, values: common, added };
}
