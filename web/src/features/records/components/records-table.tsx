import { useVirtualizer } from '@tanstack/react-virtual';
import type { RecordRow } from '@tokengrip/core/contract/records';
import { type RefObject, useEffect } from 'react';
import { Badge } from '../../../components/ui/badge.tsx';
import { Money, Tokens } from '../../../components/ui/figures.tsx';
import { RelativeTime } from '../../../components/ui/relative-time.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { Td, Th } from '../../../components/ui/table.tsx';
import { useTimeZone } from '../../../lib/api/me.ts';
import { cn } from '../../../lib/cn.ts';
import { columnPlaces } from '../../../lib/money.ts';
import { formatDuration } from '../../../lib/numbers.ts';
import { recordAddress } from '../../../lib/record-address.ts';
import { sumTokens } from '../../../lib/token-classes.ts';
import { useOpenRecord } from '../use-open-record.ts';

/** Height of a row in the table of `Td`s. */
const ROW_PX = 37;
const SKELETON_ROWS = 16;
/** So many rows before the end, the next page is asked for. */
const AHEAD = 30;
const COLUMNS = 10;

export interface RecordsTableProps {
  scroller: RefObject<HTMLElement | null>;
  records: readonly RecordRow[];
  loading: boolean;
  loadingMore: boolean;
  hasMore: boolean;
  onMore: () => void;
}

/**
 * Figures come before names: the details open over the right part, and what is compared stays in sight.
 *
 * Only the rows in sight exist; empty rows above and below keep the height of the rest.
 */
export function RecordsTable({ scroller, records, loading, loadingMore, hasMore, onMore }: RecordsTableProps) {
  const virtualizer = useVirtualizer({
    count: records.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const rows = virtualizer.getVirtualItems();
  const last = rows.at(-1)?.index ?? 0;
  const more = hasMore && !loadingMore && records.length > 0 && last > records.length - AHEAD;
  useEffect(() => {
    if (more) onMore();
  }, [more, onMore]);

  const visible = rows.flatMap(({ index }) => records[index] ?? []);
  const places = columnPlaces(visible.flatMap(({ cost }) => (cost === null ? [] : [cost])));
  const above = rows[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (rows.at(-1)?.end ?? 0);
  return (
    <table aria-label="Records" className="w-full border-separate border-spacing-0 text-left text-sm">
      <thead className="sticky top-0 z-10 bg-surface">
        <tr className="[&>th]:border-b [&>th]:border-line">
          <Th>When</Th>
          <Th>Model</Th>
          <Th numeric>Cost</Th>
          <Th numeric>Prompt</Th>
          <Th numeric>Cached</Th>
          <Th numeric>Output</Th>
          <Th numeric>Latency</Th>
          <Th className="pl-6">Feature</Th>
          <Th>Environment</Th>
          <Th>User</Th>
        </tr>
      </thead>
      <tbody>
        {loading && <SkeletonRows rows={SKELETON_ROWS} columns={COLUMNS} />}
        {above > 0 && <Spacer height={above} />}
        {visible.map((record) => (
          <Row key={recordAddress(record)} record={record} places={places} />
        ))}
        {below > 0 && <Spacer height={below} />}
        {loadingMore && <SkeletonRows rows={3} columns={COLUMNS} />}
      </tbody>
    </table>
  );
}

const Spacer = ({ height }: { height: number }) => (
  <tr aria-hidden>
    <td colSpan={COLUMNS} style={{ height }} />
  </tr>
);

const Absent = () => <span className="text-subtle">—</span>;

function Row({ record, places }: { record: RecordRow; places: number }) {
  const timeZone = useTimeZone();
  const { address: openAddress, show } = useOpenRecord();
  const address = recordAddress(record);
  const open = openAddress === address;
  const { prompt, cacheRead, output } = sumTokens(record.tokens);
  return (
    <tr
      data-open={open || undefined}
      className={cn(
        'relative transition-colors hover:bg-hover data-open:bg-accent-soft',
        '[&>td]:border-b [&>td]:border-line',
      )}
    >
      <Td className="w-24 text-xs text-muted nums">
        <RelativeTime instant={record.timestamp} timeZone={timeZone} />
      </Td>
      <Td className="max-w-64 max-sm:max-w-36">
        <span className="flex items-center gap-2">
          <button
            type="button"
            aria-expanded={open}
            onClick={() => show(open ? undefined : address)}
            className="truncate font-medium after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
          >
            {record.model}
          </button>
          <span className="text-xs text-subtle max-xl:hidden">{record.provider}</span>
          {record.status === 'error' && <Badge tone="bad">error</Badge>}
        </span>
      </Td>
      <Td numeric className="font-medium text-ink">
        {record.cost === null ? (
          <Badge tone="warn" title="Not in any sum of the spend">
            {record.costStatus}
          </Badge>
        ) : (
          <Money usd={record.cost} places={places} />
        )}
      </Td>
      <Td numeric className="text-muted">
        {prompt === 0 ? <Absent /> : <Tokens count={prompt} />}
      </Td>
      <Td numeric className="text-muted">
        {cacheRead === 0 ? <Absent /> : <Tokens count={cacheRead} />}
      </Td>
      <Td numeric className="text-muted">
        {output === 0 ? <Absent /> : <Tokens count={output} />}
      </Td>
      <Td numeric className="text-muted">
        {record.latencyMs === null ? <Absent /> : formatDuration(record.latencyMs)}
      </Td>
      <Td className="max-w-48 truncate pl-6 text-muted">{record.feature ?? <Absent />}</Td>
      <Td className="max-w-32 truncate text-muted">{record.environment ?? <Absent />}</Td>
      <Td className="max-w-36 truncate text-muted">{record.user ?? <Absent />}</Td>
    </tr>
  );
}
