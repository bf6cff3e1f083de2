import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { valuesQuery } from '../../lib/api/values.ts';
import { filterLabel, groupName, splitTag } from '../../lib/names.ts';
import { FILTERS, type Filter, hasFilters } from '../../lib/search.ts';
import { CLEARED_FILTERS, useAppSearch, usePeriod, useSearchPatch } from '../../lib/search-state.ts';
import { Button } from '../ui/button.tsx';
import { AddFilter } from './add-filter.tsx';

interface Chip {
  filter: Filter;
  label: string;
  text: string;
  /** The filter without it. */
  rest: string[] | undefined;
}

/** Names of keys, which the address knows by their ids; asked for only where one is filtered by. */
function useKeyNames(wanted: boolean): (id: string) => string {
  const { from, to } = usePeriod();
  const { data } = useQuery({ ...valuesQuery({ dimension: 'key', from, to, limit: 200 }), enabled: wanted });
  return (id) => data?.values.find(({ value }) => value === id)?.label ?? id;
}

function useChips(): Chip[] {
  const search = useAppSearch();
  const nameOfKey = useKeyNames(search.key !== undefined);
  return FILTERS.flatMap((filter): Chip[] => {
    const values = search[filter];
    if (!values) return [];
    if (filter === 'tag') return tagChips(values);
    const named = filter === 'key' ? values.map(nameOfKey) : values;
    const text = named.map((value) => groupName(filter, value)).join(', ');
    return [{ filter, label: filterLabel(filter), text, rest: undefined }];
  });
}

/** One for each tag: its values are alternatives, and of several tags each must be there. */
function tagChips(values: readonly string[]): Chip[] {
  const tags = values.map(splitTag);
  return [...new Set(tags.map(({ key }) => key))].map((key) => {
    const rest = tags.filter((tag) => tag.key !== key).map((tag) => `${tag.key}=${tag.value}`);
    return {
      filter: 'tag',
      label: key,
      text: tags
        .filter((tag) => tag.key === key)
        .map(({ value }) => (value === '' ? 'none' : value))
        .join(', '),
      rest: rest.length > 0 ? rest : undefined,
    };
  });
}

/** What the page is filtered by, each as a chip that can be taken away. */
export function FilterBar() {
  const search = useAppSearch();
  const patch = useSearchPatch();
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {useChips().map(({ filter, label, text, rest }) => (
        <span
          key={`${filter} ${label}`}
          className="inline-flex h-7 max-w-full items-center rounded-sm border border-line-strong bg-surface pl-2.5 text-xs shadow-raised"
        >
          <span className="max-w-32 shrink-0 truncate text-subtle">{label}</span>
          <span className="ml-1.5 max-w-72 truncate font-medium text-ink" title={text}>
            {text}
          </span>
          <button
            type="button"
            aria-label={`Remove the filter ${label}: ${text}`}
            onClick={() => patch({ [filter]: rest })}
            className="ml-1 flex h-full w-6.5 shrink-0 items-center justify-center rounded-r-sm text-subtle hover:bg-hover hover:text-ink"
          >
            <X size={12} aria-hidden />
          </button>
        </span>
      ))}
      <AddFilter />
      {hasFilters(search) && (
        <Button variant="ghost" size="sm" onClick={() => patch(CLEARED_FILTERS)}>
          Clear
        </Button>
      )}
    </div>
  );
}
