import type { Filter } from './search.ts';

/** What stands in the place of an empty name: the records that carry none. */
const WITHOUT: Record<string, string> = {
  provider: 'No provider',
  model: 'No model',
  feature: 'No feature',
  environment: 'No environment',
  key: 'No key',
  status: 'No status',
};

/** A group's name as people read it. */
export const groupName = (dimension: string, label: string): string =>
  label === '' ? (WITHOUT[dimension] ?? 'None') : label;

export const FILTER_LABELS: Record<Filter, string> = {
  provider: 'Provider',
  model: 'Model',
  feature: 'Feature',
  status: 'Status',
};
