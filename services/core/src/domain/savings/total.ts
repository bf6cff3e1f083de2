import type { Impact } from './draft.ts';

/** What counts of a recommendation when savings are added up. */
export interface Saving {
  id: number;
  savingPicoUsdPerMonth: bigint;
  impact: readonly Impact[];
  overlapGroup: string | null;
}

/** How `addUp` adds up, for people. */
export const TOTAL_EXPLANATION = [
  'Savings are added up from the largest to the smallest.',
  'Of alternatives for the same calls only the largest counts.',
  'Others that are about the same calls count for what the ones before them leave over: half of a bill that is already halved is a quarter of it.',
];

/**
 * What each recommendation adds when all of them are carried out, the largest first: never more than is spent anywhere, and
 * never twice. Within a cell savings are shares of its cost, and each takes its share of what is left.
 */
export function addUp(savings: readonly Saving[]): { totalPicoUsd: bigint; counted: Map<number, bigint> } {
  const left = new Map<string, bigint>();
  const groups = new Set<string>();
  const counted = new Map<number, bigint>();
  let totalPicoUsd = 0n;
  const sorted = [...savings].sort((a, b) => Number(b.savingPicoUsdPerMonth - a.savingPicoUsdPerMonth) || a.id - b.id);
  for (const { id, savingPicoUsdPerMonth, impact, overlapGroup } of sorted) {
    if (overlapGroup !== null && groups.has(overlapGroup)) {
      counted.set(id, 0n);
      continue;
    }
    if (overlapGroup !== null) groups.add(overlapGroup);
    const added =
      impact.length === 0 ? savingPicoUsdPerMonth : impact.reduce((sum, part) => sum + take(left, part), 0n);
    counted.set(id, added);
    totalPicoUsd += added;
  }
  return { totalPicoUsd, counted };
}

function take(left: Map<string, bigint>, { cell, costPicoUsd, savingPicoUsd }: Impact): bigint {
  const cost = costPicoUsd > savingPicoUsd ? costPicoUsd : savingPicoUsd;
  if (cost <= 0n) return 0n;
  const remaining = left.get(cell) ?? cost;
  const taken = (savingPicoUsd * remaining) / cost;
  left.set(cell, remaining - taken);
  return taken;
}
