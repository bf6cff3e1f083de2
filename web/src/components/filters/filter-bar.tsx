import { X } from 'lucide-react';
import { FILTER_LABELS, groupName } from '../../lib/names.ts';
import { FILTERS, hasFilters } from '../../lib/search.ts';
import { CLEARED_FILTERS, useAppSearch, useSearchPatch } from '../../lib/search-state.ts';
import { Button } from '../ui/button.tsx';
import { AddFilter } from './add-filter.tsx';

/** What the page is filtered by, each as a chip that can be taken away. */
export function FilterBar() {
  const search = useAppSearch();
  const patch = useSearchPatch();
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {FILTERS.map((filter) => {
        const values = search[filter];
        if (!values) return null;
        const text = values.map((value) => groupName(filter, value)).join(', ');
        return (
          <span
            key={filter}
            className="inline-flex h-7 max-w-full items-center rounded-sm border border-line-strong bg-surface pl-2.5 text-xs shadow-raised"
          >
            <span className="text-subtle">{FILTER_LABELS[filter]}</span>
            <span className="ml-1.5 max-w-72 truncate font-medium text-ink" title={text}>
              {text}
            </span>
            <button
              type="button"
              aria-label={`Remove the filter ${FILTER_LABELS[filter]}: ${text}`}
              onClick={() => patch({ [filter]: undefined })}
              className="ml-1 flex h-full w-6.5 items-center justify-center rounded-r-sm text-subtle hover:bg-hover hover:text-ink"
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        );
      })}
      <AddFilter />
      {hasFilters(search) && (
        <Button variant="ghost" size="sm" onClick={() => patch(CLEARED_FILTERS)}>
          Clear
        </Button>
      )}
    </div>
  );
}
