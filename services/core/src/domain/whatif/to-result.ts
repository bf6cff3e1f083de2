import type { WhatIfGroup, WhatIfResult, WhatIfSums } from '../../contract/whatif.ts';
import { formatPicoUsd } from '../../cost/money.ts';
import { explainReason } from '../usage/reasons.ts';
import { WHATIF_REASONS } from './price-otherwise.ts';
import { addSums, type Cell, noSums, type Sums, spentBefore, type Tally } from './tally.ts';

/** Groups of one kind by name; the rest is one. */
const MAX_GROUPS = 50;

/** The sums of a tally as people read them. `days` are the starts that the tally counts by. */
export function toResult(
  tally: Tally,
  { days, timeZone, model, now }: { days: readonly Date[]; timeZone: string; model: WhatIfResult['model']; now: Date },
): WhatIfResult {
  const totals = noSums();
  const byDay = days.map(noSums);
  const byModel = new Map<string, Group>();
  const byFeature = new Map<string, Group>();
  for (const cell of tally.cells()) {
    addSums(totals, cell);
    const day = byDay[cell.day];
    if (day) addSums(day, cell);
    addTo(byModel, [cell.provider, cell.model], cell);
    addTo(byFeature, [cell.feature], cell);
  }
  const nameOfDay = dayNames(timeZone);
  return {
    totals: toSums(totals),
    byModel: toGroups(byModel),
    byFeature: toGroups(byFeature),
    byDay: byDay.map((sums, i) => ({ day: nameOfDay(days[i] ?? now), ...toSums(sums) })),
    timeZone,
    warnings: counted(tally.warnings),
    unpriced: counted(tally.unpriced),
    approximate: counted(tally.approximate),
    model,
    computedAt: now.toISOString(),
  };
}

interface Group {
  key: string[];
  sums: Sums;
}

function addTo(groups: Map<string, Group>, key: string[], cell: Cell): void {
  const name = key.join('\0');
  let group = groups.get(name);
  if (!group) {
    group = { key, sums: noSums() };
    groups.set(name, group);
  }
  addSums(group.sums, cell);
}

function toGroups(groups: Map<string, Group>): WhatIfGroup[] {
  const sorted = [...groups.values()].sort((a, b) => compare(spentBefore(b.sums), spentBefore(a.sums)));
  const named = sorted.slice(0, MAX_GROUPS).map(({ key, sums }): WhatIfGroup => ({ key, ...toSums(sums) }));
  if (sorted.length <= MAX_GROUPS) return named;
  const rest = noSums();
  for (const { sums } of sorted.slice(MAX_GROUPS)) addSums(rest, sums);
  return [...named, { key: null, ...toSums(rest) }];
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

const toSums = (sums: Sums): WhatIfSums => ({
  calls: sums.calls,
  pricedCalls: sums.pricedCalls,
  costBefore: formatPicoUsd(sums.beforePicoUsd),
  costAfter: formatPicoUsd(sums.afterPicoUsd),
  unableCalls: sums.unableCalls,
  unableCost: formatPicoUsd(sums.unablePicoUsd),
  unpricedCalls: sums.unpricedCalls,
  unpricedCost: formatPicoUsd(sums.unpricedPicoUsd),
  uncostedCalls: sums.uncostedCalls,
});

const counted = (counts: ReadonlyMap<string, number>): WhatIfResult['warnings'] =>
  [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([code, calls]) => ({ code, text: WHATIF_REASONS[code] ?? explainReason(code).text, calls }));

/** Names local days by their start. */
export function dayNames(timeZone: string): (start: Date) => string {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (start) => format.format(start);
}
