import { useQuery } from '@tanstack/react-query';
import type { Dimension, Metric } from '@tokengrip/core/contract/analytics';
import { Columns3 } from 'lucide-react';
import type { Option } from '../../../components/ui/option-list.tsx';
import { Picker } from '../../../components/ui/picker.tsx';
import { valuesQuery } from '../../../lib/api/values.ts';
import { ALL_DIMENSIONS, ALL_METRICS, dimensionLabel, metricFacts, metricLabel } from '../../../lib/metrics.ts';
import { usePeriod, useRecordFilters, useSearchPatch } from '../../../lib/search-state.ts';
import { useExploreState } from '../use-explore.ts';

const NONE = 'none';

const METRIC_OPTIONS: readonly Option[] = ALL_METRICS.map((metric) => ({
  value: metric,
  label: metricLabel(metric),
  group: metricFacts(metric).group,
}));

/** Another metric is another order: what was sorted by may not be there. */
const UNSORTED = { sort: undefined, order: undefined };

export function MetricPicker() {
  const { metric } = useExploreState();
  const patch = useSearchPatch();
  return (
    <Picker
      label="Metric"
      options={METRIC_OPTIONS}
      selected={[metric]}
      search="Find a metric"
      onChoose={(value) => patch({ metric: value === 'cost' ? undefined : value, ...UNSORTED })}
    />
  );
}

/** The dimensions that every record has, and the tags that were seen. */
function useDimensionOptions(): Option[] {
  const { from, to } = usePeriod();
  const { projectId } = useRecordFilters();
  const tags = useQuery(valuesQuery({ dimension: 'tag', from, to, limit: 100, ...(projectId ? { projectId } : {}) }));
  return [
    ...ALL_DIMENSIONS.map((dimension) => ({ value: dimension, label: dimensionLabel(dimension) })),
    ...(tags.data?.values ?? []).map(({ value }) => ({ value: `tag:${value}`, label: value, group: 'Tags' })),
  ];
}

/** What the figures are grouped by: one dimension, and a second one within it. */
export function GroupPickers() {
  const { by } = useExploreState();
  const patch = useSearchPatch();
  const known = useDimensionOptions();
  const chosen = by.filter((dimension) => !known.some(({ value }) => value === dimension));
  const options = [...known, ...chosen.map((value) => ({ value, label: dimensionLabel(value), group: 'Tags' }))];
  const [first, second] = by;
  const group = (next: readonly (Dimension | undefined)[]) => {
    const list = next.filter((dimension) => dimension !== undefined);
    const isDefault = list.length === 1 && list[0] === 'model';
    patch({ by: isDefault ? undefined : list.length === 0 ? NONE : list, ...UNSORTED });
  };
  const asDimension = (value: string) => (value === NONE ? undefined : (value as Dimension));
  return (
    <>
      <span className="text-sm text-subtle">by</span>
      <Picker
        label="Group by"
        options={[{ value: NONE, label: 'Nothing' }, ...options.filter(({ value }) => value !== second)]}
        selected={[first ?? NONE]}
        search="Find a dimension"
        onChoose={(value) => group([asDimension(value), asDimension(value) && second])}
      />
      {first && (
        <>
          <span className="text-sm text-subtle">and</span>
          <Picker
            label="And by"
            options={[{ value: NONE, label: 'Nothing' }, ...options.filter(({ value }) => value !== first)]}
            selected={[second ?? NONE]}
            search="Find a dimension"
            onChoose={(value) => group([first, asDimension(value)])}
          />
        </>
      )}
    </>
  );
}

/** Which metrics the table has besides the one in the chart. */
export function ColumnPicker() {
  const { metric, columns } = useExploreState();
  const patch = useSearchPatch();
  const toggle = (value: Metric) => {
    const next = columns.includes(value) ? columns.filter((column) => column !== value) : [...columns, value];
    patch({ columns: next.length === 0 ? NONE : next });
  };
  return (
    <Picker
      label="Columns"
      text="Columns"
      variant="ghost"
      size="sm"
      align="end"
      multiple
      icon={<Columns3 size={14} aria-hidden />}
      options={METRIC_OPTIONS.filter(({ value }) => value !== metric)}
      selected={columns}
      search="Find a metric"
      onChoose={(value) => toggle(value as Metric)}
    />
  );
}
