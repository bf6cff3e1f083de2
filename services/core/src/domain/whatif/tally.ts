import { OTHER_FEATURES } from '../usage/limit-features.ts';
import type { CallRow } from './call-row.ts';
import type { Otherwise } from './price-otherwise.ts';

/** Sums over calls; see `WhatIfSums` for what each is. */
export interface Sums {
  calls: number;
  pricedCalls: number;
  beforePicoUsd: bigint;
  afterPicoUsd: bigint;
  unableCalls: number;
  unablePicoUsd: bigint;
  unpricedCalls: number;
  unpricedPicoUsd: bigint;
  uncostedCalls: number;
}

export const noSums = (): Sums => ({
  calls: 0,
  pricedCalls: 0,
  beforePicoUsd: 0n,
  afterPicoUsd: 0n,
  unableCalls: 0,
  unablePicoUsd: 0n,
  unpricedCalls: 0,
  unpricedPicoUsd: 0n,
  uncostedCalls: 0,
});

interface Place {
  day: number;
  provider: string;
  model: string;
  feature: string;
}

/** Calls of one model and feature on one day. */
export type Cell = Place & Sums;

const OTHERS = { provider: '', model: OTHER_FEATURES, feature: OTHER_FEATURES };

export interface Tally {
  cells(): Iterable<Cell>;
  /** Calls by code. */
  warnings: ReadonlyMap<string, number>;
  unpriced: ReadonlyMap<string, number>;
  approximate: ReadonlyMap<string, number>;
  add(row: CallRow, otherwise: Otherwise): void;
}

/** Senders choose the names of features and models: from so many cells on new features are one, and from twice as many models. */
const MAX_CELLS = 50_000;

/**
 * Adds calls up by day, model and feature: every figure of a result is a sum of these. `days` are their starts. The memory
 * that it takes does not grow with the calls.
 */
export function createTally(days: readonly Date[], maxCells = MAX_CELLS): Tally {
  const starts = days.map((day) => day.getTime());
  const byDay = starts.map((): Map<string, Cell> => new Map());
  const warnings = new Map<string, number>();
  const unpriced = new Map<string, number>();
  const approximate = new Map<string, number>();
  let day = 0;
  let cellCount = 0;

  /** Calls come in order of time within a project, so that it is nearly always the same day as before. */
  function dayOf(time: number): number {
    if (time < (starts[day] ?? 0)) day = 0;
    while (day + 1 < starts.length && time >= (starts[day + 1] ?? 0)) day += 1;
    return day;
  }

  function cellOf({ ts, provider, model, feature }: CallRow): Cell {
    const at = dayOf(ts.getTime());
    const cells = byDay[at] ?? new Map<string, Cell>();
    return (
      findOrAdd(cells, { day: at, provider, model, feature: feature ?? '' }, maxCells) ??
      findOrAdd(cells, { day: at, provider, model, feature: OTHER_FEATURES }, 2 * maxCells) ??
      add(cells, { day: at, ...OTHERS })
    );
  }

  const keyOf = ({ provider, model, feature }: Place) => `${provider}\0${model}\0${feature}`;

  /** `undefined` for a new one where there are so many already. */
  function findOrAdd(cells: Map<string, Cell>, place: Place, most: number): Cell | undefined {
    return cells.get(keyOf(place)) ?? (cellCount < most ? add(cells, place) : undefined);
  }

  function add(cells: Map<string, Cell>, place: Place): Cell {
    const key = keyOf(place);
    const known = cells.get(key);
    if (known) return known;
    const cell = { ...place, ...noSums() };
    cells.set(key, cell);
    cellCount += 1;
    return cell;
  }

  return {
    *cells() {
      for (const cells of byDay) yield* cells.values();
    },
    warnings,
    unpriced,
    approximate,
    add(row, otherwise) {
      const cell = cellOf(row);
      addCall(cell, row.total_pico_usd ?? 0n, otherwise);
      for (const code of otherwise.warnings) count(warnings, code);
      if (otherwise.verdict === 'unpriced') count(unpriced, otherwise.reason);
      if (otherwise.verdict === 'priced') for (const code of otherwise.approximate) count(approximate, code);
    },
  };
}

function addCall(sums: Sums, beforePicoUsd: bigint, otherwise: Otherwise): void {
  sums.calls += 1;
  switch (otherwise.verdict) {
    case 'priced':
      sums.pricedCalls += 1;
      sums.beforePicoUsd += beforePicoUsd;
      sums.afterPicoUsd += otherwise.afterPicoUsd;
      return;
    case 'unable':
      sums.unableCalls += 1;
      sums.unablePicoUsd += beforePicoUsd;
      return;
    case 'unpriced':
      sums.unpricedCalls += 1;
      sums.unpricedPicoUsd += beforePicoUsd;
      return;
    case 'uncosted':
      sums.uncostedCalls += 1;
  }
}

export function addSums(to: Sums, more: Sums): void {
  to.calls += more.calls;
  to.pricedCalls += more.pricedCalls;
  to.beforePicoUsd += more.beforePicoUsd;
  to.afterPicoUsd += more.afterPicoUsd;
  to.unableCalls += more.unableCalls;
  to.unablePicoUsd += more.unablePicoUsd;
  to.unpricedCalls += more.unpricedCalls;
  to.unpricedPicoUsd += more.unpricedPicoUsd;
  to.uncostedCalls += more.uncostedCalls;
}

/** What a call cost before the change, whichever its verdict. */
export const spentBefore = (sums: Sums): bigint => sums.beforePicoUsd + sums.unablePicoUsd + sums.unpricedPicoUsd;

const count = (counts: Map<string, number>, code: string) => void counts.set(code, (counts.get(code) ?? 0) + 1);
