import { COST_COLUMNS, TOKEN_COLUMNS } from '../../db/columns.ts';

/** What a cell of `usage_15m` and of `usage_daily` is about, besides its project and its time. */
export const KEY_COLUMNS = ['key_id', 'provider', 'model', 'feature', 'environment', 'service_tier', 'status'] as const;

/** By class of token and cost; null where there are none. */
export const CLASS_SUM_COLUMNS: readonly string[] = [
  ...TOKEN_COLUMNS.map((column) => `${column}_tokens`),
  ...COST_COLUMNS.map((column) => `${column}_pico_usd`),
];

/** What is added up. */
export const SUM_COLUMNS: readonly string[] = [
  'calls',
  'unpriced_calls',
  'unreadable_calls',
  'approximate_calls',
  'total_pico_usd',
  ...CLASS_SUM_COLUMNS,
];

export const HISTOGRAM_COLUMNS = ['latency_histogram', 'time_to_first_token_histogram'] as const;
