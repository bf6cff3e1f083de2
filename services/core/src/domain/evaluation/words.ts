import type { BudgetMeasure } from '../../contract/budgets.ts';

const PICO_PLACES = 12;
const PICO_PER_USD = 10n ** BigInt(PICO_PLACES);

/** USD for a person: to the cent, below one dollar to a hundredth of it, and of what is less than a cent two digits. */
export function formatUsd(picoUsd: bigint): string {
  const places = placesFor(picoUsd);
  const unit = 10n ** BigInt(PICO_PLACES - places);
  const rounded = (picoUsd + unit / 2n) / unit;
  const base = 10n ** BigInt(places);
  return `$${group(rounded / base)}.${String(rounded % base).padStart(places, '0')}`;
}

function placesFor(picoUsd: bigint): number {
  if (picoUsd >= PICO_PER_USD) return 2;
  if (picoUsd === 0n || picoUsd >= PICO_PER_USD / 100n) return 4;
  return Math.min(PICO_PLACES, PICO_PLACES + 2 - String(picoUsd).length);
}

/** An amount in a budget's measure, with its unit. */
export function formatMeasure(amount: bigint, measure: BudgetMeasure): string {
  return measure === 'usd' ? formatUsd(amount) : `${group(amount)} ${measure}`;
}

export const group = (count: bigint | number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
