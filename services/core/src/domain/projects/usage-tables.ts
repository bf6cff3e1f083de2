/** Tables whose rows belong to a project and go with it, though they refer to nothing: all of usage but the records. */
export const USAGE_TABLES = [
  'usage_15m',
  'usage_touched',
  'usage_daily',
  'usage_daily_values',
  'budget_spend',
  'provider_responses',
  'usage_series',
  'usage_features',
  'recosting_changes',
  'budget_leases',
  'usage_tombstones',
  'usage_tombstone_salts',
] as const;
