import type { Filter } from '../search.ts';

/** The filters that usage and records share; `""` means "without one". */
export interface RecordFilters extends Partial<Record<Filter, readonly string[]>> {
  projectId?: readonly number[];
  environment?: readonly string[];
}
