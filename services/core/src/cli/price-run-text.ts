import type { PriceChange, PriceRun } from '../contract/prices.ts';

/** One line on a run. */
export function describeRun(run: PriceRun): string {
  const head = `${run.startedAt}  ${run.kind.padEnd(10)} ${run.status.padEnd(9)} ${run.source}`;
  if (run.code !== null) return `${head}  ${run.code}: ${run.message}`;
  const counts = (['added', 'changed', 'removed', 'flagged', 'refused'] as const).map((name) => `${run[name]} ${name}`);
  return `${head}  ${run.models} models: ${counts.join(', ')}`;
}

/** One line on what a list does to a model. */
export function describeChange(change: PriceChange): string {
  const head = `${change.flagged ? '!' : ' '} ${change.kind.padEnd(8)} ${change.modelKey}`;
  if (change.refusal) return `${head}  ${change.refusal.field} ${change.refusal.reason}`;
  const rates = change.rates.map(({ rate, before, after }) => `${rate} ${before ?? '-'} -> ${after ?? '-'}`);
  return rates.length > 0 ? `${head}  ${rates.join(', ')}` : head;
}
