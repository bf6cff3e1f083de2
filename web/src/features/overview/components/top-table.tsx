import type { MetricValues, UsageGroup } from '@tokengrip/core/contract/analytics';
import { ShareBar } from '../../../components/ui/bar.tsx';
import { Delta, Money } from '../../../components/ui/figures.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { EmptyState, ErrorState } from '../../../components/ui/states.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { cn } from '../../../lib/cn.ts';
import { paletteOf, seriesColour } from '../../../lib/colours.ts';
import { dimensionLabel } from '../../../lib/metrics.ts';
import { exactUsd, sumPlaces } from '../../../lib/money.ts';
import { groupName } from '../../../lib/names.ts';
import { formatCount, formatPercent } from '../../../lib/numbers.ts';
import { useAppSearch, useToggleFilter } from '../../../lib/search-state.ts';
import { useTop } from '../use-overview.ts';

const ROWS = 8;
/** Smaller changes are the ordinary up and down of a table. */
const NOTABLE = 0.25;

/**
 * The dearest values of a dimension. Pressing one narrows the page to it. That there is nothing is said when the sums of the
 * page agree: until they are `settled`, it would be gone again a moment later.
 */
export function TopTable({
  dimension,
  title,
  settled,
}: {
  dimension: 'model' | 'feature';
  title: string;
  settled: boolean;
}) {
  const top = useTop(dimension);
  const { data } = top;
  const search = useAppSearch();
  const toggle = useToggleFilter();
  const groups = data?.groups ?? [];
  const empty = data !== undefined && groups.length === 0;
  const slots = paletteOf(dimension).assign(groups.map((group) => group.key[0] ?? ''));
  const costs = [...groups, ...(data?.other ? [data.other] : [])].map(({ totals }) => totals.cost ?? '0');
  const places = sumPlaces(costs);
  const sum = Number(data?.totals.cost ?? 0);
  const share = (values: MetricValues) => (sum === 0 ? 0 : Number(values.cost ?? 0) / sum);
  const most = Math.max(...costs.map(Number), 0);
  const length = (values: MetricValues) => (most === 0 ? 0 : Number(values.cost ?? 0) / most);

  const row = (group: UsageGroup) => {
    const value = group.key[0] ?? '';
    const name = groupName(dimension, group.label[0] ?? '');
    const colour = seriesColour(slots.get(value));
    return (
      <tr key={value} className="group relative border-t border-line transition-colors hover:bg-hover">
        <Td className="w-full max-w-0 min-w-28 sm:min-w-40">
          <button
            type="button"
            aria-pressed={search[dimension]?.includes(value) ?? false}
            title={`${name}: ${search[dimension]?.includes(value) ? 'remove this filter' : 'show only this'}`}
            onClick={() => toggle(dimension, value)}
            className={cn(
              'flex w-full items-center gap-2 text-left after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent',
              value === '' && 'text-subtle',
            )}
          >
            <span aria-hidden className="size-2 shrink-0 rounded-[2px]" style={{ background: colour }} />
            <span className="truncate">{name}</span>
          </button>
        </Td>
        <Td numeric className="font-medium text-ink">
          <Money usd={group.totals.cost ?? '0'} places={places} />
        </Td>
        <ShareCell share={share(group.totals)} length={length(group.totals)} colour={colour} />
        <Td numeric className="text-muted max-sm:hidden">
          {formatCount(group.totals.calls ?? 0)}
        </Td>
        <Td numeric className="text-xs">
          <Delta
            now={Number(group.totals.cost ?? 0)}
            before={Number(group.previous?.cost ?? 0)}
            good="down"
            judgedFrom={NOTABLE}
            title={`Before: ${exactUsd(group.previous?.cost ?? '0')}`}
          />
        </Td>
      </tr>
    );
  };

  return (
    <Panel aria-label={title} className="flex flex-col">
      <PanelHeader title={title} />
      {top.isError && !data ? (
        <ErrorState error={top.error} what={title} onRetry={() => void top.refetch()} className="flex-1" />
      ) : empty && settled ? (
        <EmptyState title="No calls in this period" className="flex-1" />
      ) : (
        <div className={cn('pb-1.5 transition-opacity duration-150', top.isPlaceholderData && 'opacity-60')}>
          <Table>
            <thead>
              <tr>
                <Th>{dimensionLabel(dimension)}</Th>
                <Th numeric>Spend</Th>
                <Th numeric className="max-sm:hidden">
                  Share
                </Th>
                <Th numeric className="max-sm:hidden">
                  Calls
                </Th>
                <Th numeric>Change</Th>
              </tr>
            </thead>
            <tbody>
              {data && !empty ? groups.map(row) : <SkeletonRows rows={ROWS} columns={5} />}
              {data?.other && (
                <tr className="border-t border-line text-muted">
                  <Td>
                    <span className="flex items-center gap-2">
                      <span
                        aria-hidden
                        className="size-2 rounded-[2px]"
                        style={{ background: seriesColour(undefined) }}
                      />
                      {data.other.groups} others
                    </span>
                  </Td>
                  <Td numeric>
                    <Money usd={data.other.totals.cost ?? '0'} places={places} />
                  </Td>
                  <ShareCell
                    share={share(data.other.totals)}
                    length={length(data.other.totals)}
                    colour={seriesColour(undefined)}
                  />
                  <Td numeric className="max-sm:hidden">
                    {formatCount(data.other.totals.calls ?? 0)}
                  </Td>
                  <Td />
                </tr>
              )}
            </tbody>
          </Table>
        </div>
      )}
    </Panel>
  );
}

/** The figure is the part of the whole; the bar compares the rows, the largest of which fills it. */
const ShareCell = ({ share, length, colour }: { share: number; length: number; colour: string }) => (
  <Td numeric className="max-sm:hidden">
    <span className="inline-flex items-center gap-2 align-middle text-xs text-muted">
      <ShareBar share={length} colour={colour} className="w-16" />
      <span className="w-12">{formatPercent(share)}</span>
    </span>
  </Td>
);
