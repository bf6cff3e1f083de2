import type { AlertPage } from '@tokengrip/core/contract/alerts';
import { inputClass } from '../../../components/ui/field.tsx';
import { Segmented } from '../../../components/ui/segmented.tsx';
import { KIND_LABELS, KINDS, SEVERITY_LABELS } from '../../../lib/alert-words.ts';
import { cn } from '../../../lib/cn.ts';
import { formatCount } from '../../../lib/numbers.ts';
import { useSearchPatch } from '../../../lib/search-state.ts';
import { useAlertsSearch } from '../use-alerts.ts';

export function InboxFilters({ counts }: { counts: AlertPage['counts'] | undefined }) {
  const { state = 'active', kind, severity } = useAlertsSearch();
  const patch = useSearchPatch();
  const withCount = (label: string, count: number | undefined) =>
    count === undefined || count === 0 ? label : `${label} ${formatCount(count)}`;
  return (
    <div className="flex flex-wrap items-center justify-between gap-2 px-4 py-3">
      <Segmented
        label="State"
        value={state}
        onChange={(next) => patch({ state: next === 'active' ? undefined : next })}
        options={[
          { value: 'active', label: withCount('Active', counts && counts.open + counts.acknowledged) },
          { value: 'snoozed', label: withCount('Snoozed', counts?.snoozed) },
          { value: 'resolved', label: 'Resolved' },
          { value: 'all', label: 'All' },
        ]}
      />
      <div className="flex gap-2">
        <select
          className={cn(inputClass, 'h-8! w-36! px-2!')}
          aria-label="Severity"
          value={severity ?? ''}
          onChange={(event) => patch({ severity: event.target.value === '' ? undefined : event.target.value })}
        >
          <option value="">Any severity</option>
          {Object.entries(SEVERITY_LABELS).map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
        <select
          className={cn(inputClass, 'h-8! w-36! px-2!')}
          aria-label="Kind"
          value={kind ?? ''}
          onChange={(event) => patch({ kind: event.target.value === '' ? undefined : event.target.value })}
        >
          <option value="">Any kind</option>
          {KINDS.map((value) => (
            <option key={value} value={value}>
              {KIND_LABELS[value]}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
