import type { Context } from '../../context.ts';
import type { AnalysedPeriod, PricedFinding } from './price-findings.ts';
import type { NameTable } from './pseudonyms.ts';

/** Makes recommendations of findings that save something. @returns the id of each, in the findings' order */
export async function recommend(
  _ctx: Context,
  _period: AnalysedPeriod,
  findings: readonly PricedFinding[],
  _names: NameTable,
): Promise<(number | null)[]> {
  return findings.map(() => null);
}
