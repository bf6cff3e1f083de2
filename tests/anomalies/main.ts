/**
 * Plants incidents in generated traffic, seed after seed, and says which the product finds, what it names as their driver,
 * and what it tells of though nothing happened.
 *
 *     node tests/anomalies/main.ts 100 119 [calls a month]
 */
import { HOUR } from '@tokengrip/core/clock';
import type { IncidentFound } from '@tokengrip/core/domain/anomalies/group-incidents';
import { incidentAlert } from '@tokengrip/core/domain/evaluation/spend-words';
import { type Dimension, generateMonth, type Planted } from './traffic.ts';
import { Told, Watch } from './watch.ts';

const [first = 1, last = 10, calls = 160_000] = process.argv.slice(2, 5).map(Number);
const isVerbose = process.argv.includes('--verbose');

/** An incident of two hours is told of while it lasts or in the hour after. */
const TOLD_WITHIN = [1, 2, 3];
const falseAlarms = new Map<string, number>();
const kinds = new Map<string, { planted: number; found: number; right: number; whole: number }>();
const sentenceOf = (incident: IncidentFound, until: number) => {
  const { title, drivers } = incidentAlert(incident, { until: new Date(until), windowHours: 2, labels: new Map() });
  return `${title}. ${drivers.map(({ sentence }) => sentence).join(' ')}`;
};
const percent = (part: number, whole: number) =>
  `${part} of ${whole} (${((100 * part) / Math.max(1, whole)).toFixed(1)} %)`;
let months = 0;

for (let seed = first; seed <= last; seed++) {
  const { from, begin, end, cells, planted } = generateMonth(seed, calls);
  const watch = new Watch(cells, from, end);
  const told = new Told();
  const usual = new Map<number, Set<string>>();
  for (let until = begin + 2 * HOUR; until <= end; until += HOUR) {
    const flags = watch.flagsAt(until);
    usual.set(until, new Set(flags.map(({ dimension, value }) => `${dimension}=${value}`)));
    for (const incident of watch.incidentsAt(until, flags)) {
      if (!told.isNew(incident, until)) continue;
      const { dimension } = incident.anchor;
      falseAlarms.set(dimension, (falseAlarms.get(dimension) ?? 0) + 1);
      if (isVerbose)
        console.log(`  false alarm, seed ${seed}, ${new Date(until).toISOString()}: ${sentenceOf(incident, until)}`);
    }
  }
  for (const incident of planted) judgePlanted(seed, watch, usual, incident);
  months += 1;
  report(seed);
}

/** What is told first of it, not counting what would have been told anyway. */
function judgePlanted(seed: number, watch: Watch, usual: ReadonlyMap<number, Set<string>>, planted: Planted): void {
  const of = kinds.get(planted.kind) ?? { planted: 0, found: 0, right: 0, whole: 0 };
  kinds.set(planted.kind, of);
  of.planted += 1;
  const toldOf = watch.with(planted.added, () => {
    for (const hours of TOLD_WITHIN) {
      const until = planted.from + hours * HOUR;
      const incidents = watch
        .incidentsAt(until, watch.flagsAt(until))
        .filter(({ anchor }) => !usual.get(until)?.has(`${anchor.dimension}=${anchor.value}`));
      if (incidents[0]) return { until, incident: incidents[0] };
    }
    return undefined;
  });
  const what = `${planted.kind} ${JSON.stringify(planted.values)}, seed ${seed}, ${new Date(planted.from).toISOString()}`;
  if (!toldOf) {
    if (isVerbose) console.log(`  missed: ${what}`);
    return;
  }
  of.found += 1;
  const { dimensions, values } = toldOf.incident.driver;
  const isRight =
    dimensions.length > 0 && dimensions.every((name, i) => planted.values[name as Dimension] === values[i]);
  if (isRight) of.right += 1;
  else if (isVerbose) console.log(`  wrong driver: ${what}: ${sentenceOf(toldOf.incident, toldOf.until)}`);
  // A feature is in one project, and with most of its calls on one key: those say no more than it does.
  if (isRight && (planted.kind === 'feature' || dimensions.includes(planted.kind))) of.whole += 1;
}

function report(seed: number): void {
  const all = [...kinds.values()];
  const sum = (of: (kind: { planted: number; found: number; right: number; whole: number }) => number) =>
    all.reduce((total, kind) => total + of(kind), 0);
  const alarms = [...falseAlarms.values()].reduce((total, count) => total + count, 0);
  console.log(
    `to seed ${seed}: found ${percent(
      sum(({ found }) => found),
      sum(({ planted }) => planted),
    )}, driver right in ` +
      `${percent(
        sum(({ right }) => right),
        sum(({ found }) => found),
      )}, false alarms ${(alarms / months).toFixed(2)} a month ` +
      `(${[...falseAlarms].map(([dimension, count]) => `${dimension} ${count}`).join(', ')})`,
  );
  if (seed < last) return;
  for (const [kind, { planted, found, right, whole }] of kinds) {
    console.log(
      `  ${kind}: found ${percent(found, planted)}, right ${percent(right, found)}, names it ${percent(whole, found)}`,
    );
  }
}
