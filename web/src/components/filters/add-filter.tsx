import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, ListFilter } from 'lucide-react';
import { useState } from 'react';
import { usageQuery } from '../../lib/api/usage.ts';
import { FILTER_LABELS, groupName } from '../../lib/names.ts';
import { formatCompact } from '../../lib/numbers.ts';
import { FILTERS, type Filter } from '../../lib/search.ts';
import { useAppSearch, usePeriod, useRecordFilters, useToggleFilter } from '../../lib/search-state.ts';
import { Button } from '../ui/button.tsx';
import { type Option, OptionList } from '../ui/option-list.tsx';
import { Popover } from '../ui/popover.tsx';

/** As many names as the API gives at once; the dearest come first. */
const MOST_NAMES = 50;

const STATUSES: Option[] = [
  { value: 'ok', label: 'ok' },
  { value: 'error', label: 'error' },
];

/** Chooses a dimension, then values of it that occur in the period. */
export function AddFilter() {
  const [open, setOpen] = useState(false);
  const [filter, setFilter] = useState<Filter>();
  const close = (next: boolean) => {
    setOpen(next);
    if (!next) setFilter(undefined);
  };
  return (
    <Popover
      label="Add a filter"
      open={open}
      onOpenChange={close}
      className={filter ? 'w-72' : 'w-44'}
      trigger={
        <Button variant="ghost" size="sm" icon={<ListFilter size={14} aria-hidden />}>
          Filter
        </Button>
      }
    >
      {filter === undefined ? (
        <OptionList
          label="Filter by"
          options={FILTERS.map((value) => ({ value, label: FILTER_LABELS[value] }))}
          onChoose={(value) => setFilter(value as Filter)}
        />
      ) : (
        <>
          <div className="flex items-center gap-1 border-b border-line p-1">
            <Button variant="ghost" size="sm" square aria-label="Back" onClick={() => setFilter(undefined)}>
              <ArrowLeft size={14} aria-hidden />
            </Button>
            <span className="text-xs font-medium">{FILTER_LABELS[filter]}</span>
          </div>
          {filter === 'status' ? <ValueList filter={filter} options={STATUSES} /> : <NameList filter={filter} />}
        </>
      )}
    </Popover>
  );
}

function ValueList({
  filter,
  options,
  loading = false,
}: {
  filter: Filter;
  options: readonly Option[];
  loading?: boolean;
}) {
  const search = useAppSearch();
  const toggle = useToggleFilter();
  return (
    <OptionList
      label={FILTER_LABELS[filter]}
      options={options}
      selected={search[filter] ?? []}
      search={filter === 'status' ? undefined : `Find a ${filter}`}
      empty={loading ? 'Loading…' : `No ${filter} in this period`}
      onChoose={(value) => toggle(filter, value)}
      className="max-h-80"
    />
  );
}

function NameList({ filter }: { filter: Exclude<Filter, 'status'> }) {
  const { from, to } = usePeriod();
  const filters = { ...useRecordFilters() };
  // The values to choose from are not narrowed by what is chosen already.
  delete filters[filter];
  const { data, isPending } = useQuery(
    usageQuery({ from, to, metrics: ['calls'], groupBy: [filter], limit: MOST_NAMES, ...filters }),
  );
  const options = (data?.groups ?? []).map((group) => ({
    value: group.key[0] ?? '',
    label: groupName(filter, group.label[0] ?? ''),
    hint: formatCompact(group.totals.calls ?? 0),
  }));
  return <ValueList filter={filter} options={options} loading={isPending} />;
}
