import type { Bucket } from '@tokengrip/core/contract/analytics';
import { ChartColumn, Table2 } from 'lucide-react';
import { BUCKET_LABELS } from '../../lib/period.ts';
import { usePeriod, useSearchPatch } from '../../lib/search-state.ts';
import { Picker } from '../ui/picker.tsx';
import { Segmented } from '../ui/segmented.tsx';

const VIEWS = [
  { value: 'chart' as const, label: <ChartColumn size={14} aria-hidden />, title: 'Show as a chart' },
  { value: 'table' as const, label: <Table2 size={14} aria-hidden />, title: 'Show as a table' },
];

export interface ChartControlsProps {
  bucket: Bucket;
  /** Those that the period can be cut into. */
  buckets: readonly Bucket[];
  view: 'chart' | 'table';
}

/** How a chart is cut and shown, in the address of its page. */
export function ChartControls({ bucket, buckets, view }: ChartControlsProps) {
  const { bucket: fitting } = usePeriod();
  const patch = useSearchPatch();
  return (
    <div className="flex items-center gap-2">
      <Picker
        label="Interval"
        variant="ghost"
        size="sm"
        align="end"
        options={buckets.map((value) => ({ value, label: BUCKET_LABELS[value] }))}
        selected={[bucket]}
        onChoose={(value) => patch({ bucket: value === fitting ? undefined : value })}
      />
      <Segmented
        label="View"
        value={view}
        onChange={(value) => patch({ view: value === 'table' ? 'table' : undefined })}
        options={VIEWS}
      />
    </div>
  );
}
