import type { MetricValues, UsageResult } from '@tokengrip/core/contract/analytics';
import { Delta, Tokens } from '../../../components/ui/figures.tsx';
import { Panel, PanelHeader } from '../../../components/ui/panel.tsx';
import { Skeleton, SkeletonRows } from '../../../components/ui/skeleton.tsx';
import { Table, Td, Th } from '../../../components/ui/table.tsx';
import { cacheHitRate } from '../../../lib/metrics.ts';
import { formatCompact, formatPercent } from '../../../lib/numbers.ts';

const CLASSES = [
  { metric: 'inputTokens', label: 'Input', hint: 'prompt tokens at the full rate', colour: 'var(--series-7)' },
  { metric: 'cacheReadTokens', label: 'Cache read', hint: 'prompt tokens from a cache', colour: 'var(--series-3)' },
  { metric: 'cacheWriteTokens', label: 'Cache write', hint: 'prompt tokens put into one', colour: 'var(--series-5)' },
  { metric: 'outputTokens', label: 'Output', hint: 'visible answers', colour: 'var(--series-1)' },
  { metric: 'reasoningTokens', label: 'Reasoning', hint: 'thinking before the answer', colour: 'var(--series-4)' },
] as const satisfies readonly { metric: keyof MetricValues; label: string; hint: string; colour: string }[];

/** Which tokens were paid for. The classes are disjoint: together they are all tokens. */
export function TokenClasses({ result }: { result: UsageResult | undefined }) {
  const totals = result?.totals;
  const all = totals?.tokens ?? 0;
  const hitRate = totals && cacheHitRate(totals);
  const shareOf = (metric: (typeof CLASSES)[number]['metric']) => (all === 0 ? 0 : (totals?.[metric] ?? 0) / all);
  return (
    <Panel aria-label="Tokens by class" className="flex flex-col">
      <PanelHeader
        title="Tokens by class"
        actions={
          hitRate !== undefined && (
            <span className="text-xs text-muted">
              Cache hit rate <span className="font-medium text-ink nums">{formatPercent(hitRate)}</span>
            </span>
          )
        }
      />
      <div className="px-4 pt-1 pb-3">
        {totals ? (
          <div aria-hidden className="flex h-3 gap-px overflow-hidden rounded-full bg-sunken">
            {CLASSES.map(({ metric, colour }) => (
              <span key={metric} style={{ width: `${shareOf(metric) * 100}%`, background: colour }} />
            ))}
          </div>
        ) : (
          <Skeleton className="h-3 rounded-full" />
        )}
      </div>
      <div className="pb-1.5">
        <Table>
          <thead>
            <tr>
              <Th>Class</Th>
              <Th numeric>Tokens</Th>
              <Th numeric>Share</Th>
              <Th numeric className="max-sm:hidden">
                Per call
              </Th>
              <Th numeric>Change</Th>
            </tr>
          </thead>
          <tbody>
            {totals ? (
              CLASSES.map(({ metric, label, hint, colour }) => (
                <tr key={metric} className="border-t border-line">
                  <Td className="w-full max-w-0">
                    <span className="flex items-center gap-2">
                      <span aria-hidden className="size-2 shrink-0 rounded-[2px]" style={{ background: colour }} />
                      <span>{label}</span>
                      <span className="truncate text-xs text-subtle max-sm:hidden">{hint}</span>
                    </span>
                  </Td>
                  <Td numeric className="font-medium text-ink">
                    <Tokens count={totals[metric] ?? 0} />
                  </Td>
                  <Td numeric className="text-xs text-muted">
                    {formatPercent(shareOf(metric))}
                  </Td>
                  <Td numeric className="text-muted max-sm:hidden">
                    {formatCompact(Math.round((totals[metric] ?? 0) / Math.max(totals.calls ?? 1, 1)))}
                  </Td>
                  <Td numeric className="text-xs">
                    <Delta now={totals[metric] ?? 0} before={result?.previous?.[metric] ?? 0} />
                  </Td>
                </tr>
              ))
            ) : (
              <SkeletonRows rows={CLASSES.length} columns={4} />
            )}
          </tbody>
        </Table>
      </div>
    </Panel>
  );
}
