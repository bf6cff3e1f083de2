import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ListFilter } from 'lucide-react';
import { useState } from 'react';
import { valuesQuery } from '../../lib/api/values.ts';
import { useDebounced } from '../../lib/debounced.ts';
import { filterLabel, groupName } from '../../lib/names.ts';
import { formatCompact } from '../../lib/numbers.ts';
import { FILTERS, type Filter } from '../../lib/search.ts';
import { useAppSearch, usePeriod, useRecordFilters, useToggleFilter } from '../../lib/search-state.ts';
import { Button } from '../ui/button.tsx';
import { type Option, OptionList } from '../ui/option-list.tsx';
import { Popover } from '../ui/popover.tsx';

/** The few values that are always the same. */
const FIXED: Partial<Record<Filter, readonly Option[]>> = {
  status: ['ok', 'error'].map((value) => ({ value, label: value })),
  costStatus: ['priced', 'unpriced', 'unreadable'].map((value) => ({ value, label: value })),
};

/** Chooses a dimension, of tags a key, then values of it that occur in the period. */
export function AddFilter() {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState<Filter>();
  const [tag, setTag] = useState<string>();
  const begin = () => {
    setFilter(undefined);
    setTag(undefined);
  };
  const close = (next: boolean) => {
    setOpen(next);
    if (!next) begin();
  };
  const title = tag ?? (filter && filterLabel(filter));
  return (
    <Popover
      label="Add a filter"
      open={open}
      onOpenChange={close}
      className={filter ? 'w-72' : 'w-48'}
      trigger={
        <Button variant="ghost" size="sm" icon={<ListFilter size={14} aria-hidden />}>
          Filter
        </Button>
      }
    >
      {filter === undefined ? (
        <OptionList
          label="Filter by"
          options={FILTERS.map((value) => ({ value, label: filterLabel(value) }))}
          onChoose={(value) => setFilter(value as Filter)}
          className="max-h-96"
        />
      ) : (
        <>
          <div className="flex items-center gap-1 border-b border-line p-1">
            <Button
              variant="ghost"
              size="sm"
              square
              aria-label="Back"
              onClick={() => (tag === undefined ? begin() : setTag(undefined))}
            >
              <ArrowLeft size={14} aria-hidden />
            </Button>
            <span className="truncate text-xs font-medium">{title}</span>
          </div>
          {FIXED[filter] ? (
            <FixedValues filter={filter} options={FIXED[filter]} />
          ) : filter === 'tag' && tag === undefined ? (
            <FoundValues key="tags" dimension="tag" what="tag" selected={undefined} onChoose={setTag} />
          ) : (
            <FilterValues key={title} filter={filter} tag={tag} />
          )}
        </>
      )}
    </Popover>
  );
}

function FixedValues({ filter, options }: { filter: Filter; options: readonly Option[] }) {
  const search = useAppSearch();
  const toggle = useToggleFilter();
  return (
    <OptionList
      label={filterLabel(filter)}
      options={options}
      selected={search[filter] ?? []}
      onChoose={(value) => toggle(filter, value)}
    />
  );
}

/** Of a dimension, or of the tag of this key. */
function FilterValues({ filter, tag }: { filter: Filter; tag: string | undefined }) {
  const search = useAppSearch();
  const toggle = useToggleFilter();
  const prefix = tag === undefined ? '' : `${tag}=`;
  const selected = (search[filter] ?? []).filter((value) => value.startsWith(prefix));
  return (
    <FoundValues
      dimension={tag === undefined ? filter : `tag:${tag}`}
      what={tag ?? filterLabel(filter).toLowerCase()}
      selected={selected.map((value) => value.slice(prefix.length))}
      onChoose={(value) => toggle(filter, prefix + value)}
    />
  );
}

interface FoundValuesProps {
  dimension: string;
  /** What is looked for, as a sentence has it. */
  what: string;
  selected: readonly string[] | undefined;
  onChoose: (value: string) => void;
}

/** The values of the period, the most used first, and of many those that are looked for. */
function FoundValues({ dimension, what, selected, onChoose }: FoundValuesProps) {
  const { from, to } = usePeriod();
  const { projectId, environment } = useRecordFilters();
  const [text, setText] = useState('');
  const search = useDebounced(text);
  const { data, isPending, isError } = useQuery(
    valuesQuery({
      dimension,
      from,
      to,
      limit: 100,
      ...(search === '' ? {} : { search }),
      ...(projectId ? { projectId } : {}),
      ...(environment ? { environment } : {}),
    }),
  );
  const options = (data?.values ?? []).map(({ value, label, calls }) => ({
    value,
    label: groupName(dimension, label),
    hint: formatCompact(calls),
  }));
  const nothing = search === '' ? `No ${what} in this period` : `No ${what} of that name in this period`;
  return (
    <OptionList
      label={what}
      options={options}
      {...(selected ? { selected } : {})}
      search={`Find a ${what}`}
      onSearch={setText}
      empty={isPending ? 'Loading…' : isError ? 'The values could not be loaded' : nothing}
      onChoose={onChoose}
      className="max-h-80"
    />
  );
}
