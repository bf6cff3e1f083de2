import type { BudgetMeasure } from '../../contract/budgets.ts';

const PICO_PER_CENT = 10n ** 10n;

/** USD for a person: to the cent, and below one dollar to a hundredth of it. */
export function formatUsd(picoUsd: bigint): string {
  const isSmall = picoUsd < 100n * PICO_PER_CENT;
  const unit = isSmall ? PICO_PER_CENT / 100n : PICO_PER_CENT;
  const rounded = (picoUsd + unit / 2n) / unit;
  const base = isSmall ? 10_000n : 100n;
  const digits = isSmall ? 4 : 2;
  return `$${group(rounded / base)}.${String(rounded % base).padStart(digits, '0')}`;
}

/** An amount in a budget's measure, with its unit. */
export function formatMeasure(amount: bigint, measure: BudgetMeasure): string {
  return measure === 'usd' ? formatUsd(amount) : `${group(amount)} ${measure}`;
}

export const group = (count: bigint | number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
