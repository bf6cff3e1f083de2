import { DAY } from '../../clock.ts';
import type { Context } from '../../context.ts';
import type { AnalysisFinding } from '../../contract/analysis.ts';
import type { WhatIfChange, WhatIfResult } from '../../contract/whatif.ts';
import { formatPicoUsd, parseUsd } from '../../cost/money.ts';
import { priceAs } from '../whatif/price-as.ts';
import type { Finding, FindingAction } from './answer-form.ts';
import { type ChosenCalls, chooseCalls } from './choose-calls.ts';
import type { NameTable } from './pseudonyms.ts';

/** Of what a cache serves again and again, this much has to be written to it. */
const CACHE_WRITE_SHARE = 0.05;

export interface AnalysedPeriod {
  organizationId: number;
  from: Date;
  to: Date;
  projectIds: readonly number[];
}

/** A finding that is about calls that exist, with what our engine makes of it. */
export interface PricedFinding {
  finding: AnalysisFinding;
  chosen: ChosenCalls;
  change: WhatIfChange | undefined;
  /** In 30 days, as the period was; `undefined` where there is no figure. */
  savingPicoUsd: bigint | undefined;
  result: WhatIfResult | undefined;
}

/**
 * Prices what a model has proposed, over the calls themselves. Of the model's word only the choice counts: which calls, and
 * what would be different. `undefined` for a finding about what does not exist.
 */
export async function priceFinding(
  ctx: Context,
  period: AnalysedPeriod,
  given: Finding,
  names: NameTable,
  signal: AbortSignal,
): Promise<PricedFinding | undefined> {
  const { action, ...said } = given;
  const chosen = chooseCalls(action.scope, names, period);
  if (!chosen) return undefined;
  const change = changeOf(action, names);
  const priced = (
    noSaving: AnalysisFinding['noSaving'],
    savingPicoUsd?: bigint,
    result?: WhatIfResult,
  ): PricedFinding => ({
    finding: {
      ...said,
      action: action.type,
      details: detailsOf(action),
      monthlySaving: savingPicoUsd === undefined ? null : formatPicoUsd(savingPicoUsd),
      noSaving,
      filter: chosen.filter,
      recommendationId: null,
    },
    chosen,
    change,
    savingPicoUsd,
    result,
  });
  if (!change) return priced(action.type === 'advice' ? 'advice' : 'not_computable');
  const result = await priceAs(ctx, period.organizationId, chosen.selection, change, {
    afterPage: () => signal.throwIfAborted(),
  });
  // A model that nobody sells.
  if (change.model && result.model === null) return undefined;
  if (result.totals.calls === 0) return undefined;
  if (result.totals.pricedCalls === 0) return priced('not_computable');
  const saved = usd(result.totals.costBefore) - usd(result.totals.costAfter);
  const monthly = (saved * BigInt(30 * DAY)) / BigInt(period.to.getTime() - period.from.getTime());
  return monthly > 0n ? priced(null, monthly, result) : priced('no_saving', undefined, result);
}

const usd = (text: string): bigint => parseUsd(text) ?? 0n;

/** What would be different, in the words of the engine; `undefined` where it has none for it. */
function changeOf(action: FindingAction, names: NameTable): WhatIfChange | undefined {
  switch (action.type) {
    case 'switch_model':
      return { model: { provider: real(action.to.provider, names), model: real(action.to.model, names) } };
    case 'use_batch':
      return { serviceTier: 'batch' };
    case 'change_tier':
      return { serviceTier: action.tier };
    case 'add_caching':
      return {
        caching: { readShare: action.readShare, writeShare: Math.min(CACHE_WRITE_SHARE, 1 - action.readShare) },
      };
    case 'shorten_prompts':
      return { tokens: { inputFactor: action.inputFactor } };
    case 'lower_max_tokens':
      return { tokens: { outputFactor: action.outputFactor } };
    default:
      return undefined;
  }
}

const real = (name: string, names: NameTable): string =>
  Object.hasOwn(names, name) ? (names[name]?.value ?? name) : name;

function detailsOf(action: FindingAction): AnalysisFinding['details'] {
  const { type: _, scope, ...parameters } = action;
  const texts = { ...scope, ...parameters };
  return Object.entries(texts).flatMap(([name, value]) =>
    value === undefined
      ? []
      : [{ name, value: typeof value === 'object' ? `${value.provider} ${value.model}` : String(value) }],
  );
}
