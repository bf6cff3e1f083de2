import { dimensionLabel } from './metrics.ts';
import type { Filter } from './search.ts';

/** What stands in the place of an empty name: the records that carry none. */
const WITHOUT: Record<string, string> = {
  provider: 'No provider',
  model: 'No model',
  feature: 'No feature',
  environment: 'No environment',
  key: 'No key',
  status: 'No status',
  user: 'No user',
  customer: 'No customer',
  session: 'No session',
  serviceTier: 'No tier named',
  errorType: 'No error',
  reasoningEffort: 'No effort named',
};

/** Calls without a key are those of the key 0. */
const isWithout = (dimension: string, label: string) => label === '' || (dimension === 'key' && label === '0');

/** A group's name as people read it. */
export const groupName = (dimension: string, label: string): string =>
  isWithout(dimension, label) ? (WITHOUT[dimension] ?? 'None') : label;

/** Of a filter by one dimension; tags have names of their own. */
export const filterLabel = (filter: Filter): string => {
  if (filter === 'tag') return 'Tag';
  return filter === 'costStatus' ? 'Price' : dimensionLabel(filter);
};

/** A filter `key=value` of a tag; the key has no `=`. */
export function splitTag(tag: string): { key: string; value: string } {
  const at = tag.indexOf('=');
  return { key: tag.slice(0, at), value: tag.slice(at + 1) };
}
