import type { RealizedChange } from '../../contract/realized.ts';
import type { WhatIfChange } from '../../contract/whatif.ts';
import type { Catalog } from '../../cost/catalog.ts';
import type { CostByClass, CostClass } from '../../cost/classes.ts';
import { undatedNames } from '../../cost/model-names.ts';
import { providerFamily } from '../../cost/providers.ts';
import { priceTier } from '../../cost/service-tier.ts';
import type { CallRow } from '../whatif/call-row.ts';
import { createRepricer } from '../whatif/price-otherwise.ts';
import { type DayFigures, type Group, noFigures, PICO_PER_USD } from './figures.ts';
import { type Shares, sharesOf } from './shares.ts';

/** Changes that are followed call by call. */
export type CallChange = Exclude<RealizedChange, { kind: 'calls' }>;

/**
 * Makes the function that adds calls to the figures of their days. `shares`: how the prompt was cached before; without it,
 * which is how the time before is looked at, as each call was.
 */
export function createLook(
  catalog: Catalog,
  change: CallChange,
  shares: Shares | undefined,
): { add(row: CallRow, day: string): void; days(): DayFigures[] } {
  const reprice = createRepricer(catalog, oldWay(change, shares));
  const sideOf = createSides(catalog, change);
  const byDay = new Map<string, DayFigures>();
  return {
    add(row, day) {
      const side = sideOf(row);
      if (side === undefined) return;
      let figures = byDay.get(day);
      if (!figures) {
        figures = noFigures(day);
        byDay.set(day, figures);
      }
      const group = figures[side];
      const otherwise = reprice(row);
      if (otherwise.verdict !== 'priced' || row.total_pico_usd === null) {
        group.unpricedCalls += 1;
        return;
      }
      group.calls += 1;
      // What failed before it used anything says nothing about how much a call needs.
      if ((row.input_tokens ?? 0) > 0 || (row.output_tokens ?? 0) > 0 || row.total_pico_usd > 0n) group.units += 1;
      group.cost += row.total_pico_usd;
      addTokens(group, row);
      addCosts(group, otherwise.costs);
      addReads(group, row, otherwise.costs);
    },
    days: () => [...byDay.values()].sort((a, b) => (a.day < b.day ? -1 : 1)),
  };
}

/** What would have to be different for a changed call to be as before, but for the number of its tokens. */
function oldWay(change: CallChange, shares: Shares | undefined): WhatIfChange {
  const caching = shares === undefined ? {} : { caching: sharesOf(shares) };
  switch (change.kind) {
    case 'model':
      // Under the same provider the same prompt is found in the same cache.
      return { model: change.from, ...(isSameFamily(change) ? {} : caching) };
    case 'caching':
      return caching;
    case 'tier':
      return { serviceTier: 'standard' };
    case 'tokens':
      return {};
  }
}

export const isSameFamily = (change: RealizedChange): boolean =>
  change.kind !== 'model' || providerFamily(change.from.provider) === providerFamily(change.to.provider);

function createSides(catalog: Catalog, change: CallChange): (row: CallRow) => 'old' | 'new' | undefined {
  switch (change.kind) {
    case 'model': {
      const isOld = isModel(catalog, change.from);
      const isNew = isModel(catalog, change.to);
      return (row) => (isNew(row) ? 'new' : isOld(row) ? 'old' : undefined);
    }
    case 'tier':
      return ({ service_tier, requested_tier }) =>
        priceTier(service_tier ?? undefined, requested_tier ?? undefined, []) === change.to ? 'new' : 'old';
    default:
      return () => 'new';
  }
}

interface Named {
  provider: string;
  model: string;
}

/** Whether a call is of a model, by whichever spelling; a dated snapshot is one of its family's. */
function isModel(catalog: Catalog, wanted: Named): (row: Named) => boolean {
  const key = catalog.resolve(wanted)?.key;
  const family = providerFamily(wanted.provider);
  const known = new Map<string, boolean>();
  const compare = ({ provider, model }: Named): boolean => {
    if (providerFamily(provider) !== family) return false;
    if (model === wanted.model || undatedNames(model).includes(wanted.model)) return true;
    return key !== undefined && catalog.resolve({ provider, model })?.key === key;
  };
  return (row) => {
    const name = `${row.provider}\0${row.model}`;
    const found = known.get(name) ?? compare(row);
    known.set(name, found);
    return found;
  };
}

function addTokens({ tokens }: Group, row: CallRow): void {
  const read = row.cache_read_tokens ?? 0;
  const written5m = row.cache_write_5m_tokens ?? 0;
  const written1h = row.cache_write_1h_tokens ?? 0;
  tokens.input += (row.input_tokens ?? 0) + read + written5m + written1h;
  tokens.cacheRead += read;
  tokens.cacheWrite5m += written5m;
  tokens.cacheWrite1h += written1h;
  tokens.output += (row.output_tokens ?? 0) + (row.reasoning_tokens ?? 0);
}

const INPUT: ReadonlySet<CostClass> = new Set(['input', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h']);
const OUTPUT: ReadonlySet<CostClass> = new Set(['output', 'reasoning']);

function addCosts({ otherwise, squares }: Group, costs: CostByClass): void {
  let input = 0n;
  let output = 0n;
  let other = 0n;
  for (const name in costs) {
    const costClass = name as CostClass;
    const amount = costs[costClass] ?? 0n;
    if (INPUT.has(costClass)) input += amount;
    else if (OUTPUT.has(costClass)) output += amount;
    else other += amount;
  }
  otherwise.input += input;
  otherwise.output += output;
  otherwise.other += other;
  squares.input += squareUsd(input);
  squares.output += squareUsd(output);
  squares.all += squareUsd(input + output + other);
}

/** By the call's own rates of what it did not read from the cache; a call that read all of its prompt says nothing. */
function addReads(group: Group, row: CallRow, costs: CostByClass): void {
  const read = BigInt(row.cache_read_tokens ?? 0);
  const plain = BigInt(row.input_tokens ?? 0);
  if (read === 0n || plain === 0n) return;
  group.hits += 1;
  group.readGain += (read * (costs.input ?? 0n)) / plain - (costs.cacheRead ?? 0n);
}

const squareUsd = (amount: bigint): number => (Number(amount) / PICO_PER_USD) ** 2;
