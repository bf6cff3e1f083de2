import type { Dimension } from '@tokengrip/core/contract/analytics';
import { tagKey } from './metrics.ts';
import { splitTag } from './names.ts';
import { type AppSearch, FILTERS } from './search.ts';

/** The address of the same page, or of the records, narrowed to one value of a dimension. */
function narrowTo(search: AppSearch, dimension: Dimension, value: string): AppSearch {
  if (dimension === 'project') return { ...search, project: Number(value) };
  if (dimension === 'environment') return { ...search, env: value };
  const key = tagKey(dimension);
  if (key !== undefined) {
    const others = (search.tag ?? []).filter((tag) => splitTag(tag).key !== key);
    return { ...search, tag: [...others, `${key}=${value}`] };
  }
  const filter = FILTERS.find((candidate) => candidate === dimension);
  return filter ? { ...search, [filter]: [value] } : search;
}

/** To one group of one or two dimensions. */
export const narrowToGroup = (search: AppSearch, by: readonly Dimension[], key: readonly string[]): AppSearch =>
  by.reduce((narrowed, dimension, index) => narrowTo(narrowed, dimension, key[index] ?? ''), search);
